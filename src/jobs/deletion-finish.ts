import { RetryableFailure } from '../clients/failures.ts';
import type { Context } from '../domain/context.ts';
import {
  claimDeletion,
  deleteOrganization,
  resumeDueDeletions,
} from '../domain/organizations/deletion/finish-deletion.ts';
import type { BillingJobContext } from './follow-subscription.ts';
import { defineJob } from './job.ts';
import type { Schedule } from './schedules.ts';

/**
 * Ends a deletion whose seven days are over: cancels the subscription for good, and then deletes everything. Where Stripe
 * cannot be had it is tried again, and nothing is deleted before.
 */
export const deletionFinish = defineJob<'deletion.finish', BillingJobContext>('deletion.finish', {
  queue: 'stripe',
  async run(context, { deletionId }, { log }) {
    const claim = await claimDeletion(context, deletionId);
    if (claim.kind === 'settled') return;
    if (claim.kind === 'early') {
      const seconds = Math.ceil((claim.deleteAt.getTime() - context.now().getTime()) / 1000);
      throw new RetryableFailure('The time of this deletion has not come.', {
        retryAfter: Math.max(1, seconds),
      });
    }
    await context.stripe.cancelForGood(claim);
    if (await deleteOrganization(context, deletionId)) {
      log.info({ deletionId, organizationId: claim.organizationId }, 'An organization was deleted.');
    }
  },
});

/** Takes up what was given up: a deletion that is due is never forgotten. */
export const finishDeletions: Schedule<Context> = {
  every: 86_400,
  async run(context, { log }) {
    const due = await resumeDueDeletions(context);
    if (due > 0) log.info({ due }, 'deletions are due');
  },
};
