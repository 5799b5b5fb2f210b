import { type Frame, ImageDamage, type Walk } from './frame.ts';

const HEADER_BYTES = 12;
const CHUNK_HEADER_BYTES = 8;
/** An animated frame's own header, before its picture's chunks. */
const ANMF_HEADER_BYTES = 16;

/**
 * Walks a WebP's chunks (RFC 9649) to its end; the canvas and every picture on it are frames.
 * @throws ImageDamage where it is cut short or there is no picture.
 */
export function readWebp(bytes: Buffer): Walk {
  const end = bytes.length < HEADER_BYTES ? Number.POSITIVE_INFINITY : 8 + bytes.readUInt32LE(4);
  if (end > bytes.length) throw new ImageDamage();
  const found = { frames: [] as Frame[], pictures: 0 };
  walk(bytes.subarray(HEADER_BYTES, end), found);
  if (found.pictures === 0) throw new ImageDamage();
  return { frames: found.frames, end };
}

function walk(chunks: Buffer, found: { frames: Frame[]; pictures: number }): void {
  for (let at = 0; at < chunks.length; ) {
    if (at + CHUNK_HEADER_BYTES > chunks.length) throw new ImageDamage();
    const type = chunks.toString('latin1', at, at + 4);
    const from = at + CHUNK_HEADER_BYTES;
    const end = from + chunks.readUInt32LE(at + 4);
    if (end > chunks.length) throw new ImageDamage();
    const chunk = chunks.subarray(from, end);
    if (type === 'ANMF') walk(chunk.subarray(ANMF_HEADER_BYTES), found);
    const frame = readFrame(type, chunk);
    if (frame) found.frames.push(frame);
    if (type === 'VP8 ' || type === 'VP8L') found.pictures += 1;
    // Chunks begin at even places.
    at = end + (end % 2);
  }
}

function readFrame(type: string, chunk: Buffer): Frame | null {
  if (type !== 'VP8X' && type !== 'VP8 ' && type !== 'VP8L') return null;
  if (chunk.length < (type === 'VP8L' ? 5 : 10)) throw new ImageDamage();
  switch (type) {
    case 'VP8X':
      return { width: 1 + chunk.readUIntLE(4, 3), height: 1 + chunk.readUIntLE(7, 3) };
    case 'VP8 ':
      return { width: chunk.readUInt16LE(6) & 0x3fff, height: chunk.readUInt16LE(8) & 0x3fff };
    case 'VP8L': {
      const bits = chunk.readUInt32LE(1);
      return { width: 1 + (bits & 0x3fff), height: 1 + ((bits >>> 14) & 0x3fff) };
    }
  }
}
