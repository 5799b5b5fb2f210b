import type { Context } from '../../context.ts';

/**
 * Where a file stands in the export: under its id, so that two of one name are two, and a name that leads out of no folder,
 * whatever its sender called it.
 */
export function attachmentName(id: string, name: string): string {
  const harmless = name
    .normalize('NFC')
    .replace(/[^\p{L}\p{N}._ -]+/gu, '_')
    .replace(/\.{2,}/g, '.')
    .replace(/^[. ]+|[. ]+$/g, '');
  return `attachments/${id}-${[...harmless].slice(-100).join('') || 'file'}`;
}

/** The bytes of one file; none where it is gone. */
export async function readAttachment(
  { database }: Pick<Context, 'database'>,
  id: string,
): Promise<Uint8Array> {
  const attachment = await database.ticketAttachment.findUnique({ where: { id }, select: { content: true } });
  return Buffer.from(attachment?.content ?? []);
}
