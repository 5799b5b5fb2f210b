import type { Context } from '../domain/context.ts';
import type { Schedule } from './schedules.ts';

const DAY_MS = 86_400_000;
const KEEP_DONE_DAYS = 7;
/**
 * Stripe lists its events for 30 days and can be asked to send one again; within them, counted by Stripe's clock from a moment
 * before ours, its key must be known, or it would be taken in a second time.
 */
const KEEP_INTAKE_DAYS = 35;
/** How long a request to the API may be sent again under its Idempotency-Key. */
const KEEP_REQUESTS_DAYS = 1;
const BATCH = 5000;

/**
 * Deletes effects that were done, handled intake, requests to the API and counts of its limits, when they are old; in batches,
 * so that no lock is held long.
 */
export const cleanup: Schedule<Context> = {
  every: 3600,
  async run({ database, now }, { log }) {
    const before = (days: number) => new Date(now().getTime() - days * DAY_MS);
    const effects = await inBatches(
      () => database.$executeRaw`
        DELETE FROM outbox WHERE id IN (
          SELECT id FROM outbox WHERE status = 'done' AND done_at < ${before(KEEP_DONE_DAYS)} LIMIT ${BATCH})`,
    );
    const intake = await inBatches(
      () => database.$executeRaw`
        DELETE FROM intake WHERE key IN (
          SELECT key FROM intake
           WHERE received_at < ${before(KEEP_INTAKE_DAYS)} AND (handled_at IS NOT NULL OR body IS NULL) LIMIT ${BATCH})`,
    );
    const requests = await inBatches(
      () => database.$executeRaw`
        DELETE FROM plugin_requests WHERE (organization_id, purpose, key) IN (
          SELECT organization_id, purpose, key FROM plugin_requests
           WHERE created_at < ${before(KEEP_REQUESTS_DAYS)} LIMIT ${BATCH})`,
    );
    const limits = await inBatches(
      () => database.$executeRaw`
        DELETE FROM rate_limits WHERE key IN (
          SELECT key FROM rate_limits WHERE expire < ${now().getTime()} LIMIT ${BATCH})`,
    );
    if (effects + intake + requests + limits > 0) {
      log.info({ effects, intake, requests, limits }, 'old rows deleted');
    }
  },
};

async function inBatches(deleteSome: () => Promise<number>): Promise<number> {
  let deleted = 0;
  for (;;) {
    const count = await deleteSome();
    deleted += count;
    if (count < BATCH) return deleted;
  }
}
