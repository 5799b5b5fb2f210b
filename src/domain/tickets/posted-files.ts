import { refuse } from '../errors.ts';
import { inspectAttachment } from './attachment-kind.ts';
import type { TicketFile } from './opening.ts';

/** How many files one message takes. */
export const MOST_FILES = 5;

/**
 * The files of a message that came as base64, judged by their content.
 * @throws Refusal `attachment_content` or `attachment_kind`, on `attachments.<index>.content`.
 */
export async function readPostedFiles(
  posted: readonly { name: string; content: string }[],
): Promise<TicketFile[]> {
  const files: TicketFile[] = [];
  for (const [index, { name, content }] of posted.entries()) {
    const field = `attachments.${index}.content`;
    const bytes = Buffer.from(content, 'base64');
    // What is not base64 is passed over by the decoder: encoded again it would not be the same.
    if (bytes.toString('base64') !== content) throw refuse('attachment_content').on(field);
    const inspected = await inspectAttachment({ name, bytes });
    if (inspected === null) throw refuse('attachment_kind').on(field);
    files.push({ ...inspected, bytes });
  }
  return files;
}
