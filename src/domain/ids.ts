import { z } from 'zod';

const idSchema = z.uuid();

/** An id that came from a button or a form; undefined for whatever is none, at which PostgreSQL would fail. */
export function readId(text: string | undefined): string | undefined {
  return idSchema.safeParse(text).data;
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
