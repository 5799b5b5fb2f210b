import { z } from 'zod';

const pageSchema = z.object({ page: z.int().min(0).max(1_000_000) });

/** The page that a list's modal shows, by its private_metadata; the first one where that cannot be read. */
export function readPage(metadata: string | undefined): number {
  return pageSchema.safeParse(parseJson(metadata)).data?.page ?? 0;
}

/** What private_metadata holds; undefined where it is no JSON. */
export function parseJson(metadata: string | undefined): unknown {
  try {
    return JSON.parse(metadata ?? '');
  } catch {
    return undefined;
  }
}
