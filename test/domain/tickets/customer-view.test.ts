import { beforeEach, describe, expect, expectTypeOf, it } from 'vitest';
import type { acknowledgementMail, ticketReplyMail } from '../../../src/clients/mail/ticket-mail.ts';
import type { Prisma } from '../../../src/database/client.ts';
import * as view from '../../../src/domain/tickets/customer-view.ts';
import type { TicketCard } from '../../../src/domain/tickets/find-ticket.ts';
import { toText } from '../../../src/domain/tickets/markup/to-text.ts';
import { recordNote } from '../../../src/domain/tickets/say/record-note.ts';
import { recordReply } from '../../../src/domain/tickets/say/record-reply.ts';
import { useStage } from '../invitations/stage.ts';
import { anyTicket, openTicketDesk, type TicketDesk } from './desk.ts';
import { png } from './files.ts';

const stage = useStage();
let desk: TicketDesk;
let ticketId: string;

beforeEach(async () => {
  desk = await openTicketDesk(stage);
  const requester = { name: 'Cara Customer', email: 'cara@new.example' };
  ticketId = (await anyTicket(stage, desk.agent, { requester })).id;
});

let sequence = 0;
const say = async (text: string) => {
  sequence += 1;
  const slackTs = `1763888400.${String(sequence).padStart(6, '0')}`;
  await recordReply(stage.context, desk.agent, { ticketId, slackTs, text, files: [] });
  return stage.database.ticketMessage.findFirstOrThrow({ where: { ticketId, slackTs } });
};

type Note = Prisma.TicketNoteGetPayload<object>;
type Message = Prisma.TicketMessageGetPayload<object>;

describe('by type', () => {
  it('nothing but what customer-view reads can be given to what writes to customers', () => {
    type Content = Parameters<typeof ticketReplyMail>[0];
    expectTypeOf<Note>().not.toExtend<Content['message']>();
    expectTypeOf<Message>().not.toExtend<Content['message']>();
    expectTypeOf<TicketCard>().not.toExtend<Content['ticket']>();
    // Nor something made by hand that has every field.
    expectTypeOf<Omit<view.CustomerMessage, symbol>>().not.toExtend<view.CustomerMessage>();
    expectTypeOf<{
      [Key in Extract<keyof view.CustomerMessage, string>]: view.CustomerMessage[Key];
    }>().not.toExtend<Content['message']>();
    expectTypeOf<{
      [Key in Extract<keyof view.CustomerTicket, string>]: view.CustomerTicket[Key];
    }>().not.toExtend<Parameters<typeof acknowledgementMail>[0]['ticket']>();
    expectTypeOf<Content['message']>().toEqualTypeOf<view.CustomerMessage>();
    expectTypeOf<
      NonNullable<Parameters<typeof acknowledgementMail>[0]['message']>
    >().toEqualTypeOf<view.CustomerMessage>();
  });

  it('has no place for a note', () => {
    expectTypeOf<Extract<keyof view.CustomerMessage, string>>().toEqualTypeOf<
      'id' | 'author' | 'words' | 'sentAt' | 'editedAt' | 'attachments' | 'revision'
    >();
    expectTypeOf<Extract<keyof view.CustomerTicket, string>>().toEqualTypeOf<
      'id' | 'number' | 'title' | 'status' | 'organization' | 'requester' | 'mergedInto' | 'revision'
    >();
  });
});

describe('what a customer may see', () => {
  it('is no internal note, whatever is read', async () => {
    await say('Hello');
    const { agent } = desk;
    await recordNote(stage.context, agent, {
      ticketId,
      slackTs: '1763888499.000001',
      text: 'SECRET of the note',
    });
    const [note] = await stage.database.ticketNote.findMany({ where: { ticketId } });
    expect(note?.text).toContain('SECRET');
    const id = note?.id ?? '';
    const seen = [
      await view.readCustomerTicket(stage.context, ticketId),
      await view.readCustomerMessages(stage.context, { ticketId }),
      await view.readCustomerMessages(stage.context, { ticketId, id }),
      await view.readCustomerFiles(stage.context, { ticketId }),
      await view.readCustomerPage(stage.context, { ticketId, limit: 50 }),
      await view.readCustomerChanges(stage.context, { ticketId, since: -1, limit: 50 }),
    ];
    // Whoever adds a reader has to show it here.
    expect(Object.keys(view).sort()).toEqual([
      'readCustomerChanges',
      'readCustomerFiles',
      'readCustomerMessages',
      'readCustomerPage',
      'readCustomerTicket',
    ]);
    expect(JSON.stringify(seen)).not.toContain('SECRET');
    expect(seen[2]).toEqual([]);
  });

  it('is what both sides said, oldest first, page by page, as it reads after edits', async () => {
    await say('One');
    const two = await say('Two');
    await say('Three');
    await stage.database.ticketMessage.update({
      where: { id: two.id },
      data: { text: '*Second*', editedAt: stage.context.now() },
    });
    const all = await view.readCustomerMessages(stage.context, { ticketId });
    expect(all.map(({ author, words }) => [author.kind, author.name, toText(words)])).toEqual([
      ['customer', 'Cara Customer', 'It does not boil.'],
      ['agent', 'Agnes Agent', 'One'],
      ['agent', 'Agnes Agent', '*Second*'],
      ['agent', 'Agnes Agent', 'Three'],
    ]);
    expect(all[2]?.editedAt).toEqual(stage.context.now());
    const page = await view.readCustomerMessages(stage.context, {
      ticketId,
      after: all[0]?.id ?? '',
      limit: 2,
    });
    expect(page.map(({ words }) => toText(words))).toEqual(['One', '*Second*']);
  });

  it('is nothing that was deleted, nor its files, nor anything of another ticket', async () => {
    const message = await say('Gone');
    const file = {
      id: stage.context.newId(),
      ticketId,
      messageId: message.id,
      name: 'k.png',
      contentType: 'image/png',
    };
    await stage.database.ticketAttachment.create({
      data: { ...file, size: png.length, content: png, createdAt: stage.context.now() },
    });
    const files = (more: object = {}) => view.readCustomerFiles(stage.context, { ticketId, ...more });
    expect(await files({ id: file.id })).toMatchObject([{ name: 'k.png', bytes: new Uint8Array(png) }]);
    const other = await anyTicket(stage, desk.agent);
    expect(await files({ ticketId: other.id, id: file.id })).toEqual([]);
    expect(await view.readCustomerMessages(stage.context, { ticketId: other.id, id: message.id })).toEqual(
      [],
    );
    await stage.database.ticketMessage.update({
      where: { id: message.id },
      data: { deletedAt: stage.context.now() },
    });
    expect(await files()).toEqual([]);
    expect(await view.readCustomerMessages(stage.context, { ticketId })).toHaveLength(1);
  });

  it('has the names of those who are mentioned, and nobody’s Slack id', async () => {
    await say(`Ask <@${desk.admin.userId}> or <@U0NOBODY>.`);
    const [, message] = await view.readCustomerMessages(stage.context, { ticketId });
    expect(toText(message?.words ?? [])).toBe('Ask @Adam Admin or @somebody.');
    expect(JSON.stringify(message)).not.toContain(desk.agent.userId);
  });
});
