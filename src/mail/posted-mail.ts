import { z } from 'zod';
import type { ReceivedMail } from '../domain/tickets/mail/received-mail.ts';

/** Some write it in lines, as it is in a mail. */
const base64 = z
  .string()
  .transform((text) => text.replace(/\s+/g, ''))
  .pipe(z.base64());

const address = z.object({ address: z.string().max(1_000), name: z.string().max(1_000).default('') });

/**
 * A mail as POST /mail/inbound takes it. What is not named here is passed over.
 *
 *     { "from": { "address", "name"? }, "to": [{ "address", "name"? } or "address"], "subject"?, "text"?, "html"?,
 *       "headers"?: { "<name>": "<value>" or ["<value>"] }, "messageId"?, "envelopeFrom"?,
 *       "attachments"?: [{ "filename"?, "contentType"?, "content": "<base64>" }] }
 */
export const postedMailSchema = z.object({
  from: address,
  to: z
    .array(
      z.union([
        address,
        z
          .string()
          .max(1_000)
          .transform((text) => ({ address: text, name: '' })),
      ]),
    )
    .min(1)
    .max(100),
  subject: z.string().default(''),
  text: z.string().nullish(),
  html: z.string().nullish(),
  headers: z.record(z.string(), z.union([z.string(), z.array(z.string())])).default({}),
  messageId: z.string().max(1_000).nullish(),
  envelopeFrom: z.string().max(1_000).nullish(),
  attachments: z
    .array(z.object({ filename: z.string().nullish(), contentType: z.string().nullish(), content: base64 }))
    .max(100)
    .default([]),
});

export type PostedMail = z.infer<typeof postedMailSchema>;

/** The bare addresses that a posted mail was delivered to. */
export function recipientsOf({ to }: PostedMail): string[] {
  return to.map(({ address: written }) => (/<([^<>]+)>\s*$/.exec(written)?.[1] ?? written).trim());
}

/** The Message-ID, from wherever the provider put it, in angle brackets; null without one. */
export function messageIdOf({ messageId, headers }: PostedMail): string | null {
  const named = Object.entries(headers).find(([name]) => name.toLowerCase() === 'message-id')?.[1];
  const id = (messageId || [named ?? ''].flat()[0] || '').trim().replace(/^<|>$/g, '');
  return id === '' ? null : `<${id}>`;
}

/** A posted mail; `toText` makes text of one that came as HTML alone. */
export async function readPostedMail(
  posted: PostedMail,
  toText: (html: string) => Promise<string>,
): Promise<ReceivedMail> {
  const { from, subject, text, html, attachments } = posted;
  const headers = new Map<string, string[]>();
  for (const [name, value] of Object.entries(posted.headers)) {
    headers.set(name.toLowerCase(), [...(headers.get(name.toLowerCase()) ?? []), ...[value].flat()]);
  }
  return {
    recipients: recipientsOf(posted),
    envelopeFrom: posted.envelopeFrom ?? null,
    from: /^[^\s@<>,;]+@[^\s@<>,;]+$/.test(from.address.trim())
      ? { address: from.address.trim(), name: from.name }
      : null,
    subject,
    text: text?.trim() ? text : html ? await toText(html) : '',
    headers,
    messageId: messageIdOf(posted),
    attachments: attachments.map(({ filename, content }) => ({
      name: filename ?? '',
      bytes: Buffer.from(content, 'base64'),
    })),
  };
}
