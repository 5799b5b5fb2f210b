import { randomUUID } from 'node:crypto';
import type { Backend } from '../../src/jobs/engine/store/backend.ts';
import { openPostgresBackend } from '../../src/jobs/engine/store/postgres.ts';
import { openRedisBackend } from '../../src/jobs/engine/store/redis.ts';

export type Store = 'PostgreSQL' | 'Redis';

/** BullMQ's store as the engine opens it, for the floors. */
export function openBackend(store: Store, databaseUrl: string, redisUrl: string): Promise<Backend> {
  if (store === 'PostgreSQL') return openPostgresBackend(databaseUrl);
  return openRedisBackend(redisUrl, `bench:${randomUUID()}`);
}
