import { z } from 'zod';

const idSchema = z.uuid();

/** An id that came from a button or a form; undefined for whatever is none, at which PostgreSQL would fail. */
export function readId(text: string | undefined): string | undefined {
  return idSchema.safeParse(text).data;
}
