import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Refusal } from '../../../src/domain/errors.ts';
import { inspectLogo } from '../../../src/domain/organizations/inspect-logo.ts';
import { alphaWebp, jpeg, losslessWebp, patched, png, pngOf, webp } from './images.ts';

const good = {
  PNG: [png(16, 12), 'image/png'],
  'PNG of 2048 x 2048': [png(2048, 2048), 'image/png'],
  JPEG: [jpeg, 'image/jpeg'],
  'lossy WebP': [webp, 'image/webp'],
  'lossless WebP': [losslessWebp, 'image/webp'],
  'WebP with alpha': [alphaWebp, 'image/webp'],
} as const;

const frameOf = (image: Buffer) => image.indexOf(Buffer.from([0xff, 0xc0]));
/** The JPEG in two scans under a progressive frame, as an encoder for the web orders it. */
const progressive = () => {
  const scan = jpeg.indexOf(Buffer.from([0xff, 0xda]));
  const first = patched(jpeg, frameOf(jpeg) + 1, [0xc2]);
  return Buffer.concat([first.subarray(0, -2), first.subarray(scan)]);
};
/** The JPEG with restarts, stuffed bytes and padded markers. */
const restarted = () => {
  const inside = jpeg.length - 4;
  const noise = Buffer.from([0xff, 0x00, 0x12, 0xff, 0xd0, 0x34, 0xff, 0xff, 0xd7]);
  return Buffer.concat([jpeg.subarray(0, inside), noise, jpeg.subarray(inside)]);
};
const otherFrame = (height: number[], width: number[]) => {
  const frame = Buffer.from([0xff, 0xc1, 0x00, 0x0b, 0x08, ...height, ...width, 0x01, 0x01, 0x11, 0x00]);
  return Buffer.concat([
    jpeg.subarray(0, frameOf(jpeg)),
    jpeg.subarray(frameOf(jpeg), -2),
    frame,
    jpeg.subarray(-2),
  ]);
};

/** A canvas of 16 x 12 with one animated frame, which holds the picture of `still`. */
const animatedWebp = (still: Buffer) => {
  const chunk = (type: string, data: Buffer) => {
    const header = Buffer.from(`${type}\0\0\0\0`, 'latin1');
    header.writeUInt32LE(data.length, 4);
    return Buffer.concat([header, data]);
  };
  const canvas = Buffer.from([0x02, 0, 0, 0, 15, 0, 0, 11, 0, 0]);
  const frame = chunk('ANMF', Buffer.concat([Buffer.alloc(16), still.subarray(12)]));
  return chunk('RIFF', Buffer.concat([Buffer.from('WEBP'), chunk('VP8X', canvas), frame]));
};

describe('inspectLogo', () => {
  it.each(Object.entries(good))('takes a %s as it is', async (_, [bytes, contentType]) => {
    expect(await inspectLogo(bytes)).toEqual({ bytes, contentType });
  });

  it('takes an animated WebP', async () => {
    await expect(inspectLogo(animatedWebp(webp))).resolves.toMatchObject({ contentType: 'image/webp' });
  });

  it('takes progressive JPEGs, and restarts within a scan', async () => {
    await expect(inspectLogo(progressive())).resolves.toMatchObject({ contentType: 'image/jpeg' });
    await expect(inspectLogo(restarted())).resolves.toMatchObject({ contentType: 'image/jpeg' });
  });

  it.each(Object.entries(good))('cuts off what follows the end of a %s', async (_, [bytes]) => {
    const polyglot = Buffer.concat([bytes, Buffer.from('<script>alert(1)</script>')]);
    expect((await inspectLogo(polyglot)).bytes).toEqual(bytes);
  });

  it.each([
    ['an SVG', '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'],
    ['an SVG with a prolog', '<?xml version="1.0"?><!DOCTYPE svg><svg width="1" height="1"/>'],
    ['a page', '<!doctype html><script>alert(1)</script>'],
    ['a script', '#!/bin/sh\nrm -rf /\n'],
    ['a GIF', 'GIF89a\x01\x00\x01\x00\x00\x00\x00;'],
    ['a PDF', '%PDF-1.7\n'],
    [
      'a bitmap',
      'BM\x1e\x00\x00\x00\x00\x00\x00\x00\x1a\x00\x00\x00\x0c\x00\x00\x00\x01\x00\x01\x00\x01\x00\x18\x00',
    ],
    ['plain words', 'logo.png'],
    ['nothing', ''],
    ['a single byte', '\x89'],
  ])('refuses %s, whatever its name', async (_, content) => {
    await expect(inspectLogo(Buffer.from(content, 'latin1'))).rejects.toMatchObject({ code: 'logo_type' });
  });

  it('refuses an animated PNG', async () => {
    const [header, pixels] = [png(16, 12).subarray(16, 29), png(16, 12).subarray(41, -16)];
    const animated = pngOf(
      ['IHDR', header],
      ['acTL', Buffer.alloc(8, 1)],
      ['IDAT', pixels],
      ['IEND', Buffer.alloc(0)],
    );
    await expect(inspectLogo(animated)).rejects.toMatchObject({ code: 'logo_type' });
  });

  it('refuses 50 MB, and one byte over 1 MB, before reading them', async () => {
    const large = Buffer.alloc(50_000_000);
    png(16, 12).copy(large);
    await expect(inspectLogo(large)).rejects.toMatchObject({ code: 'logo_bytes' });
    await expect(inspectLogo(large.subarray(0, 1_048_577))).rejects.toMatchObject({ code: 'logo_bytes' });
    await expect(inspectLogo(large.subarray(0, 1_048_576))).resolves.toMatchObject({ bytes: png(16, 12) });
  });

  it.each([
    ['a PNG that would unpack to 10 GB', png(50_000, 50_000, { drawn: 2 })],
    ['a PNG one pixel too wide', png(2049, 1)],
    ['a PNG one pixel too high', png(1, 2049)],
    ['a JPEG too high', patched(jpeg, frameOf(jpeg) + 5, [0xff, 0xff])],
    ['a JPEG whose second frame is too wide', otherFrame([0, 12], [0xff, 0xff])],
    ['a WebP too wide', patched(webp, 26, [0xff, 0x3f])],
    ['a lossless WebP too wide', patched(losslessWebp, 21, [0xff, 0x3f])],
    ['a WebP with too large a canvas', patched(alphaWebp, 24, [0xff, 0xff, 0xff])],
    ['an animated WebP with a frame too wide', animatedWebp(patched(webp, 26, [0xff, 0x3f]))],
    [
      'a WebP whose picture is larger than its canvas',
      patched(alphaWebp, alphaWebp.indexOf('VP8 ') + 14, [0xff, 0x3f]),
    ],
  ])('refuses %s', async (_, bytes) => {
    await expect(inspectLogo(bytes)).rejects.toMatchObject({ code: 'logo_pixels' });
  });

  it.each([
    ['a PNG without a side', png(0, 12, { drawn: 1 })],
    ['a PNG without pixels', pngOf(['IHDR', png(16, 12).subarray(16, 29)], ['IEND', Buffer.alloc(0)])],
    ['a PNG with a wrong checksum', patched(png(16, 12), 50, [0x00])],
    ['a JPEG without a scan', Buffer.concat([jpeg.subarray(0, frameOf(jpeg) + 19), jpeg.subarray(-2)])],
    ['a JPEG whose segment has no room for its length', patched(jpeg, 4, [0, 1])],
    ['a WebP whose chunk runs over', patched(webp, 16, [0xff, 0xff, 0xff, 0xff])],
    ['a WebP that says it goes on', patched(webp, 4, [webp.length + 20, 0, 0, 0])],
    ['a WebP without a picture', patched(alphaWebp, alphaWebp.indexOf('VP8 '), [...Buffer.from('EXIF')])],
  ])('refuses %s as unreadable', async (_, bytes) => {
    await expect(inspectLogo(bytes)).rejects.toMatchObject({ code: 'logo_unreadable' });
  });

  it.each(Object.entries(good).filter(([, [bytes]]) => bytes.length < 1000))(
    'refuses a %s that is cut short anywhere',
    async (_, [bytes]) => {
      for (let length = 0; length < bytes.length; length++) {
        await expect(inspectLogo(bytes.subarray(0, length))).rejects.toBeInstanceOf(Refusal);
      }
    },
  );

  it('answers anything else with an image or a refusal, never with another error', async () => {
    const images = Object.values(good).flatMap(([bytes]) => (bytes.length < 1000 ? [bytes] : []));
    const changed = fc
      .tuple(fc.constantFrom(...images), fc.array(fc.tuple(fc.nat(400), fc.nat(255)), { maxLength: 6 }))
      .map(([image, changes]) => {
        const copy = Buffer.from(image);
        for (const [at, byte] of changes) if (at < copy.length) copy[at] = byte;
        return copy;
      });
    await fc.assert(
      fc.asyncProperty(changed, async (bytes) => {
        try {
          const image = await inspectLogo(bytes);
          expect(bytes.subarray(0, image.bytes.length)).toEqual(image.bytes);
        } catch (error) {
          expect(error).toBeInstanceOf(Refusal);
        }
      }),
      { numRuns: 2_000 },
    );
  });
});
