import { createHash } from 'node:crypto';
import { Client } from 'pg';
import type { World } from '../sandbox/world.ts';

/** What is done once and then only remembered; and what changes by the mere passing of time. */
const left = new Set(['_prisma_migrations', 'outbox']);

/**
 * Every row of every table of the business, what every person in the workspaces has been told, every mail, and what Stripe
 * was asked to change; when everything that was decided is done.
 */
export async function snapshot(world: World, teams: readonly string[]): Promise<Record<string, unknown>> {
  await world.settle();
  const { slack, mail, stripe, config } = world;
  const told = await Promise.all(
    teams.map(async (team) => [team, (await toldIn(slack, team)).sort()] as const),
  );
  return {
    ...(await rows(config.DATABASE_URL ?? '')),
    told: Object.fromEntries(told),
    mails: mail.messages().map(({ messageId }) => messageId),
    stripe: stripe.requests.entries.filter(
      ({ method, path }) => method !== 'GET' && !path.endsWith('_preview'),
    ).length,
    charged: stripe.state.taken(),
  };
}

async function toldIn(slack: World['slack'], team: string): Promise<string[]> {
  const posted = slack.requests.filter(
    ({ method, teamId, status }) => method === 'chat.postMessage' && teamId === team && status === 200,
  );
  return posted.map(({ args }) =>
    createHash('sha256').update(JSON.stringify(args)).digest('hex').slice(0, 8),
  );
}

async function rows(databaseUrl: string): Promise<Record<string, string[]>> {
  const client = new Client(databaseUrl);
  await client.connect();
  try {
    const { rows: tables } = await client.query<{ name: string }>(
      `SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public'`,
    );
    const all: Record<string, string[]> = {};
    for (const { name } of tables.filter((table) => !left.has(table.name))) {
      const { rows: found } = await client.query<{ row: string }>(
        `SELECT to_jsonb(t)::text AS row FROM "${name}" t ORDER BY 1`,
      );
      all[name] = found.map(({ row }) => row);
    }
    return all;
  } finally {
    await client.end();
  }
}
