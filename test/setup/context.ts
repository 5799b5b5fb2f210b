import { randomBytes } from 'node:crypto';
import { v7 as uuidv7 } from 'uuid';
import type { Database } from '../../src/database/client.ts';
import type { Context } from '../../src/domain/context.ts';

/** The moment at which a test's clock starts, unless the test says otherwise. */
export const START = new Date('2026-11-23T09:00:00.000Z');

/** A context whose clock stands still until the test moves it. Sealing is visible: `sealed:<subject>:<secret>`. */
export interface TestContext extends Context {
  /** Moves the clock. */
  advance(by: { seconds?: number; days?: number; milliseconds?: number }): void;
}

export function testContext(database: Database, { now = START }: { now?: Date } = {}): TestContext {
  let present = now;
  return {
    database,
    now: () => present,
    newId: () => uuidv7(),
    randomBytes: (size) => randomBytes(size),
    seal: (secret, subject) => `sealed:${subject}:${secret}`,
    advance({ seconds = 0, days = 0, milliseconds = 0 }) {
      present = new Date(present.getTime() + milliseconds + 1000 * (seconds + 86_400 * days));
    },
  };
}
