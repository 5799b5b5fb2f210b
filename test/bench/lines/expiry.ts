import { Queue, Worker } from 'bullmq';
import { Client } from 'pg';
import { pino } from 'pino';
import { createDatabase } from '../../../src/database/client.ts';
import type { Context } from '../../../src/domain/context.ts';
import { claimExpired } from '../../../src/domain/invitations/claim-expired.ts';
import { expireInvitations } from '../../../src/domain/invitations/expire-invitations.ts';
import { startJobs } from '../../../src/jobs/engine.ts';
import type { Registry } from '../../../src/jobs/job.ts';
import { testContext } from '../../setup/context.ts';
import { seedMember, seedOrganization } from '../../setup/organization.ts';
import { openBackend, type Store } from '../backends.ts';
import type { Line } from '../line.ts';

const INVITES = 10_000;
const ORGANIZATIONS = 10;
const INVITERS = 10;
const CONCURRENCY = 32;
const DELAY_MS = 2500;
const log = pino({ level: 'warn' });

/** Invites of ten organizations with ten inviters each. */
async function seed(databaseUrl: string): Promise<void> {
  const database = createDatabase(databaseUrl);
  const context = testContext(database);
  for (let count = 0; count < ORGANIZATIONS; count++) {
    const organization = await seedOrganization(context, { seats: 2 * INVITES });
    for (let inviter = 1; inviter < INVITERS; inviter++)
      await seedMember(context, organization, { role: 'admin' });
  }
  await database.$executeRaw`
    INSERT INTO invitations (id, organization_id, email, role, token_hash, invited_by_id, expires_at, created_at)
    SELECT gen_random_uuid(), m.organization_id, 'invitee' || n || '@' || m.id || '.example', 'agent',
           decode(md5(m.id::text || n), 'hex'), m.id, now() + interval '1 day', now()
      FROM members m, generate_series(1, ${INVITES / ORGANIZATIONS / INVITERS}::int) AS n`;
  await database.$disconnect();
}

/** Seconds from the moment at which all invites are due until all are settled and every inviter was told of theirs. */
async function expire(store: Store, databaseUrl: string, redisUrl: string): Promise<number> {
  const database = createDatabase(databaseUrl);
  const context: Context = { ...testContext(database), now: () => new Date() };
  const told: string[] = [];
  const quiet = { queue: 'slack', run: async () => {} } as const;
  const registry: Partial<Registry<Context>> = {
    'home.refresh': quiet,
    'invitation.message-update': quiet,
    'invitations.tell-expired': {
      queue: 'slack',
      async run(jobContext, { memberId }, { outboxId }) {
        if (await claimExpired(jobContext, { memberId, outboxId })) told.push(memberId);
      },
    },
  };
  const jobs = await startJobs({
    context,
    connectionString: databaseUrl,
    redisUrl: store === 'Redis' ? redisUrl : undefined,
    registry,
    schedules: { expiry: { every: 3600, run: async () => void (await expireInvitations(context)) } },
    log,
    pace: { concurrency: CONCURRENCY },
  });
  await jobs.runUntilIdle();
  await database.$executeRaw`
    UPDATE invitations SET status = 'pending', settled_at = NULL, expiry_told_at = NULL, expires_at = now()`;
  const client = new Client(databaseUrl);
  await client.connect();
  await client.query('VACUUM ANALYZE invitations');
  await client.end();

  const start = performance.now();
  await database.$executeRaw`UPDATE outbox SET available_at = now() WHERE key = 'schedule:expiry' AND status = 'pending'`;
  jobs.wake();
  while (told.length < ORGANIZATIONS * INVITERS) await new Promise((resolve) => setTimeout(resolve, 5));
  const seconds = (performance.now() - start) / 1000;
  await jobs.runUntilIdle();
  await jobs.stop();
  const untold = await database.invitation.count({ where: { expiryToldAt: null } });
  await database.$disconnect();
  if (untold > 0 || told.length > ORGANIZATIONS * INVITERS) {
    throw new Error(`${told.length} messages, and ${untold} invites that none of them told of.`);
  }
  return seconds;
}

/** Seconds from the moment at which all delayed jobs are due until BullMQ has completed them, one for each invite. */
async function delayedJobs(store: Store, databaseUrl: string, redisUrl: string): Promise<number> {
  const backend = await openBackend(store, databaseUrl, redisUrl);
  const options = { connection: backend.producer, prefix: backend.prefix };
  const queue = new Queue('delayed', options, backend.factory);
  await queue.waitUntilReady();
  const due = Date.now() + DELAY_MS;
  for (let added = 0; added < INVITES; added += 1000) {
    await queue.addBulk(
      Array.from({ length: 1000 }, () => ({
        name: 'expire',
        data: {},
        opts: { delay: Math.max(0, due - Date.now()), removeOnComplete: true },
      })),
    );
  }
  let done = 0;
  const worker = new Worker(
    'delayed',
    async () => void done++,
    { connection: backend.consumer, prefix: backend.prefix, concurrency: CONCURRENCY },
    backend.factory,
  );
  const begin = Math.max(due, Date.now());
  while (done < INVITES) await new Promise((resolve) => setTimeout(resolve, 5));
  const seconds = (Date.now() - begin) / 1000;
  await worker.close();
  await queue.close();
  await backend.close();
  return seconds;
}

const line = (store: Store): Line => ({
  name: `expiry of 10,000 invites at once on ${store}`,
  unit: 's',
  floor: 'one delayed BullMQ job for each, without a row',
  goal: 2,
  goalFor: 'value',
  better: 'lower',
  async prepare(bench) {
    const databaseUrl = await bench.createDatabase();
    const redisUrl = await bench.redisUrl();
    await seed(databaseUrl);
    return {
      value: () => expire(store, databaseUrl, redisUrl),
      floorValue: () => delayedJobs(store, databaseUrl, redisUrl),
      close: async () => {},
    };
  },
});

export const lines: Line[] = [line('PostgreSQL'), line('Redis')];
