import { crc32, deflateSync } from 'node:zlib';

const decode = (base64: string) => Buffer.from(base64, 'base64');

/** A gradient of 16 x 12 pixels, as Chromium writes it. */
export const jpeg = decode(
  '/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAA0JCgsKCA0LCgsODg0PEyAVExISEyccHhcgLikxMC4pLSwzOko+MzZGNywtQFdBRkxOUlNSMj5aYVpQYEpRUk//2wBDAQ4ODhMREyYVFSZPNS01T09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT0//wAARCAAMABADASIAAhEBAxEB/8QAFgABAQEAAAAAAAAAAAAAAAAABgQF/8QAGRAAAwEBAQAAAAAAAAAAAAAAAAQhAjED/8QAFAEBAAAAAAAAAAAAAAAAAAAABP/EABoRAAICAwAAAAAAAAAAAAAAAAADAQIEBSH/2gAMAwEAAhEDEQA/ACqS3Ib6S3IRpYzIIEvPMgLY5Vuj0Lg//9k=',
);
export const webp = decode(
  'UklGRkYAAABXRUJQVlA4IDoAAADwAQCdASoQAAwAAoBCJbACdADRporKQkAA/vlQ3jFvekspCV7LVw8X/uR2bcd+K6g1v4WisETI1AAA',
);
export const losslessWebp = decode(
  'UklGRm4BAABXRUJQVlA4TGIBAAAvD8ACAKfkoG0jQapzd8+f8+5zcNi2jSTHLGb3HoVt2zby3T19SPN/h4fvd/7+X9L7dEm6dCFIg1AXA1lIkAZ1QRq0TbSAthHQNkiDDCNNtA0SDi1ZQDZojQFdpAVpwQYtGNA2nbZBNgvSwuUiBqRBRCDIsAYZ/uULkuZUkIBsnIhADOiYNNdVg2xcIicb1IUIiUsngrq8r7q83wsQAwAg29S2bdu2bZuzjc42P84TEf1Xm7YBs9spb4AgcAyRzlfobIF0sTlcAcNQeBpHprV4EoV6b2kLisRRWRK1yRXL1Tqz9X0ElswQKQ2OSLbSmqzunqBJdIFcbw0mS43R8s7RJYHGlWrNvnih3p9vHSxuKWyxxuiO5qvd6cbe+fUTU6gyOELZcmu8tnt69fDKU+js/lSxOVjZPr64f/mUai3eBABtHi7unj9+1CZnLFdrz9b3z24e37//DI5wBngMQG9fv/8=',
);
/** In the extended form: a canvas, its alpha, and a lossy picture. */
export const alphaWebp = decode(
  'UklGRpoAAABXRUJQVlA4WAoAAAAQAAAADwAACwAAQUxQSBUAAAABDzCAERGCSNumbP79nt9CRP8D1gcAVlA4IF4AAABQAgCdASoQAAwAAoBCJbACdHMBcoDhR/JJCAAA/u9217dAm82X2ZVl3kftTxcaKu2BX/89+8WE/uw2//5rSx5cv9MXXC/nFQ/+sBtZ/v/+h1SX/k7+pv7V9EV/cAAA',
);

/** A PNG of one grey, whose header says `width` x `height`, whatever is drawn. */
export function png(width: number, height: number, { drawn = height }: { drawn?: number } = {}): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.writeUInt8(8, 8);
  const rows = Buffer.alloc((width + 1) * drawn, 0);
  return pngOf(['IHDR', header], ['IDAT', deflateSync(rows)], ['IEND', Buffer.alloc(0)]);
}

/** A PNG of these chunks, with right checksums. */
export function pngOf(...chunks: [type: string, data: Buffer][]): Buffer {
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  const written = chunks.map(([type, data]) => {
    const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
    const length = Buffer.alloc(4);
    length.writeUInt32BE(data.length);
    const checksum = Buffer.alloc(4);
    checksum.writeUInt32BE(crc32(body));
    return Buffer.concat([length, body, checksum]);
  });
  return Buffer.concat([signature, ...written]);
}

/** `image` with `bytes` written at `at`. */
export function patched(image: Buffer, at: number, bytes: number[]): Buffer {
  const copy = Buffer.from(image);
  copy.set(bytes, at);
  return copy;
}
