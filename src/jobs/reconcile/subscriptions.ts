import { PermanentFailure } from '../../clients/failures.ts';
import { StripeKeyRefused } from '../../clients/stripe/failures.ts';
import type { ListedSubscription } from '../../clients/stripe/listing.ts';
import type { BilledOrganization } from '../../domain/billing/billed-organization.ts';
import { reportFinding } from '../../domain/billing/findings.ts';
import { listOpenFindings } from '../../domain/billing/list-findings.ts';
import { differs, readBilled } from '../../domain/billing/reconciliation/billed-organizations.ts';
import { findOwners } from '../../domain/billing/reconciliation/owners-of-subscriptions.ts';
import { resolveUnseen } from '../../domain/billing/reconciliation/unseen-findings.ts';
import { followSubscription } from '../follow-subscription.ts';
import type { DoPage, PageOptions, ReconcileContext } from './page.ts';

/** Nothing is paid under these. */
const unpaid = new Set(['incomplete', 'incomplete_expired', 'canceled']);

/**
 * Looks through a page of Stripe's own list for subscriptions that the organizations do not know of: one that was paid while
 * its webhooks were lost becomes the organization's; a second one beside a living one is dealt with as after a webhook; one of
 * an organization that is not here is written down. Those that are none of ours are left alone.
 */
export const lookThroughSubscriptions: DoPage = async (context, { cursor, startedAt }, options) => {
  const { items, next } = await context.pacedStripe.listSubscriptions(cursor);
  const owners = await findOwners(context, items);
  let repaired = 0;
  for (const listed of items) {
    if (unpaid.has(listed.status)) continue;
    const owner = owners.get(listed.subscriptionId);
    if (!owner) await reportOrphan(context, listed, options);
    else if (owner.subscriptionId !== listed.subscriptionId) {
      repaired += (await follow(context, owner, listed, options)) ? 1 : 0;
    }
  }
  if (next === null && !options.dryRun) {
    await resolveUnseen(context, ['orphan_subscription'], startedAt);
    repaired += await readSecondsAgain(context, options);
  }
  return { figures: { repaired }, cursor: next };
};

/** A second subscription that ended is in no list any more: reading it once more takes it off the open findings. */
async function readSecondsAgain(context: ReconcileContext, options: PageOptions): Promise<number> {
  let repaired = 0;
  for (const { subject, organizationId } of await listOpenFindings(context, { kind: 'two_subscriptions' })) {
    if (organizationId === null) continue;
    const listed = { subscriptionId: subject };
    repaired += (await follow(context, { id: organizationId }, listed, options)) ? 1 : 0;
  }
  return repaired;
}

async function reportOrphan(
  context: ReconcileContext,
  { subscriptionId, customerId, organizationId, status }: ListedSubscription,
  { log, dryRun, onFinding }: PageOptions,
): Promise<void> {
  if (organizationId === null) return;
  if (dryRun) return onFinding?.('orphan_subscription', subscriptionId);
  const detail = { customerId, namedOrganizationId: organizationId, status };
  const finding = {
    kind: 'orphan_subscription',
    subject: subscriptionId,
    organizationId: null,
    detail,
  } as const;
  await reportFinding(context, finding, { log });
}

/** Whether the organization came to stand otherwise. */
async function follow(
  context: ReconcileContext,
  { id: organizationId }: Pick<BilledOrganization, 'id'>,
  { subscriptionId }: Pick<ListedSubscription, 'subscriptionId'>,
  { log, dryRun, onDifference, onFinding }: PageOptions,
): Promise<boolean> {
  if (dryRun) {
    onFinding?.('not followed yet', subscriptionId);
    return false;
  }
  const read = async () => (await readBilled(context, [organizationId])).get(organizationId);
  const before = await read();
  try {
    await followSubscription(
      { ...context, stripe: context.pacedStripe },
      { organizationId, subscriptionId },
      log,
    );
  } catch (error) {
    if (!(error instanceof PermanentFailure) || error instanceof StripeKeyRefused) throw error;
    log.error({ organizationId, subscriptionId, err: error }, 'A subscription cannot be followed.');
  }
  const after = await read();
  if (!before || !after || !differs(before, after)) return false;
  onDifference?.(before, after);
  log.warn({ before, after }, 'An organization had a subscription at Stripe that it did not know of.');
  return true;
}
