import { randomBytes } from 'node:crypto';
import { Client } from 'pg';
import { startTemporaryServer } from '../../src/database/embedded/temporary.ts';
import { migrate } from '../../src/database/migrations.ts';
import { type RedisServer, startRedisServer } from '../setup/redis-server.ts';
import type { Bench } from './line.ts';

const quiet = () => {};
const DURABLE = { fsync: 'on', synchronous_commit: 'on', full_page_writes: 'on', max_connections: '300' };

/** The bench's own PostgreSQL (or the one BENCH_DATABASE_URL names) and Redis (or the one REDIS_URL names). */
export async function startServers(): Promise<Bench & { stop(): Promise<void> }> {
  const given = process.env.BENCH_DATABASE_URL;
  const postgres = given
    ? { connectionString: given, stop: async () => {} }
    : await startTemporaryServer({ log: quiet, settings: DURABLE });
  const prefix = `orgdesk_bench_${randomBytes(4).toString('hex')}`;
  const made: string[] = [];
  let redis: RedisServer | undefined;

  const onServer = async (sql: string) => {
    const client = new Client(postgres.connectionString);
    await client.connect();
    await client.query(sql).finally(() => client.end());
  };
  return {
    async createDatabase() {
      const name = `${prefix}_${made.length}`;
      await onServer(`CREATE DATABASE ${name}`);
      made.push(name);
      const url = new URL(postgres.connectionString);
      url.pathname = `/${name}`;
      await migrate(url.href, { log: quiet });
      return url.href;
    },
    async redisUrl() {
      if (process.env.REDIS_URL) return process.env.REDIS_URL;
      redis ??= await startRedisServer();
      return redis.url;
    },
    async stop() {
      await redis?.stop();
      if (given) for (const name of made) await onServer(`DROP DATABASE ${name} WITH (FORCE)`);
      await postgres.stop();
    },
  };
}
