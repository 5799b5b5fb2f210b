import { fileTypeFromBuffer } from 'file-type/core';
import { cleanLine } from './clean-text.ts';

/** 10 MiB: what many mail relays take in all, and what the table of attachments holds of one. */
export const ATTACHMENT_BYTES = 10 * 1024 * 1024;

/** The kinds of files that go between customers and agents. No SVG: it is a page with scripts. */
const byContent: Record<string, readonly string[]> = {
  'image/png': ['png'],
  'image/apng': ['png', 'apng'],
  'image/jpeg': ['jpg', 'jpeg'],
  'image/gif': ['gif'],
  'image/webp': ['webp'],
  'image/heic': ['heic'],
  'image/heif': ['heif', 'heic'],
  'image/avif': ['avif'],
  'image/tiff': ['tif', 'tiff'],
  'image/bmp': ['bmp'],
  'application/pdf': ['pdf'],
  'application/vnd.openxmlformats-officedocument.wordprocessingml.document': ['docx'],
  'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet': ['xlsx'],
  'application/zip': ['zip'],
};

/** The older Word and Excel share one container: their names tell them apart. */
const byName: Record<string, string> = { doc: 'application/msword', xls: 'application/vnd.ms-excel' };

export interface Inspected {
  /** Safe in a header, in a message and as a file's name; its ending fits the content. */
  name: string;
  contentType: string;
}

/**
 * Judges a file by its content: images, PDF, Word, Excel and ZIP of at most 10 MiB pass, and null is everything else, whatever it
 * calls itself.
 */
export async function inspectAttachment({
  name,
  bytes,
}: {
  name: string;
  bytes: Uint8Array;
}): Promise<Inspected | null> {
  if (bytes.length === 0 || bytes.length > ATTACHMENT_BYTES) return null;
  const detected = await detect(bytes);
  const clean = fileName(name);
  const ending = /\.([a-z0-9]{1,5})$/i.exec(clean)?.[1]?.toLowerCase() ?? '';
  if (detected === 'application/x-cfb') {
    const contentType = Object.hasOwn(byName, ending) ? byName[ending] : undefined;
    return contentType === undefined ? null : { name: clean, contentType };
  }
  const endings = detected === undefined ? undefined : byContent[detected];
  if (detected === undefined || endings === undefined) return null;
  return { name: endings.includes(ending) ? clean : `${clean}.${endings[0]}`, contentType: detected };
}

/** What is shown of a file's name: no folders, no signs that lead elsewhere, at most 120 characters. */
export function fileName(name: string): string {
  const last = cleanLine(name).split(/[/\\]/).at(-1) ?? '';
  const clean = last
    .replace(/[<>:"|?*]/g, '_')
    .replace(/^\.+/, '')
    .trim();
  const cut = clean.length <= 120 ? clean : Array.from(clean).slice(-110).join('');
  return cut === '' ? 'file' : cut;
}

/** The media type by content; what the detector gives up on is nothing that we keep. */
async function detect(bytes: Uint8Array): Promise<string | undefined> {
  try {
    return (await fileTypeFromBuffer(bytes))?.mime;
  } catch {
    return undefined;
  }
}
