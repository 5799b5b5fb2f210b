import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Context } from '../../context.ts';
import { storeEvent } from '../../intake/store-event.ts';

/** 25 MB: what the large mail providers take, attachments and their encoding included. */
export const MAIL_BYTES = 25_000_000;

/** How a mail came in, which stands above its bytes in the intake. */
const arrivalSchema = z.discriminatedUnion('form', [
  /** As it is on the wire (RFC 5322), with what the envelope said. */
  z.object({ form: z.literal('mime'), envelopeFrom: z.string(), recipient: z.string() }),
  /** The JSON of POST /mail/inbound; the recipient is the address of ours among those that it names. */
  z.object({ form: z.literal('json'), recipient: z.string() }),
]);

export type Arrival = z.infer<typeof arrivalSchema>;

/**
 * Stores a mail for one address of ours, with the job that handles it. The same mail for the same address is stored once,
 * however often it is delivered: it is known by its Message-ID, and without one by its bytes.
 */
export async function storeMail(
  context: Pick<Context, 'database' | 'now' | 'newId'>,
  { arrival, messageId, body }: { arrival: Arrival; messageId: string | null; body: Uint8Array },
): Promise<{ first: boolean }> {
  const hash = createHash('sha256').update(arrival.recipient.toLowerCase()).update('\0');
  const key = `mail:${hash.update(messageId || body).digest('base64url')}`;
  const stored = Buffer.concat([Buffer.from(`${JSON.stringify(arrival)}\n`), body]);
  return storeEvent(context, 'mail.received', { key, body: stored });
}

/** What storeMail() stored. @throws Error where it did not. */
export function readStored(stored: Buffer): { arrival: Arrival; body: Buffer } {
  const end = stored.indexOf('\n');
  return {
    arrival: arrivalSchema.parse(JSON.parse(stored.subarray(0, end).toString())),
    body: stored.subarray(end + 1),
  };
}
