import { spawnSync } from 'node:child_process';
import { Redis } from 'ioredis';
import { Client } from 'pg';
import { afterAll } from 'vitest';
import { startRedisServer } from './redis-server.ts';

/** One of the two stores that BullMQ can keep its jobs in. */
export interface TestBackend {
  name: 'PostgreSQL' | 'Redis';
  /** What startJobs() takes. */
  redisUrl: string | undefined;
  /** Loses all jobs of the installation on that database, as FLUSHALL or TRUNCATE does. */
  empty(databaseUrl: string): Promise<void>;
}

const postgres: TestBackend = {
  name: 'PostgreSQL',
  redisUrl: undefined,
  async empty(databaseUrl) {
    const client = new Client(databaseUrl);
    await client.connect();
    await client.query('TRUNCATE bullmq.job CASCADE');
    await client.end();
  },
};

/**
 * The stores to test on, for `describe.each(await queueBackends())('on $name', …)` at the top of a file. Redis is the one
 * REDIS_URL names, else one that is started for this file. Without either its tests are left out, with a word about it;
 * in CI that is an error.
 */
export async function queueBackends(): Promise<TestBackend[]> {
  const url = process.env.REDIS_URL || (await startOwnRedis());
  if (url !== undefined) return [postgres, redisBackend(url)];
  const reason = 'Redis is not tested: REDIS_URL is not set and there is no redis-server on this machine.';
  if (process.env.CI === 'true') throw new Error(reason);
  console.warn(reason);
  return [postgres];
}

function redisBackend(redisUrl: string): TestBackend {
  return {
    name: 'Redis',
    redisUrl,
    async empty(databaseUrl) {
      const client = new Redis(redisUrl);
      // Not FLUSHALL: other tests may be using the same server.
      const keys = await client.keys(`orgdesk:${new URL(databaseUrl).pathname.slice(1)}:*`);
      if (keys.length > 0) await client.del(keys);
      client.disconnect();
    },
  };
}

async function startOwnRedis(): Promise<string | undefined> {
  if (spawnSync('redis-server', ['--version']).error) return undefined;
  const redis = await startRedisServer();
  afterAll(() => redis.stop());
  return redis.url;
}
