import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Subscription, subscribe } from '../../../../src/database/notifications.ts';
import { recordTicketMailSent } from '../../../../src/domain/tickets/mail/record-mail.ts';
import { openFromCustomer } from '../../../../src/domain/tickets/open-from-customer.ts';
import { deleteMessage } from '../../../../src/domain/tickets/say/delete-message.ts';
import { editMessage } from '../../../../src/domain/tickets/say/edit-message.ts';
import { recordCustomerMessage } from '../../../../src/domain/tickets/say/record-customer-message.ts';
import { mailWithFiles, recordFile } from '../../../../src/domain/tickets/say/record-files.ts';
import { recordNote } from '../../../../src/domain/tickets/say/record-note.ts';
import { recordReply } from '../../../../src/domain/tickets/say/record-reply.ts';
import { setPriority } from '../../../../src/domain/tickets/set-priority.ts';
import { setStatus } from '../../../../src/domain/tickets/set-status.ts';
import { until } from '../../../jobs/until.ts';
import { useStage } from '../../organizations/setup.ts';
import { openTicketDesk, type TicketDesk } from '../desk.ts';
import { pdf, png } from '../files.ts';

const stage = useStage();
let desk: TicketDesk;
let ticketId: string;
let customerId: string;
let told: string[] = [];
let listener: Subscription;

beforeAll(async () => {
  listener = await subscribe(stage.url, 'conversations', {
    onWake: (payload) => payload !== null && told.push(payload),
    onLost: () => {},
  });
});
afterAll(() => listener.close());

const file = (bytes: Uint8Array) => ({ name: 'k.png', contentType: 'image/png', bytes });

async function open(files: Uint8Array[] = []): Promise<string> {
  const { id: organizationId, teamId } = desk.organization;
  const opened = await openFromCustomer(stage.context, {
    organizationId,
    teamId,
    requester: { name: 'Cara Customer', email: 'cara@new.example', proven: false },
    title: 'The kettle is cold',
    text: 'It does not boil.',
    source: 'plugin',
    attachments: files.map(file),
  });
  return opened?.id ?? '';
}

beforeEach(async () => {
  desk = await openTicketDesk(stage);
  ticketId = await open();
  customerId = (await stage.database.ticket.findUniqueOrThrow({ where: { id: ticketId } })).requesterId;
  told = [];
});

let sequence = 0;
async function reply(text = 'Have you switched it on?', files: string[] = []) {
  sequence += 1;
  const slackTs = `1763888400.${String(sequence).padStart(6, '0')}`;
  await recordReply(stage.context, desk.agent, { ticketId, slackTs, text, files });
  return stage.database.ticketMessage.findFirstOrThrow({ where: { ticketId, slackTs } });
}
const messages = () => stage.database.ticketMessage.findMany({ where: { ticketId }, orderBy: { id: 'asc' } });
const ticket = () => stage.database.ticket.findUniqueOrThrow({ where: { id: ticketId } });
const revisions = async () => [
  (await ticket()).revision,
  ...(await messages()).map(({ revision }) => revision),
];

describe('a revision', () => {
  it('is 0 when a ticket is opened, with files too, and nobody is told', async () => {
    expect(await revisions()).toEqual([0, 0]);
    ticketId = await open([png, pdf]);
    expect(await revisions()).toEqual([0, 0]);
    // What is told arrives in the order of the commits: were anything told of the openings, it would be here before this.
    await reply();
    await until(() => told.length > 0);
    expect(told).toEqual([ticketId]);
  });

  it('counts everything that changes what the customer sees, once each', async () => {
    const first = await reply();
    expect(await revisions()).toEqual([1, 0, 1]);
    await recordCustomerMessage(stage.context, {
      ticketId,
      customerId,
      text: 'Yes',
      attachments: [png, pdf].map((content) => ({ name: 'k', contentType: 'image/png', content })),
      dedupeKey: 'yes',
    });
    expect(await revisions()).toEqual([2, 0, 1, 2]);
    const { slackTs } = first;
    const edit = { ticketId, slackTs: slackTs ?? '', text: 'Is it plugged in?', isNote: false };
    await editMessage(stage.context, desk.agent, edit);
    expect(await revisions()).toEqual([3, 0, 3, 2]);
    const fetched = { ...file(png), slackFileId: 'F1' };
    await recordFile(stage.context, { ...fetched, ticketId, messageId: first.id });
    expect(await revisions()).toEqual([4, 0, 4, 2]);
    await deleteMessage(stage.context, { ticketId, slackTs: slackTs ?? '' });
    expect(await revisions()).toEqual([5, 0, 5, 2]);
    await setStatus(stage.context, desk.agent, { ticketId, status: 'resolved' });
    expect(await revisions()).toEqual([6, 0, 5, 2]);
    expect((await ticket()).statusRevision).toBe(6);
    await until(() => told.length === 6);
    expect(new Set(told)).toEqual(new Set([ticketId]));
  });

  it('counts a message that reopens the ticket before the status that it brings', async () => {
    await setStatus(stage.context, desk.agent, { ticketId, status: 'resolved' });
    await recordCustomerMessage(stage.context, { ticketId, customerId, text: 'No', dedupeKey: 'no' });
    expect(await revisions()).toEqual([3, 0, 2]);
    expect((await ticket()).statusRevision).toBe(3);
  });

  it('does not count what the customer does not see, nor the same once more', async () => {
    const first = await reply();
    const slackTs = first.slackTs ?? '';
    const { agent } = desk;
    await editMessage(stage.context, agent, { ticketId, slackTs, text: first.text, isNote: false });
    await recordNote(stage.context, agent, { ticketId, slackTs: null, text: 'Odd kettle' });
    await setPriority(stage.context, desk.admin, { ticketId, priority: 'high' });
    await setStatus(stage.context, agent, { ticketId, status: 'open' });
    await stage.database.$transaction((transaction) =>
      recordTicketMailSent(transaction, stage.context, first.id),
    );
    const fetched = { ...file(png), slackFileId: 'F1', ticketId, messageId: first.id };
    await recordFile(stage.context, fetched);
    await recordFile(stage.context, fetched);
    expect(await revisions()).toEqual([2, 0, 2]);
    await deleteMessage(stage.context, { ticketId, slackTs });
    await deleteMessage(stage.context, { ticketId, slackTs });
    expect(await revisions()).toEqual([3, 0, 3]);
  });

  it('leaves no gap in what is known by it, whoever writes at once, and nobody waits for ever', async () => {
    const targets = await Promise.all([reply(), reply(), reply()]);
    const before = (await ticket()).revision;
    const { context } = stage;
    const rounds = Array.from({ length: 12 }, (_, round) => {
      const target = targets[round % targets.length] as (typeof targets)[number];
      const at = { ticketId, slackTs: target.slackTs ?? '' };
      const messageId = target.id;
      return [
        editMessage(context, desk.agent, { ...at, text: `Edited ${round}`, isNote: false }),
        recordFile(context, { ...file(png), ticketId, messageId, slackFileId: `F${round}` }),
        stage.database.$transaction((transaction) =>
          mailWithFiles(transaction, context, { messageId, sent: 1 }),
        ),
        stage.database.$transaction((transaction) => recordTicketMailSent(transaction, context, messageId)),
        recordCustomerMessage(context, { ticketId, customerId, text: 'Hm', dedupeKey: `${round}` }),
        setStatus(context, desk.agent, { ticketId, status: round % 2 === 0 ? 'pending' : 'open' }),
        ...(round >= 9 ? [deleteMessage(context, at)] : []),
      ];
    });
    // A deadlock would fail one of them.
    await Promise.all(rounds.flat());
    const { revision, statusRevision } = await ticket();
    expect(revision).toBeGreaterThanOrEqual(before + 12);
    const known = (await messages()).map((message) => message.revision);
    expect(new Set([...known, statusRevision]).size).toBe(known.length + 1);
    expect(Math.max(...known, statusRevision)).toBe(revision);
  });
});
