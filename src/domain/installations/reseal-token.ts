import type { Context } from '../context.ts';

/** Replaces a sealed token by the same one under a newer key, unless another token came meanwhile. */
export async function resealToken(
  context: Pick<Context, 'database'>,
  { teamId, from, to }: { teamId: string; from: string; to: string },
): Promise<void> {
  await context.database.installation.updateMany({ where: { teamId, sealed: from }, data: { sealed: to } });
}
