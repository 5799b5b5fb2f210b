import { Pool } from 'pg';

/** A row as a queue needs it. */
export interface QueuedRow {
  id: string;
  topic: string;
}

/** A row as a worker needs it. */
export interface WaitingRow extends QueuedRow {
  payload: unknown;
  /** Tries that are known to have begun. */
  attempts: number;
  createdAt: Date;
}

/**
 * The statements of the outbox that run for every effect, over connections of their own: they are batched, named and
 * few, and must not wait behind the operations' transactions. Times come from the caller's clock.
 *
 * A row is `pending` until a relay claims it, `queued` until its effect is done, then `done`; `parked` when it was given
 * up. `available_at` is when a pending row may be claimed, and when a queued row is to be looked after.
 */
export interface Outbox {
  /**
   * Makes up to `limit` due rows queued, earliest first, and gives them in the order of their writing. Rows that another
   * claims at the same moment are passed over. A claimed row gives up its key: an effect written from now on is a row of
   * its own.
   */
  claim(claim: Claim): Promise<WaitingRow[]>;
  /** When the next pending row is due, or null. */
  nextDue(topics: readonly string[]): Promise<Date | null>;
  /** Queued rows whose time to be looked after has come, earliest first. */
  overdue(overdue: { now: Date; topics: readonly string[]; limit: number }): Promise<QueuedRow[]>;
  /**
   * Makes these rows pending again, where they are still queued, and says how many were. `tried`: a worker may have begun
   * them, so that the next try is not the first.
   */
  release(ids: readonly string[], at: Date, tried: boolean): Promise<number>;
  /** Looks after these rows later, where they are still queued. */
  leave(ids: readonly string[], until: Date): Promise<void>;
  /** Those of these rows that wait for their effect. */
  load(ids: readonly string[]): Promise<WaitingRow[]>;
  /**
   * Marks these rows done, where they still wait, and blanks their payloads. The commit does not wait for the disk: when
   * PostgreSQL crashes at that moment a mark may be lost, the row is found queued, and its effect runs again.
   */
  finish(ids: readonly string[], now: Date): Promise<void>;
  /** Makes a failed row wait until `availableAt`, unless it is settled. */
  postpone(id: string, attempts: number, availableAt: Date, error: string): Promise<void>;
  /** Whether any row is queued or could be claimed now. */
  isBusy(now: Date, topics: readonly string[]): Promise<boolean>;
  close(): Promise<void>;
}

export interface Claim {
  now: Date;
  /** When the claimed rows are to be looked after. */
  until: Date;
  /** Rows of other topics are left alone: a newer release knows them. */
  topics: readonly string[];
  /** Not these: a queue still holds the job of their last try. */
  except: readonly string[];
  limit: number;
}

// By their places on the disk, which the lock holds fast: a join by id may be planned as a walk through all done rows.
const CLAIM = `
  UPDATE outbox SET status = 'queued', key = NULL, available_at = $2
   WHERE ctid = ANY (ARRAY (
     SELECT ctid FROM outbox
      WHERE status = 'pending' AND available_at <= $1 AND topic = ANY ($3) AND id <> ALL ($4::uuid[])
      ORDER BY available_at, id LIMIT $5 FOR UPDATE SKIP LOCKED))
  RETURNING id, topic, payload, attempts, created_at AS "createdAt"`;

const FINISH = `
  UPDATE outbox SET status = 'done', payload = '{}', error = NULL, done_at = $2
    FROM (SELECT set_config('synchronous_commit', 'off', true)) AS unhurried
   WHERE id = ANY ($1::uuid[]) AND status IN ('pending', 'queued')`;

export function openOutbox(connectionString: string, { poolSize = 3 } = {}): Outbox {
  const pool = new Pool({ connectionString, max: poolSize, application_name: 'orgdesk outbox' });
  // An idle connection that breaks is replaced; whoever queries next hears of it.
  pool.on('error', () => {});
  const run = async <Row extends object = object>(name: string, text: string, values: unknown[]) =>
    (await pool.query<Row>({ name, text, values })).rows;

  return {
    async claim({ now, until, topics, except, limit }) {
      const rows = await run<WaitingRow>('claim', CLAIM, [now, until, topics, except, limit]);
      return rows.sort((one, other) => (one.id < other.id ? -1 : 1));
    },
    async nextDue(topics) {
      const [row] = await run<{ at: Date }>(
        'next-due',
        `SELECT available_at AS at FROM outbox WHERE status = 'pending' AND topic = ANY ($1)
          ORDER BY available_at LIMIT 1`,
        [topics],
      );
      return row?.at ?? null;
    },
    overdue: ({ now, topics, limit }) =>
      run<QueuedRow>(
        'overdue',
        `SELECT id, topic FROM outbox WHERE status = 'queued' AND available_at <= $1 AND topic = ANY ($2)
          ORDER BY available_at, id LIMIT $3`,
        [now, topics, limit],
      ),
    async release(ids, at, tried) {
      const rows = await run(
        'release',
        `UPDATE outbox SET status = 'pending', available_at = $2, attempts = greatest(attempts, $3)
          WHERE id = ANY ($1::uuid[]) AND status = 'queued' RETURNING id`,
        [ids, at, tried ? 1 : 0],
      );
      return rows.length;
    },
    async leave(ids, until) {
      await run(
        'leave',
        `UPDATE outbox SET available_at = $2 WHERE id = ANY ($1::uuid[]) AND status = 'queued'`,
        [ids, until],
      );
    },
    load: (ids) =>
      run<WaitingRow>(
        'load',
        `SELECT id, topic, payload, attempts, created_at AS "createdAt" FROM outbox
          WHERE id = ANY ($1::uuid[]) AND status IN ('pending', 'queued')`,
        [ids],
      ),
    async finish(ids, now) {
      await run('finish', FINISH, [ids, now]);
    },
    async postpone(id, attempts, availableAt, error) {
      await run(
        'postpone',
        `UPDATE outbox SET status = 'pending', attempts = $2, available_at = $3, error = $4
          WHERE id = $1 AND status IN ('pending', 'queued')`,
        [id, attempts, availableAt, error],
      );
    },
    async isBusy(now, topics) {
      const [row] = await run<{ busy: boolean }>(
        'is-busy',
        `SELECT EXISTS (SELECT 1 FROM outbox WHERE status = 'queued' AND topic = ANY ($2))
             OR EXISTS (SELECT 1 FROM outbox
                         WHERE status = 'pending' AND available_at <= $1 AND topic = ANY ($2)) AS busy`,
        [now, topics],
      );
      return row?.busy ?? false;
    },
    close: () => pool.end(),
  };
}
