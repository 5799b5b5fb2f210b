import type { Context } from '../context.ts';
import { effect } from '../effects.ts';
import { record } from '../record.ts';

/** Has a subscription read that stands in the way of buying one, in case nothing else tells of it. */
export async function followSoon(
  context: Context,
  subscribed: { organizationId: string; subscriptionId: string },
): Promise<void> {
  const key = `subscription:${subscribed.subscriptionId}`;
  await record(context.database, context, [], [effect('subscription.read', subscribed, { key })]);
}
