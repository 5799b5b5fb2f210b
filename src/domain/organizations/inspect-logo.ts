import { fileTypeFromBuffer } from 'file-type/core';
import { imageSize } from 'image-size';
import { refuse } from '../errors.ts';
import { ImageDamage, type Walk } from './images/frame.ts';
import { readJpeg } from './images/jpeg.ts';
import { readPng } from './images/png.ts';
import { readWebp } from './images/webp.ts';
import { isLogoType, LOGO_BYTES, LOGO_PIXELS, type LogoType } from './logo-upload.ts';

/** A whole image that may be served as a logo. */
export interface LogoImage {
  bytes: Buffer;
  contentType: LogoType;
}

const readers: Record<LogoType, (bytes: Buffer) => Walk> = {
  'image/png': readPng,
  'image/jpeg': readJpeg,
  'image/webp': readWebp,
};

/**
 * Judges a file by its content alone; its name and what was said of it count for nothing. No picture is decoded: sizes
 * are read from the headers, and every size that stands anywhere in the file must keep the limit. What follows the
 * image's end is cut off.
 * @throws Refusal `logo_bytes`, `logo_type` (SVG, scripts, animated PNG and all else), `logo_pixels`, or
 *   `logo_unreadable` where the file is cut short or contradicts itself.
 */
export async function inspectLogo(bytes: Buffer): Promise<LogoImage> {
  if (bytes.length > LOGO_BYTES) throw refuse('logo_bytes');
  const contentType = await detectType(bytes);
  if (contentType === undefined || !isLogoType(contentType)) throw refuse('logo_type');
  const { frames, end } = walk(bytes, contentType);
  if (frames.some(({ width, height }) => Math.max(width, height) > LOGO_PIXELS)) throw refuse('logo_pixels');
  if (frames.some(({ width, height }) => Math.min(width, height) < 1)) throw refuse('logo_unreadable');
  return { bytes: bytes.subarray(0, end), contentType };
}

/** The media type by content; what the detector gives up on is no image of ours either. */
async function detectType(bytes: Buffer): Promise<string | undefined> {
  try {
    return (await fileTypeFromBuffer(bytes))?.mime;
  } catch {
    return undefined;
  }
}

/** Our own walk through the file, and beside its frames the size that a reader of the header alone sees. */
function walk(bytes: Buffer, contentType: LogoType): Walk {
  try {
    const { frames, end } = readers[contentType](bytes);
    return { frames: [...frames, imageSize(bytes)], end };
  } catch (error) {
    if (error instanceof ImageDamage || error instanceof TypeError || error instanceof RangeError) {
      throw refuse('logo_unreadable');
    }
    throw error;
  }
}
