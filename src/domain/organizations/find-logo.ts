import type { Context } from '../context.ts';

export interface StoredLogo {
  contentType: string;
  bytes: Uint8Array;
}

/** The logo under an unguessable path, for whoever knows the path; null where there is none. */
export async function findLogo(
  context: Pick<Context, 'database'>,
  input: { path: string },
): Promise<StoredLogo | null> {
  // Whatever no path of ours looks like never reaches the database, NUL among it.
  if (!/^[A-Za-z0-9_-]{32}$/.test(input.path)) return null;
  return context.database.logo.findUnique({
    where: { path: input.path },
    select: { contentType: true, bytes: true },
  });
}
