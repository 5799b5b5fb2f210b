import type { Context } from '../context.ts';
import { effect } from '../effects.ts';
import { record } from '../record.ts';

/** Who has not opened the App Home for so long finds it fresh when they open it. */
const DAYS = 30;
/** views.publish takes about a hundred a minute in a workspace (Slack's tier 4). */
const AT_A_TIME = 100;
const PAUSE_SECONDS = 60;
const MOST = 6_000;

/**
 * Has the App Home published again for everybody of the workspace who opened it in the last 30 days: a hundred at once,
 * who opened it last first, and a hundred more with every minute. Whoever waits for it already waits once.
 * Returns for how many.
 */
export async function refreshHomes(context: Context, { teamId }: { teamId: string }): Promise<number> {
  const now = context.now().getTime();
  const viewers = await context.database.homeView.findMany({
    where: { teamId, openedAt: { gt: new Date(now - DAYS * 86_400_000) } },
    orderBy: [{ openedAt: 'desc' }, { userId: 'asc' }],
    take: MOST,
    select: { userId: true },
  });
  for (let from = 0; from < viewers.length; from += AT_A_TIME) {
    const availableAt = new Date(now + (from / AT_A_TIME) * PAUSE_SECONDS * 1000);
    // In one order whoever opened what meanwhile, so that two of these at once cannot wait for each other.
    const userIds = viewers.slice(from, from + AT_A_TIME).map(({ userId }) => userId);
    const effects = userIds
      .sort()
      .map((userId) =>
        effect('home.publish', { teamId, userId }, { key: `home-refresh:${teamId}:${userId}`, availableAt }),
      );
    await record(context.database, context, [], effects);
  }
  return viewers.length;
}
