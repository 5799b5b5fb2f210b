import type { Context } from '../context.ts';

/** Publishes nobody's App Home that is not there any more; opening it again remembers it. */
export async function forgetHome(
  context: Pick<Context, 'database'>,
  { teamId, userId }: { teamId: string; userId: string },
): Promise<void> {
  await context.database.homeView.deleteMany({ where: { teamId, userId } });
}
