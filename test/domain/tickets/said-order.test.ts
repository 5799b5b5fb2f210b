import { v7 as uuidv7 } from 'uuid';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Context } from '../../../src/domain/context.ts';
import { readConversation } from '../../../src/domain/tickets/conversation/read-conversation.ts';
import { toText } from '../../../src/domain/tickets/markup/to-text.ts';
import { editMessage } from '../../../src/domain/tickets/say/edit-message.ts';
import { recordCustomerMessage } from '../../../src/domain/tickets/say/record-customer-message.ts';
import { recordReply } from '../../../src/domain/tickets/say/record-reply.ts';
import { useStage } from '../organizations/setup.ts';
import { anyTicket, openTicketDesk, type TicketDesk } from './desk.ts';

const stage = useStage();
let desk: TicketDesk;
let ticketId: string;
/** Its ids go with its clock, as those of a running product do. */
let context: Context;

beforeEach(async () => {
  desk = await openTicketDesk(stage);
  context = { ...stage.context, newId: () => uuidv7({ msecs: stage.context.now().getTime() }) };
  ticketId = (await anyTicket({ context: context as typeof stage.context }, desk.owner)).id;
});

/** Slack's timestamp of the present moment, and with `late` of that many milliseconds ago. */
const slackTime = (late = 0) => `${((stage.context.now().getTime() - late) / 1000).toFixed(3)}001`;
const reply = (text: string, slackTs: string, editedTs: string | null = null) =>
  recordReply(context, desk.agent, { ticketId, slackTs, text, files: [], editedTs });
const edit = (slackTs: string, text: string, editedTs: string | null, isNote = false) =>
  editMessage(context, desk.agent, { ticketId, slackTs, text, editedTs, isNote });
const seen = async (before?: string, limit?: number) => {
  const { messages, earlier } = await readConversation(context, {
    ticketId,
    before,
    ...(limit && { limit }),
  });
  return { texts: messages.map(({ words }) => toText(words)), earlier };
};
const stored = (slackTs: string) =>
  stage.database.ticketMessage.findUniqueOrThrow({ where: { ticketId_slackTs: { ticketId, slackTs } } });

describe('a reply that is heard of late', () => {
  it('stands where it was said, on every page of the conversation, and is as old as it is', async () => {
    const { requesterId: customerId, createdAt } = await stage.database.ticket.findUniqueOrThrow({
      where: { id: ticketId },
    });
    stage.context.advance({ seconds: 60 });
    const [first, second] = [slackTime(20_000), slackTime(19_999)];
    await recordCustomerMessage(context, { ticketId, customerId, text: 'Hello?', dedupeKey: ticketId });
    stage.context.advance({ seconds: 5 });
    await reply('Switch it on.', second);
    await reply('Good day.', first);
    expect((await seen()).texts).toEqual(['It does not boil.', 'Good day.', 'Switch it on.', 'Hello?']);
    const { texts, earlier } = await seen(undefined, 2);
    expect(texts).toEqual(['Switch it on.', 'Hello?']);
    expect((await seen(earlier ?? '', 2)).texts).toEqual(['It does not boil.', 'Good day.']);
    const at = new Date(createdAt.getTime() + 40_000);
    expect((await stored(first)).createdAt).toEqual(at);
    expect((await stage.database.ticket.findUniqueOrThrow({ where: { id: ticketId } })).respondedAt).toEqual(
      at,
    );
  });

  it.each([
    ['before its ticket', 3_600_000],
    ['ahead of time', -3_600_000],
  ])('and seems to be from %s is said now', async (_, late) => {
    stage.context.advance({ seconds: 60 });
    await reply('One.', slackTime(1000));
    stage.context.advance({ seconds: 1 });
    const slackTs = slackTime(late);
    await reply('Two.', slackTs);
    expect((await seen()).texts).toEqual(['It does not boil.', 'One.', 'Two.']);
    expect((await stored(slackTs)).createdAt).toEqual(stage.context.now());
  });
});

describe('an edit that is told behind a later one', () => {
  beforeEach(() => stage.context.advance({ seconds: 60 }));

  it('changes nothing, of a reply as of a note', async () => {
    const slackTs = slackTime();
    await reply('On', slackTs);
    await edit(slackTs, 'Switch it on.', '1790000002.000100');
    expect(await edit(slackTs, 'Switch it', '1790000001.000100')).toMatchObject({ outcome: 'unchanged' });
    expect((await stored(slackTs)).text).toBe('Switch it on.');
    expect(await edit(slackTs, 'note: on', '1790000004.000100', true)).toMatchObject({
      outcome: 'reply_withdrawn',
    });
    expect(await edit(slackTs, 'note: o', '1790000003.000100', true)).toMatchObject({ outcome: 'unchanged' });
    expect(await stage.database.ticketNote.findMany({ where: { ticketId } })).toMatchObject([
      { text: 'note: on' },
    ]);
  });

  it('and overtook its message with that, changes nothing either', async () => {
    const slackTs = slackTime();
    await reply('Switch it on.', slackTs, '1790000002.000100');
    expect(await edit(slackTs, 'Switch it', '1790000001.000100')).toMatchObject({ outcome: 'unchanged' });
    expect((await stored(slackTs)).text).toBe('Switch it on.');
  });

  it('and made a note of it in between takes it out of the customer’s sight, as it reads now', async () => {
    const slackTs = slackTime();
    await reply('On', slackTs);
    await edit(slackTs, 'She is kind.', '1790000002.000100');
    expect(await edit(slackTs, 'note: she is rude', '1790000001.000100', true)).toMatchObject({
      outcome: 'reply_withdrawn',
    });
    expect((await seen()).texts).toEqual(['It does not boil.']);
    expect(await stage.database.ticketNote.findMany({ where: { ticketId } })).toMatchObject([
      { text: 'She is kind.', editedTs: '1790000002.000100' },
    ]);
  });
});
