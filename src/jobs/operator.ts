import type { Database } from '../database/client.ts';

export interface OutboxCounts {
  /** Not yet in a queue, among them those that wait for their next try. */
  pending: number;
  queued: number;
  /** Given up; an operator has to look. */
  parked: number;
}

/** How many effects are open, by their state; on indexes that hold only these, so that it may be asked often. */
export async function outboxCounts(database: Pick<Database, '$queryRaw'>): Promise<OutboxCounts> {
  const [counts] = await database.$queryRaw<OutboxCounts[]>`
    SELECT (SELECT count(*)::int FROM outbox WHERE status = 'pending') AS pending,
           (SELECT count(*)::int FROM outbox WHERE status = 'queued') AS queued,
           (SELECT count(*)::int FROM outbox WHERE status = 'parked') AS parked`;
  return counts ?? { pending: 0, queued: 0, parked: 0 };
}

export interface ParkedEffect {
  id: string;
  topic: string;
  attempts: number;
  error: string | null;
  parkedAt: Date;
}

/** The effects that were given up, oldest first. */
export async function listParked(database: Database, limit: number): Promise<ParkedEffect[]> {
  const rows = await database.outboxRow.findMany({
    where: { status: 'parked' },
    orderBy: { id: 'asc' },
    take: limit,
  });
  return rows.map(({ id, topic, attempts, error, availableAt }) => ({
    id,
    topic,
    attempts,
    error,
    parkedAt: availableAt,
  }));
}

/**
 * Lets parked effects be tried again now, one or all, as often as new ones but for one try: the job is told that an earlier
 * try may have done a part. Gives how many.
 */
export async function retryParked(database: Database, which: string | 'all', now: Date): Promise<number> {
  const count = await database.$executeRaw`
    UPDATE outbox SET status = 'pending', attempts = 1, available_at = ${now}
     WHERE status = 'parked' AND (${which} = 'all' OR id::text = ${which})`;
  await database.$executeRaw`SELECT pg_notify('outbox', '')`;
  return count;
}

/** Takes an effect out of the way, unless it is settled. A worker that is at it may still do it. */
export async function parkByHand(database: Database, id: string, now: Date): Promise<boolean> {
  const count = await database.$executeRaw`
    UPDATE outbox SET status = 'parked', available_at = ${now}, error = coalesce(error, 'Parked by hand.')
     WHERE id::text = ${id} AND status IN ('pending', 'queued')`;
  return count === 1;
}
