import { beforeAll, describe, expect, it } from 'vitest';
import { png } from '../domain/tickets/files.ts';
import type { JsonObject } from '../sandbox/slack/json.ts';
import type { Person } from '../sandbox/slack/person.ts';
import type { TestWorld } from '../setup/desk.ts';
import { useThreadStage } from './thread-stage.ts';
import type { TicketDesk } from './ticket-desk.ts';

const stage = useThreadStage();
const { posted, rita } = stage;
let world: TestWorld;
let desk: TicketDesk;
let agent: Person;
beforeAll(() => {
  ({ world, desk, agent } = stage);
});

const picture = () => agent.uploadFile(png, 'tea.png', 'image/png');
const namesOf = async (ticketId: string) =>
  (
    await world.context.database.ticketAttachment.findMany({ where: { ticketId }, orderBy: { id: 'asc' } })
  ).map(({ name }) => name);

/** Slack tells of a change by what the message was and what it is. */
const changed = (ts: string, at: string, now: JsonObject, before: JsonObject) => {
  const own = { type: 'message', user: agent.user.id, team: desk.teamId, ts: at, thread_ts: ts };
  return world.slack.sendEvent(desk.teamId, {
    type: 'message',
    subtype: 'message_changed',
    channel: desk.channel,
    message: { ...own, ...now },
    previous_message: { ...own, ...before },
  });
};

describe('an edit that overtakes its message', () => {
  it('brings the files of the message along', async () => {
    const { id, ts, mails } = await posted();
    const files = [await picture()];
    const at = `${Math.floor(world.context.now().getTime() / 1000)}.000400`;
    await changed(ts, at, { text: 'This is tea.', files }, { text: 'This is te.', files });
    await desk.settle();
    const own = { type: 'message', subtype: 'file_share', user: agent.user.id, ts: at, thread_ts: ts };
    await world.slack.sendEvent(desk.teamId, { ...own, channel: desk.channel, text: 'This is te.', files });
    await desk.settle();
    expect(await namesOf(id)).toEqual(['tea.png']);
    expect(
      rita()
        .slice(mails)
        .map(({ text }) => text),
    ).toEqual([expect.stringContaining('This is tea.')]);
  });
});
