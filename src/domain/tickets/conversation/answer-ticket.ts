import { createHash } from 'node:crypto';
import type { Context } from '../../context.ts';
import { formatNumber } from '../../count.ts';
import { refuse } from '../../errors.ts';
import { fitText } from '../fit-words.ts';
import type { TicketFile } from '../opening.ts';
import { recordCustomerMessage } from '../say/record-customer-message.ts';
import { DESCRIPTION_LENGTH, nothingToSee } from '../ticket.ts';

/** What a customer answers on a page. */
export interface Answer {
  ticketId: string;
  text: string;
  /** Judged already: see readPostedFiles. */
  files: readonly TicketFile[];
  /** Of any number of answers under one key, one is done. */
  idempotencyKey?: string | undefined;
}

export interface Answered {
  /** Where the answer stands: where the asked one is closed, the ticket that goes on from it, or the one that it was merged into. */
  ticketId: string;
  messageId: string;
  /** True where that goes on from the asked one. Of one that it was merged into, whoever answers gets no token: see mergedInto. */
  continued: boolean;
  /** True where the same answer was given before under the same key. */
  replayed: boolean;
}

/** UTF-16 code units: longer than anything that fits, and short enough to be looked at. A page's form may send 15 MiB. */
export const TEXT_READ = 100_000;

/**
 * Keeps what a ticket's customer answers, whatever the organization's seats and subscription; what cannot stand
 * in its words is left out. A closed ticket stays closed: a new one goes on from it. An answer to a merged ticket stands in the one
 * that goes on.
 * @throws Refusal `ticket_unknown`; `answer_length`, `answer_empty` on `text`; `idempotency_mismatch` where the key was used for another answer.
 */
export async function answerTicket(context: Context, answer: Answer): Promise<Answered> {
  const { ticketId, files, idempotencyKey } = answer;
  const text = answer.text.length > TEXT_READ ? null : fitText(answer.text);
  if (text === null || [...text].length > DESCRIPTION_LENGTH) {
    throw refuse('answer_length', { most: formatNumber(DESCRIPTION_LENGTH) }).on('text');
  }
  if (nothingToSee.test(text) && files.length === 0) throw refuse('answer_empty').on('text');
  const ticket = await context.database.ticket.findUnique({
    where: { id: ticketId },
    select: { organizationId: true, requesterId: true },
  });
  if (!ticket) throw refuse('ticket_unknown');
  const { organizationId, requesterId } = ticket;
  const messageId =
    idempotencyKey === undefined
      ? context.newId()
      : await claimKey(context, {
          organizationId,
          purpose: `answer:${ticketId}`,
          key: idempotencyKey,
          fingerprint: fingerprintOf(text, files),
        });
  const heard = await recordCustomerMessage(context, {
    ticketId,
    customerId: requesterId,
    messageId,
    text,
    attachments: files.map(({ bytes, ...file }) => ({ ...file, content: bytes })),
    dedupeKey: `plugin:${messageId}`,
    source: 'plugin',
  });
  if (heard) return { ticketId: heard.ticketId, messageId, continued: heard.goesOn, replayed: false };
  const before = await context.database.ticketMessage.findUnique({
    where: { id: messageId },
    select: { ticketId: true, revision: true },
  });
  if (!before) throw refuse('ticket_unknown');
  // Only the words that a ticket was opened with have the revision 0.
  const opened = before.ticketId !== ticketId && before.revision === 0;
  const continued = opened || (await goesOnFrom(context, before.ticketId, ticketId));
  return { ticketId: before.ticketId, messageId, continued, replayed: true };
}

/** Whether a ticket goes on from another, directly or over others between them. */
async function goesOnFrom(
  { database }: Pick<Context, 'database'>,
  ticketId: string,
  from: string,
): Promise<boolean> {
  const [row] = await database.$queryRaw<[{ found: boolean }]>`
    WITH RECURSIVE back AS (
      SELECT preceding_id FROM tickets WHERE id = ${ticketId}::uuid
      UNION
      SELECT t.preceding_id FROM tickets t JOIN back ON t.id = back.preceding_id)
    SELECT EXISTS (SELECT FROM back WHERE preceding_id = ${from}::uuid) AS found`;
  return row.found;
}

/**
 * The message that an Idempotency-Key stands for: the one that was chosen when it was first used, whether it was written then or
 * is yet to be. Whoever was killed in between, or asks at the same moment, goes on with the same one.
 */
async function claimKey(
  { database, now, newId }: Context,
  claim: { organizationId: string; purpose: string; key: string; fingerprint: Buffer },
): Promise<string> {
  const { organizationId, purpose, key } = claim;
  const fingerprint = new Uint8Array(claim.fingerprint);
  await database.pluginRequest.createMany({
    data: [{ ...claim, fingerprint, subjectId: newId(), createdAt: now() }],
    skipDuplicates: true,
  });
  const known = await database.pluginRequest.findUnique({
    where: { organizationId_purpose_key: { organizationId, purpose, key } },
  });
  // Swept away at this moment, with its day over, or its organization was deleted.
  if (!known) throw refuse('ticket_unknown');
  if (!claim.fingerprint.equals(known.fingerprint)) throw refuse('idempotency_mismatch');
  return known.subjectId;
}

/** Of what was understood, so that another spelling of the same JSON is the same answer. */
function fingerprintOf(text: string, files: readonly TicketFile[]): Buffer {
  const digest = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
  return createHash('sha256')
    .update(JSON.stringify([text, ...files.map(({ name, bytes }) => [name, digest(bytes)])]))
    .digest();
}
