import type { Logger } from '../../logger.ts';
import type { Context } from '../context.ts';
import { effect } from '../effects.ts';
import { record } from '../record.ts';
import type { Application } from './apply-subscription.ts';
import { type FindingKind, reportFinding, resolveFinding } from './findings.ts';
import type { SubscriptionReading } from './subscription.ts';

/** What a reading itself can show to be wrong, or to be right again. */
const shown = ['unknown_status', 'seats_unclear', 'two_subscriptions'] as const satisfies FindingKind[];

/**
 * Reports what a reading shows to be wrong after it was applied, and settles what it shows to be right again. A second
 * subscription that is paid is looked into by a job.
 */
export async function noteReading(
  context: Context,
  organizationId: string,
  { reading, application }: { reading: SubscriptionReading; application: Application },
  log: Logger,
): Promise<void> {
  if (application === 'outdated' || application === 'no_organization') return;
  const { subscriptionId: subject } = reading;
  if (application === 'second_subscription') {
    const key = `unwind:${subject}`;
    const job = effect('subscription.unwind', { organizationId, subscriptionId: subject }, { key });
    return record(context.database, context, [], [job]);
  }
  const wrong: FindingKind[] = [];
  // Also of one that is not the organization's: it may be paid all the same.
  if (reading.status === null) wrong.push('unknown_status');
  if (application === 'applied' && reading.seatsUnclear) wrong.push('seats_unclear');
  const open = await context.database.billingFinding.findMany({
    where: { subject, kind: { in: [...shown] }, resolvedAt: null },
    select: { kind: true },
  });
  for (const kind of wrong) {
    const finding = { kind, subject, organizationId, detail: { quantity: reading.quantity } };
    // The Owner is told by the message about the seats, in the transaction that took them.
    await reportFinding(context, finding, { log });
  }
  for (const { kind } of open as { kind: FindingKind }[]) {
    if (!wrong.includes(kind)) await resolveFinding(context, { kind, subject });
  }
}
