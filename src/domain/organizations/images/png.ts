import { crc32 } from 'node:zlib';
import { type Frame, ImageDamage, type Walk } from './frame.ts';

const SIGNATURE_BYTES = 8;
/** A chunk's length, type and checksum. */
const CHUNK_FRAME_BYTES = 12;

/**
 * Walks a PNG's chunks (PNG specification, third edition, section 5) to its end.
 * @throws ImageDamage where it is cut short, a checksum is wrong, or there is no picture.
 */
export function readPng(bytes: Buffer): Walk {
  const frames: Frame[] = [];
  let pixels = 0;
  for (let at = SIGNATURE_BYTES; at + CHUNK_FRAME_BYTES <= bytes.length; ) {
    const length = bytes.readUInt32BE(at);
    const end = at + CHUNK_FRAME_BYTES + length;
    if (end > bytes.length) break;
    const type = bytes.toString('latin1', at + 4, at + 8);
    if (crc32(bytes.subarray(at + 4, end - 4)) !== bytes.readUInt32BE(end - 4)) break;
    if ((type === 'IHDR') !== (at === SIGNATURE_BYTES) || (type === 'IHDR' && length !== 13)) break;
    if (type === 'IHDR')
      frames.push({ width: bytes.readUInt32BE(at + 8), height: bytes.readUInt32BE(at + 12) });
    if (type === 'IDAT') pixels += length;
    if (type === 'IEND' && pixels > 0) return { frames, end };
    at = end;
  }
  throw new ImageDamage();
}
