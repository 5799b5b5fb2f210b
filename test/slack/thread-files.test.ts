import { beforeAll, describe, expect, it } from 'vitest';
import { pdf, png } from '../domain/tickets/files.ts';
import type { JsonObject } from '../sandbox/slack/json.ts';
import type { Person } from '../sandbox/slack/person.ts';
import type { TestWorld } from '../setup/desk.ts';
import { useThreadStage } from './thread-stage.ts';
import type { TicketDesk } from './ticket-desk.ts';

const stage = useThreadStage();
const { posted, rita, messagesOf, toldSince } = stage;
let world: TestWorld;
let desk: TicketDesk;
let agent: Person;
beforeAll(() => {
  ({ world, desk, agent } = stage);
});

const picture = () => agent.uploadFile(png, 'tea.png', 'image/png');
const list = () => agent.uploadFile(pdf, 'teas.pdf', 'application/pdf');
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

describe('a file that is removed from a reply', () => {
  const tombstone = ({ id }: JsonObject) => ({ id, mode: 'tombstone' });

  it.each([
    ['leaves the list of files', () => []],
    ['leaves a tombstone', (gone: JsonObject) => [tombstone(gone)]],
  ])('and %s is off the customer’s page, and who wrote it hears that it was mailed', async (_, rest) => {
    const { id, ts } = await posted();
    const [gone, kept] = [await picture(), await list()];
    const said = await agent.say(desk.channel, 'See both.', ts, { files: [gone, kept] });
    await desk.settle();
    const { revision } = await desk.row(id);
    const before = desk.whispers(agent).length;
    const text = 'See both.';
    await changed(ts, said.ts, { text, files: [...rest(gone), kept] }, { text, files: [gone, kept] });
    await desk.settle();
    expect(await namesOf(id)).toEqual(['teas.pdf']);
    // Whoever has the page open sees it go.
    expect((await desk.row(id)).revision).toBe(revision + 1);
    expect(toldSince(agent, before)).toContain('The e-mail had gone out before');
    expect((await messagesOf(id)).at(-1)).toMatchObject({ text, editedAt: null, deletedAt: null });
    // Told once more, it is gone already; so it stays when the words change afterwards.
    await changed(ts, said.ts, { text, files: [kept] }, { text, files: [gone, kept] });
    await changed(
      ts,
      said.ts,
      { text: 'See it.', files: [tombstone(gone), kept] },
      { text, files: [tombstone(gone), kept] },
    );
    await desk.settle();
    expect(await namesOf(id)).toEqual(['teas.pdf']);
    expect(
      desk
        .whispers(agent)
        .slice(before)
        .filter((told) => told.includes('file')),
    ).toHaveLength(1);
  });

  it('and was all of it takes the reply along', async () => {
    const { id, ts } = await posted();
    const only = await picture();
    const said = await agent.say(desk.channel, '', ts, { files: [only] });
    await desk.settle();
    await changed(ts, said.ts, { text: '', files: [tombstone(only)] }, { text: '', files: [only] });
    await desk.settle();
    expect(await namesOf(id)).toEqual([]);
    expect((await messagesOf(id)).at(-1)).toMatchObject({ deletedAt: expect.any(Date) });
  });
});
