import { type Frame, ImageDamage, type Walk } from './frame.ts';

const SOS = 0xda;
const EOI = 0xd9;
/** Start of frame, in every coding that there is: C0-CF without DHT (C4), JPG (C8) and DAC (CC). */
const isFrame = (marker: number) => marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
/** Markers that stand alone, without a length: TEM, the restarts, and another beginning. */
const standsAlone = (marker: number) => marker === 0x01 || (marker >= 0xd0 && marker <= 0xd8);

/**
 * Walks a JPEG's segments (ITU-T T.81, annex B) to its end.
 * @throws ImageDamage where it is cut short or there is no picture.
 */
export function readJpeg(bytes: Buffer): Walk {
  const frames: Frame[] = [];
  let scans = 0;
  let at = 2;
  while (at + 2 <= bytes.length && bytes[at] === 0xff) {
    const marker = bytes.readUInt8(at + 1);
    if (marker === EOI && scans > 0) return { frames, end: at + 2 };
    if (marker === 0xff) {
      at += 1;
      continue;
    }
    if (marker === EOI || standsAlone(marker) || at + 4 > bytes.length) break;
    const end = at + 2 + bytes.readUInt16BE(at + 2);
    if (end > bytes.length || end < at + 4) break;
    if (isFrame(marker)) {
      if (end < at + 9) break;
      frames.push({ height: bytes.readUInt16BE(at + 5), width: bytes.readUInt16BE(at + 7) });
    }
    at = end;
    if (marker === SOS) {
      if (frames.length === 0) break;
      scans += 1;
      at = endOfScan(bytes, end);
    }
  }
  throw new ImageDamage();
}

/** Where the next marker stands behind a scan's data: FF 00 is data, and restarts belong to the scan. */
function endOfScan(bytes: Buffer, from: number): number {
  for (let at = bytes.indexOf(0xff, from); at !== -1; at = bytes.indexOf(0xff, at + 1)) {
    const next = bytes[at + 1];
    if (next === undefined) break;
    if (next !== 0x00 && next !== 0xff && !(next >= 0xd0 && next <= 0xd7)) return at;
  }
  throw new ImageDamage();
}
