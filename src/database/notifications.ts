import { Client } from 'pg';

export interface SubscriptionOptions {
  /** Called for every notification with what it says, and with null after every connect, since one may have been missed. */
  onWake: (payload: string | null) => void;
  /** Called once when the connection is lost, and again only after it was back. */
  onLost: (error: Error) => void;
}

/** A connection that listens on a channel of PostgreSQL's and connects again, ever more slowly, when it is lost. */
export interface Subscription {
  /** Runs a statement on the listening session, for locks that live and die with it. @throws when it is away. */
  query<Row extends object>(text: string): Promise<Row[]>;
  /** When it was connected, in milliseconds of the system's clock, or null while the connection is lost. */
  connectedSince(): number | null;
  close(): Promise<void>;
}

const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 10_000;

/**
 * Resolves when it listens. LISTEN belongs to a session, so the connection must not go through a pooler in transaction
 * mode. @throws when the first connect fails.
 */
export async function subscribe(
  connectionString: string,
  channel: string,
  { onWake, onLost }: SubscriptionOptions,
): Promise<Subscription> {
  let client: Client | undefined;
  let retry: NodeJS.Timeout | undefined;
  let since: number | null = null;
  let pause = FIRST_PAUSE_MS;
  let closed = false;

  const connect = async () => {
    const next = new Client({
      connectionString,
      application_name: `orgdesk listener ${channel}`,
      // Notices within a minute that the other side is gone without a word.
      keepAlive: true,
      keepAliveInitialDelayMillis: 10_000,
    });
    next.on('notification', ({ payload }) => onWake(payload ?? ''));
    let lost = false;
    const lose = (error: Error) => {
      if (lost || closed) return;
      lost = true;
      const wasListening = client === next;
      if (wasListening) {
        client = undefined;
        since = null;
      }
      next.end().catch(() => {});
      if (wasListening) {
        onLost(error);
        connectLater();
      }
    };
    next.on('error', lose);
    next.on('end', () => lose(new Error('The connection was closed.')));
    await next.connect();
    await next.query(`LISTEN ${next.escapeIdentifier(channel)}`);
    if (closed) return next.end();
    client = next;
    since = Date.now();
    pause = FIRST_PAUSE_MS;
    onWake(null);
  };

  const connectLater = () => {
    retry = setTimeout(() => {
      pause = Math.min(2 * pause, LONGEST_PAUSE_MS);
      connect().catch(() => {
        if (!closed) connectLater();
      });
    }, pause);
  };

  await connect();
  return {
    async query<Row extends object>(text: string) {
      if (!client) throw new Error('The connection is lost.');
      return (await client.query<Row>(text)).rows;
    },
    connectedSince: () => since,
    async close() {
      closed = true;
      clearTimeout(retry);
      await client?.end().catch(() => {});
    },
  };
}
