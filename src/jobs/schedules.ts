import type { Logger } from '../logger.ts';
import { readAccounts } from './account-read.ts';
import { cleanup } from './cleanup.ts';
import type { JobContext } from './context.ts';
import { finishDeletions } from './deletion-finish.ts';
import { expireInvitations } from './expire-invitations.ts';
import { followPayments } from './payment-follow.ts';
import { reconcileDaily } from './reconcile.ts';
import { releaseWaiting } from './release-waiting.ts';
import { resealTokens } from './reseal-tokens.ts';

/** Something done again and again, by one process of all, and soon after a start if it was missed. */
export interface Schedule<C = JobContext> {
  /** Seconds from the end of one run to the beginning of the next. */
  every: number;
  /** May run twice at any moment, like a job; retried like one. */
  run: (context: C, run: { log: Logger }) => Promise<void>;
}

export type Schedules<C = JobContext> = Record<string, Schedule<C>>;

/** The one list of schedules, by name. */
export const schedules: Schedules = {
  cleanup,
  'expire-invitations': expireInvitations,
  'finish-deletions': finishDeletions,
  'follow-payments': followPayments,
  'read-accounts': readAccounts,
  'reconcile-billing': reconcileDaily,
  'release-waiting': releaseWaiting,
  'reseal-tokens': resealTokens,
};
