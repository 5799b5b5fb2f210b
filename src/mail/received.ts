import type { ReceivedMail } from '../domain/tickets/mail/received-mail.ts';
import { readStored } from '../domain/tickets/mail/store-mail.ts';
import { htmlToText } from './html.ts';
import { parseMime } from './mime.ts';
import { postedMailSchema, readPostedMail } from './posted-mail.ts';

/** A stored mail, parsed, for the one address of ours that it was stored for. */
export async function readReceivedMail(stored: Buffer): Promise<ReceivedMail> {
  const { arrival, body } = readStored(stored);
  if (arrival.form === 'mime') return parseMime(body, arrival);
  const mail = await readPostedMail(postedMailSchema.parse(JSON.parse(body.toString())), htmlToText);
  return { ...mail, recipients: [arrival.recipient] };
}
