import type { Context } from '../../context.ts';
import { asRefusal, Refusal } from '../../errors.ts';
import { ATTACHMENT_BYTES, fileName, inspectAttachment } from '../attachment-kind.ts';
import { cleanText } from '../clean-text.ts';
import { withoutTokens } from '../conversation/conversation-token.ts';
import { recordCustomerMessage } from '../say/record-customer-message.ts';
import { type AutomaticReason, automaticReason } from './automatic.ts';
import { findParticipant } from './find-participant.ts';
import { ownWords } from './quoted-history.ts';
import type { ReceivedMail } from './received-mail.ts';
import type { ReplyAddresses } from './reply-address.ts';

/** Code points of a mail's words that are kept; what is longer ends with a note that says so. */
export const WORDS_KEPT = 10_000;
/** As much is read of a mail, in UTF-16 code units: quotes may be long. */
const TEXT_READ = 200_000;
/** Messages of one customer that are kept within an hour; a program that does not say that it is one sends more. */
const HOURLY = 100;
/** Files of one mail that are kept. */
const FILES_KEPT = 20;

export type TakeMailContext = Context & { replyAddresses: Pick<ReplyAddresses, 'read'> | undefined };

/** What became of a mail: the ticket in which it stands now, or why it was dropped. */
export type MailOutcome =
  | { kept: true; ticketId: string }
  | { kept: false; reason: 'no_ticket' }
  | { kept: false; reason: AutomaticReason | 'sender' | 'flood' | 'empty' | 'repeated'; ticketId: string };

/**
 * Takes a mail that came to a reply address: the customer's own words and files become a message of their ticket. Dropped is
 * what no person wrote, what comes to no ticket, what is too much for an hour, and what comes from an address that does not take
 * part in the ticket: that of the requester, or of somebody whose words stand in it. The same `key` again changes nothing.
 */
export async function takeMail(
  context: TakeMailContext,
  mail: ReceivedMail,
  { key }: { key: string },
): Promise<MailOutcome> {
  const target = mail.recipients
    .map((address) => context.replyAddresses?.read(address) ?? null)
    .find((read) => read !== null);
  if (!target) return { kept: false, reason: 'no_ticket' };
  const { ticketId } = target;
  const automatic = automaticReason(mail);
  if (automatic) return { kept: false, reason: automatic, ticketId };
  const participant = await findParticipant(context, target, mail.from?.address ?? '');
  if (participant === null) return { kept: false, reason: 'no_ticket' };
  if (participant.customerId === null) return { kept: false, reason: 'sender', ticketId };
  if (await isFlood(context, participant.customerId)) return { kept: false, reason: 'flood', ticketId };
  const { attachments, leftOut } = await sortFiles(mail.attachments);
  const text = wordsOf(mail, leftOut);
  if (text === '' && attachments.length === 0) return { kept: false, reason: 'empty', ticketId };
  const heard = await recordCustomerMessage(context, {
    ticketId,
    customerId: participant.customerId,
    text,
    attachments,
    dedupeKey: key,
    ...(mail.messageId !== null && { mailId: mail.messageId }),
  }).catch(asRefusal);
  // It was deleted at this moment.
  if (heard instanceof Refusal) return { kept: false, reason: 'no_ticket' };
  return heard ? { kept: true, ticketId: heard.ticketId } : { kept: false, reason: 'repeated', ticketId };
}

/** Whether somebody has said so much within an hour that no person writes it: a channel takes one message a second. */
async function isFlood({ database, now }: Context, customerId: string): Promise<boolean> {
  const since = new Date(now().getTime() - 3_600_000);
  return (await database.ticketMessage.count({ where: { customerId, createdAt: { gt: since } } })) >= HOURLY;
}

function wordsOf({ text }: ReceivedMail, leftOut: readonly string[]): string {
  const points = Array.from(withoutTokens(ownWords(cleanText(text.slice(0, TEXT_READ)))));
  const words =
    points.length > WORDS_KEPT
      ? `${points.slice(0, WORDS_KEPT).join('').trimEnd()}…\n\n(The mail was longer and is cut here.)`
      : points.join('');
  const notes = leftOut.length > 0 ? [`(Left out: ${leftOut.join(', ')})`] : [];
  return [words, ...notes].filter((part) => part !== '').join('\n\n');
}

interface Sorted {
  attachments: { name: string; contentType: string; content: Uint8Array }[];
  /** The names of the files that are not kept. */
  leftOut: string[];
}

async function sortFiles(files: ReceivedMail['attachments']): Promise<Sorted> {
  const sorted: Sorted = { attachments: [], leftOut: [] };
  for (const file of files) {
    const inspected = sorted.attachments.length < FILES_KEPT ? await inspectAttachment(file) : null;
    if (inspected) sorted.attachments.push({ ...inspected, content: file.bytes });
    else sorted.leftOut.push(leftOutName(file));
  }
  // A mail with a thousand of them is no list to read.
  const { leftOut } = sorted;
  return leftOut.length > 10
    ? { ...sorted, leftOut: [...leftOut.slice(0, 10), `and ${leftOut.length - 10} more`] }
    : sorted;
}

function leftOutName({ name, bytes }: ReceivedMail['attachments'][number]): string {
  return bytes.length > ATTACHMENT_BYTES ? `${fileName(name)}, which is larger than 10 MB` : fileName(name);
}
