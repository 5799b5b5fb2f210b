import type { Context } from '../../context.ts';

/** Stripe lists events of the last 30 days (docs.stripe.com/api/events/list). */
const LISTED_MS = 30 * 86_400_000;
/** A younger event may still be on its way by itself. */
const DELIVERY_MS = 5 * 60_000;

/**
 * From when to when events may have been missed; null where there is no organization. None is older than the oldest
 * organization: the events that an account had before concern nobody here.
 */
export async function spanOfEvents(
  context: Pick<Context, 'database'>,
  startedAt: Date,
): Promise<{ since: Date; until: Date } | null> {
  const oldest = await context.database.organization.findFirst({
    orderBy: { id: 'asc' },
    select: { createdAt: true },
  });
  if (!oldest) return null;
  const listed = startedAt.getTime() - LISTED_MS;
  return {
    since: new Date(Math.max(listed, oldest.createdAt.getTime())),
    until: new Date(startedAt.getTime() - DELIVERY_MS),
  };
}

/** Those of these keys that nothing was ever taken in under. */
export async function unknownKeys(
  context: Pick<Context, 'database'>,
  keys: readonly string[],
): Promise<Set<string>> {
  const rows = await context.database.$queryRaw<{ key: string }[]>`
    SELECT key FROM unnest(${[...keys]}::text[]) AS asked (key)
     WHERE NOT EXISTS (SELECT FROM intake WHERE intake.key = asked.key)`;
  return new Set(rows.map(({ key }) => key));
}
