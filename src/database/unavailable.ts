/** A store did not answer when the process started; `message` is a sentence for the operator, without a password. */
export class StoreUnavailable extends Error {
  override name = 'StoreUnavailable';
}

/** PostgreSQL did not take the connection. */
export function postgresUnavailable(connectionString: string, error: unknown): StoreUnavailable {
  return new StoreUnavailable(
    `PostgreSQL at ${addressOf(connectionString)} does not answer (${reasonOf(error)}). Start it, or correct DATABASE_URL.`,
    { cause: error },
  );
}

/** `postgres://user:password@host:5432/name` as `host:5432/name`: what may be said aloud. */
export function addressOf(url: string): string {
  const { host, pathname } = new URL(url);
  return host + pathname.replace(/\/$/, '');
}

/** What a failed connection said: Node gives several tries as an AggregateError without words of its own. */
export function reasonOf(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return reasonOf(error.errors[0]);
  return error instanceof Error ? error.message : String(error);
}
