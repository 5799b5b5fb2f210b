import { spanOfEvents, unknownKeys } from '../../domain/billing/reconciliation/missed-events.ts';
import { storeEvent } from '../../domain/intake/store-event.ts';
import type { DoPage } from './page.ts';

/**
 * Takes in a page of the events that Stripe has and that never arrived, in the way and with the job of those that do. The newest
 * come first, which is as good as any order: an event is only a hint at what to read.
 */
export const takeInMissedEvents: DoPage = async (context, { cursor, startedAt }, { dryRun, log }) => {
  const span = await spanOfEvents(context, startedAt);
  if (!span || span.until < span.since) return { figures: {}, cursor: null };
  const { items, next } = await context.pacedStripe.listEvents({ ...span, after: cursor });
  const keyOf = (id: string) => `stripe:${id}`;
  const unknown = await unknownKeys(
    context,
    items.map(({ id }) => keyOf(id)),
  );
  const missed = items.filter(({ id }) => unknown.has(keyOf(id)));
  if (dryRun) return { figures: { replayed: missed.length }, cursor: next };
  let replayed = 0;
  for (const { id, body } of missed) {
    const { first } = await storeEvent(context, 'stripe.event', { key: keyOf(id), body });
    if (first) replayed += 1;
  }
  if (replayed > 0) log.warn({ replayed }, "events of Stripe's had not arrived and were taken in");
  return { figures: { replayed }, cursor: next };
};
