import { createRedisBackend } from 'bullmq';
import { Redis, type RedisOptions } from 'ioredis';
import { addressOf, reasonOf, StoreUnavailable } from '../../../database/unavailable.ts';
import type { Backend } from './backend.ts';

const CONNECT_TIMEOUT_MS = 5000;
const COMMAND_TIMEOUT_MS = 10_000;
const LONGEST_PAUSE_MS = 2000;

/** BullMQ on Redis. @throws StoreUnavailable when Redis does not answer now. */
export async function openRedisBackend(url: string, prefix: string): Promise<Backend> {
  let hasAnswered = false;
  let lastError: unknown;
  const options: RedisOptions = {
    connectTimeout: CONNECT_TIMEOUT_MS,
    lazyConnect: true,
    maxRetriesPerRequest: null,
    // A Redis that was never there is the operator's business; one that went away comes back.
    retryStrategy: (times) => (hasAnswered ? Math.min(50 * 2 ** times, LONGEST_PAUSE_MS) : null),
  };
  const producer = new Redis(url, {
    ...options,
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    autoResendUnfulfilledCommands: false,
    commandTimeout: COMMAND_TIMEOUT_MS,
  });
  const consumer = new Redis(url, options);
  for (const client of [producer, consumer]) {
    client.on('error', (error) => {
      lastError = error;
    });
  }
  try {
    await Promise.all([producer.connect(), consumer.connect()]);
    await producer.ping();
    hasAnswered = true;
  } catch (error) {
    producer.disconnect();
    consumer.disconnect();
    const reason = reasonOf(lastError ?? error);
    throw new StoreUnavailable(
      `Redis at ${addressOf(url)} does not answer (${reason}). Start it, or leave REDIS_URL out to keep the queues in PostgreSQL.`,
      { cause: error },
    );
  }

  return {
    name: 'Redis',
    prefix,
    factory: createRedisBackend as Backend['factory'],
    producer,
    consumer,
    async missing(queue, ids) {
      const answers = await producer.pipeline(ids.map((id) => ['exists', `${prefix}:${queue}:${id}`])).exec();
      return ids.filter((_, index) => {
        const [error, exists] = answers?.[index] ?? [new Error('Redis gave no answer.')];
        if (error) throw error;
        return exists === 0;
      });
    },
    async check() {
      await producer.ping();
    },
    async close() {
      producer.disconnect();
      consumer.disconnect();
    },
  };
}
