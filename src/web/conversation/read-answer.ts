import { createHash } from 'node:crypto';
import type { Context as Request } from 'hono';
import { refuse } from '../../domain/errors.ts';
import { fileName, inspectAttachment } from '../../domain/tickets/attachment-kind.ts';
import { TEXT_READ } from '../../domain/tickets/conversation/answer-ticket.ts';
import type { TicketFile } from '../../domain/tickets/opening.ts';
import { MOST_FILES } from '../../domain/tickets/posted-files.ts';
import { readForm } from './read-form.ts';

/** An answer as the page's form sends it. */
export interface PostedAnswer {
  /** Cut where it is longer than anything that is looked at, and so still too long. */
  text: string;
  files: { name: string; bytes: Uint8Array<ArrayBuffer> }[];
  /** The same for the same words and files from the same page, so that a double press is one answer. */
  idempotencyKey: string;
}

/** Null for what is no form of the page's. */
export async function readAnswer(request: Request): Promise<PostedAnswer | null> {
  const form = await readForm(request);
  if (form === null) return null;
  const [text, once] = [form.get('text'), form.get('once')];
  if (typeof text !== 'string' || typeof once !== 'string' || !/^[\w-]{1,64}$/.test(once)) return null;
  const files: PostedAnswer['files'] = [];
  for (const file of form.getAll('files')) {
    if (typeof file === 'string') return null;
    // What a browser sends where no file was chosen.
    if (file.name === '' && file.size === 0) continue;
    files.push({ name: file.name, bytes: new Uint8Array(await file.arrayBuffer()) });
  }
  const digest = createHash('sha256').update(JSON.stringify([text, files.map(({ name }) => name)]));
  for (const { bytes } of files) digest.update(bytes);
  return {
    text: text.slice(0, TEXT_READ + 1),
    files,
    idempotencyKey: `${once}-${digest.digest('base64url')}`,
  };
}

/**
 * Judges the files by their content.
 * @throws Refusal `attachment_kind` or `attachments_many`, on `files`.
 */
export async function judgeFiles(posted: PostedAnswer['files']): Promise<TicketFile[]> {
  if (posted.length > MOST_FILES) throw refuse('attachments_many', { most: MOST_FILES }).on('files');
  const files: TicketFile[] = [];
  for (const { name, bytes } of posted) {
    const inspected = await inspectAttachment({ name, bytes });
    if (inspected === null) throw refuse('attachment_named', { name: fileName(name) }).on('files');
    files.push({ ...inspected, bytes: Buffer.from(bytes) });
  }
  return files;
}
