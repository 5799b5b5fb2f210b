import { z } from 'zod';

const idSchema = z.uuid();

/** An id that came from a button or a form; undefined for whatever is none, at which PostgreSQL would fail. */
export function readId(text: string | undefined): string | undefined {
  return idSchema.safeParse(text).data;
}

/** When a UUIDv7 was made, in milliseconds since 1970 (RFC 9562, 5.7). */
export function madeAt(id: string): number {
  return idBytes(id).readUIntBE(0, 6);
}

/** A UUIDv7 as if made at that moment, in microseconds since 1970, of which it keeps four a step (RFC 9562, 6.2, method 3). */
export function idMadeAt(id: string, microseconds: number): string {
  const bytes = idBytes(id);
  bytes.writeUIntBE(Math.floor(microseconds / 1000), 0, 6);
  bytes.writeUInt16BE(0x7000 | Math.floor(((microseconds % 1000) * 4096) / 1000), 6);
  return idOfBytes(bytes);
}

/** The 16 bytes of an id, for what carries one in little space. */
export function idBytes(id: string): Buffer {
  return Buffer.from(id.replaceAll('-', ''), 'hex');
}

/** The id of 16 bytes. */
export function idOfBytes(bytes: Uint8Array): string {
  const digits = Buffer.from(bytes).toString('hex');
  return digits.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
