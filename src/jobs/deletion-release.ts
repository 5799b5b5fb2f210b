import { clearMarks, findMarked, tellThatItEnds } from '../domain/organizations/deletion/ending-mark.ts';
import { isClosing } from '../domain/organizations/deletion/open-deletion.ts';
import type { Logger } from '../logger.ts';
import { type BillingJobContext, followSubscription } from './follow-subscription.ts';
import { defineJob } from './job.ts';

interface Subscribed {
  organizationId: string;
  subscriptionId: string;
}

/** Lets the subscription of an organization that is kept go on, where a deletion of ours had set it to end. */
export const deletionRelease = defineJob<'deletion.release', BillingJobContext>('deletion.release', {
  queue: 'stripe',
  async run(context, { deletionId }, { log }) {
    const ending = await findMarked(context, deletionId);
    if (!ending) return;
    await settleEnding(context, ending, log);
  },
  // The Owner can still keep it by hand, in Stripe's portal, and has to know.
  onParked: (transaction, context, { deletionId }) => tellThatItEnds(transaction, context, deletionId),
});

/**
 * Sets the subscription to end, or to go on, as the organization's deletion stands; and looks again afterwards, until what
 * Stripe was told last is what the row says. Jobs of a deletion and of its undo may meet here in any order: each acts after
 * the change that it belongs to, so the last one to act has seen the last change.
 */
export async function settleEnding(
  context: BillingJobContext,
  ending: Subscribed,
  log: Logger,
): Promise<void> {
  for (;;) {
    const ends = await isClosing(context, ending.organizationId);
    const outcome = await context.stripe.setEnding(ending.subscriptionId, ends);
    if ((await isClosing(context, ending.organizationId)) !== ends) continue;
    if (ends) return;
    // While the mark is there, whoever reads that it goes on knows why.
    if (outcome === 'set') await followSubscription(context, ending, log);
    if (await clearMarks(context, ending)) return;
    if (!(await isClosing(context, ending.organizationId))) return;
  }
}
