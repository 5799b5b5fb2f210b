import { afterAll, beforeAll } from 'vitest';
import { createDatabase, type Database } from '../../../src/database/client.ts';
import { type TestContext, testContext } from '../../setup/context.ts';
import { createTestDatabase, type TestDatabase } from '../../setup/database.ts';

/** A database of the file's own, a pool of 20 on it, and a context; `stage.context` stands once the tests run. */
export function useStage(): {
  readonly database: Database;
  readonly context: TestContext;
  readonly url: string;
} {
  let server: TestDatabase;
  let context: TestContext;
  beforeAll(async () => {
    server = await createTestDatabase();
    context = testContext(createDatabase(server.url, { poolSize: 20 }));
  });
  afterAll(async () => {
    await context.database.$disconnect();
    await server.drop();
  });
  return {
    get database() {
      return context.database;
    },
    get context() {
      return context;
    },
    get url() {
      return server.url;
    },
  };
}
