import type { MiddlewareHandler } from 'hono';
import { RateLimiterMemory, RateLimiterPostgres, RateLimiterRes } from 'rate-limiter-flexible';
import { queryRows } from '../../database/statements.ts';
import type { Context } from '../../domain/context.ts';
import { count } from '../../domain/count.ts';
import type { Logger } from '../../logger.ts';
import type { PluginEnv } from './api.ts';
import { clientAddress } from './client-address.ts';
import { Problem } from './problems.ts';

/** How often something may be done within so many seconds. */
interface Limit {
  points: number;
  seconds: number;
}

const HOUR = 3600;

/** Each with what it is counted by, and why so many. */
const table = {
  /** By publishable key, what is written: all visitors of an organization's websites together, fifty a second. */
  key: { points: 3000, seconds: 60 },
  /** By key, without an Origin: ten a second bring in whatever a server has, and hold up a loop that went wrong. */
  server: { points: 600, seconds: 60 },
  /** By address: a session lasts ten minutes, and one office's people share an address. */
  sessions: { points: 120, seconds: 600 },
  /** By address: whoever has more to say answers in the ticket; an office shares it. */
  tickets: { points: 30, seconds: 600 },
  /** By e-mail address, over all organizations: each ticket mails an acknowledgement to an address that nobody has proven. */
  email: { points: 5, seconds: HOUR },
  /** By organization, from browsers: a team's busiest minute and hour; the addresses to which each mails are proven by nobody. */
  openings: { points: 60, seconds: 60 },
  openingsHourly: { points: 600, seconds: HOUR },
  /** By organization and e-mail address, from its own server, which knows its customers. */
  emailFromServer: { points: 60, seconds: HOUR },
  /** By conversation: faster than anybody types, and slow enough for a channel, which takes one message a second. */
  answers: { points: 20, seconds: 60 },
  /** By closed conversation: an answer in it may open a ticket, and mail an acknowledgement. */
  continued: { points: 5, seconds: HOUR },
  /** By conversation: one a second, as all who have its link reload and come back to their streams. */
  opens: { points: 600, seconds: 600 },
  /** By conversation: each may be 10 MiB out of the database, and is kept by whoever fetched it. */
  files: { points: 60, seconds: 600 },
  /** By address: buying is done a few times. */
  payments: { points: 30, seconds: 600 },
  /** By address: a page that waits for its payment asks every few seconds, and each page lists what is on sale. */
  reads: { points: 600, seconds: 600 },
} as const satisfies Record<string, Limit>;

export type LimitName = keyof typeof table;

export interface Limits {
  /** Counts one more. @throws Problem 429 where that is too many, with the seconds until it is not. */
  take(name: LimitName, subject: string): Promise<void>;
  /** Takes one back that turned out to be none. */
  giveBack(name: LimitName, subject: string): Promise<void>;
  /**
   * In front of a route, behind the gate: counts by the client's address, and what is written by the key too; a server by its
   * key alone.
   */
  perAddress(name: LimitName): MiddlewareHandler<PluginEnv>;
}

export interface LimitParts {
  context: Pick<Context, 'database' | 'now'>;
  log: Logger;
  trustedProxies: number;
}

/**
 * Counts in the database, for all processes together, each time by one atomic statement. While the database does not take it,
 * each process counts for itself: a limiter that is away lets nobody through more often than that, and keeps nobody out.
 */
export function createLimits({ context, log, trustedProxies }: LimitParts): Limits {
  const limiters = new Map(
    (Object.entries(table) as [LimitName, Limit][]).map(([name, { points, seconds: duration }]) => [
      name,
      new RateLimiterPostgres({
        storeClient: storeOf(context, log),
        storeType: 'client',
        tableName: 'rate_limits',
        tableCreated: true,
        clearExpiredByTimeout: false,
        keyPrefix: name,
        points,
        duration,
        insuranceLimiter: new RateLimiterMemory({ keyPrefix: name, points, duration }),
      }),
    ]),
  );
  const limiter = (name: LimitName) => limiters.get(name) as RateLimiterPostgres;

  const take: Limits['take'] = async (name, subject) => {
    await limiter(name)
      .consume(subject)
      .catch((refused: unknown) => {
        if (!(refused instanceof RateLimiterRes)) throw refused;
        throw tooOften(Math.max(1, Math.ceil(refused.msBeforeNext / 1000)));
      });
  };
  return {
    take,
    async giveBack(name, subject) {
      await limiter(name).reward(subject);
    },
    perAddress: (name) => async (request, next) => {
      const { keyId, origin } = request.var.caller;
      // A server's address is the organization's own: there its key is all that tells who it is.
      if (origin === null) await take('server', keyId);
      else {
        await take(name, clientAddress(request, trustedProxies));
        // What is only read, every view of a page may ask for: it takes nothing from those who write.
        if (request.req.method === 'POST') await take('key', keyId);
      }
      await next();
    },
  };
}

function tooOften(seconds: number): Problem {
  const when = seconds < 120 ? count(seconds, 'second') : count(Math.ceil(seconds / 60), 'minute');
  const detail = `This was asked too often. Try it again in ${when}.`;
  return new Problem(429, 'too_often', detail, { headers: { 'retry-after': String(seconds) } });
}

/**
 * The library's statements over our connections and by our clock: it reads the machine's, so what ours is ahead is added to the
 * moments that go in (the third and the fourth value) and taken off the one that comes back.
 */
function storeOf({ database, now }: LimitParts['context'], log: Logger) {
  return {
    async query({ text, values }: { text: string; values: unknown[] }) {
      const ahead = now().getTime() - Date.now();
      const moved = values.map((value, index) =>
        index >= 2 && typeof value === 'number' ? value + ahead : value,
      );
      const rows = await queryRows<{ points: number; expire: string | null }>(database, {
        text,
        values: moved,
      }).catch((error: unknown) => {
        log.warn(
          { err: error },
          'A limit could not be counted in the database; this process counts for itself.',
        );
        throw error;
      });
      const seen = rows.map((row) => ({
        ...row,
        expire: row.expire === null ? null : Number(row.expire) - ahead,
      }));
      return { rows: seen, rowCount: seen.length };
    },
  };
}
