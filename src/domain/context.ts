import type { Database } from '../database/client.ts';

/**
 * What an operation is given besides its actor and input. Time, ids and randomness come in here, so that a test can
 * move the clock seven days.
 */
export interface Context {
  database: Database;
  /** The present moment. */
  now(): Date;
  /** A new UUIDv7: its order is the order of creation. */
  newId(): string;
  randomBytes(size: number): Buffer;
  /** Encrypts a secret on its way through the outbox; only a holder of the key, naming the same subject, opens it. */
  seal(secret: string, subject: string): string;
}
