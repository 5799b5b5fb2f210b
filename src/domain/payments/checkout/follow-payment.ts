import type { Context } from '../../context.ts';
import { type Effect, effect } from '../../effects.ts';
import { record } from '../../record.ts';

/** When a page is first looked at by itself, in milliseconds, and how long after its end then. */
const FIRST_LOOK_MS = 10 * 60_000;
const AFTER_END_MS = 60_000;
/** How often a payment may be looked at because somebody waits for it. */
const SEEN_MS = 5_000;
/** Pending payments that one sweep takes up again. */
const AT_A_TIME = 500;

/** Looks at a pending payment in a while, or after its page has ended; one such look waits at a time. */
export function followPayment(
  { now }: Pick<Context, 'now'>,
  paymentId: string,
  when: 'soon' | { endsAt: Date },
): Effect {
  const at = when === 'soon' ? now().getTime() + FIRST_LOOK_MS : when.endsAt.getTime() + AFTER_END_MS;
  return effect(
    'payment.follow',
    { paymentId },
    { key: `payment-follow:${paymentId}`, availableAt: new Date(at) },
  );
}

/** A payment that is still pending is looked at again when its page has ended; after that, an hourly sweep does. */
export async function followLater(
  context: Context,
  { id, expiresAt }: { id: string; expiresAt: Date },
): Promise<void> {
  if (expiresAt <= context.now()) return;
  await record(context.database, context, [], [followPayment(context, id, { endsAt: expiresAt })]);
}

/** Somebody waits for a pending payment: it is looked at now, unless it was within seconds. */
export async function lookAtPayment(
  context: Context,
  { id, readAt }: { id: string; readAt: Date | null },
): Promise<void> {
  if (readAt !== null && context.now().getTime() - readAt.getTime() < SEEN_MS) return;
  const look = effect('payment.follow', { paymentId: id }, { key: `payment-now:${id}` });
  await record(context.database, context, [], [look]);
}

/**
 * Has every payment looked at that is pending though its page has ended: what was to follow it was given up, or its bank takes
 * days. Returns how many.
 */
export async function lookAtPending(context: Context): Promise<number> {
  const { database, now } = context;
  const pending = await database.payment.findMany({
    where: { status: 'pending', expiresAt: { lt: new Date(now().getTime() - FIRST_LOOK_MS) } },
    orderBy: [{ readAt: { sort: 'asc', nulls: 'first' } }],
    take: AT_A_TIME,
    select: { id: true },
  });
  const effects = pending.map(({ id }) =>
    effect('payment.follow', { paymentId: id }, { key: `payment-follow:${id}` }),
  );
  await record(database, context, [], effects);
  return pending.length;
}
