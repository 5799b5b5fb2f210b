import type { Context } from '../../context.ts';
import { refuse } from '../../errors.ts';
import { readId } from '../../ids.ts';
import { type CustomerAttachment, readCustomerFiles } from '../customer-view.ts';

/**
 * A file of a ticket, with its content. @throws Refusal `attachment_unknown` where the ticket has none of that id, and where its
 * message was deleted.
 */
export async function readAttachment(
  { database }: Pick<Context, 'database'>,
  { ticketId, attachmentId }: { ticketId: string; attachmentId: string },
): Promise<CustomerAttachment & { bytes: Uint8Array }> {
  const id = readId(attachmentId);
  const [file] = id === undefined ? [] : await readCustomerFiles({ database }, { ticketId, id });
  if (!file) throw refuse('attachment_unknown');
  return file;
}
