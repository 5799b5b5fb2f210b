import type { Context } from '../context.ts';
import { type Effect, effect } from '../effects.ts';

/** views.publish takes about a hundred a minute in a workspace: everybody's App Home follows tickets once a minute. */
const PAUSE_SECONDS = 60;

/**
 * Has the App Homes show a change of tickets: at once those of `userIds`, whose own it is, and everybody's within a minute,
 * however many tickets change meanwhile.
 */
export function ticketHomes(
  context: Pick<Context, 'now'>,
  teamId: string,
  userIds: readonly string[] = [],
): Effect[] {
  const availableAt = new Date(context.now().getTime() + PAUSE_SECONDS * 1000);
  return [
    ...[...new Set(userIds)]
      .sort()
      .map((userId) =>
        effect('home.publish', { teamId, userId }, { key: `home-tickets:${teamId}:${userId}` }),
      ),
    effect('home.refresh', { teamId }, { key: `home-tickets:${teamId}`, availableAt }),
  ];
}
