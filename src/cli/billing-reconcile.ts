import { randomBytes } from 'node:crypto';
import { parseArgs } from 'node:util';
import { v7 as uuidv7 } from 'uuid';
import { createStripe } from '../clients/stripe/client.ts';
import { PACED_CALLS } from '../clients/stripe/pacing.ts';
import { loadEnvironment, readVariables } from '../config.ts';
import { createDatabase, type Database } from '../database/client.ts';
import { findRunningServer } from '../database/embedded/running.ts';
import { startEmbeddedServer } from '../database/embedded/server.ts';
import { listOpenFindings } from '../domain/billing/list-findings.ts';
import type { Billing } from '../domain/billing/reconciliation/billed-organizations.ts';
import { count } from '../domain/count.ts';
import type { ReconcileContext } from '../jobs/reconcile/page.ts';
import { compareOnly, reconcileToEnd } from '../jobs/reconcile/run-to-end.ts';
import { ORGANIZATIONS } from '../jobs/reconcile.ts';
import { createLogger, redactText } from '../logger.ts';

// npm run billing:reconcile [-- --dry-run]
// Compares every organization with Stripe now, beside the running product, on the embedded database as well.

const SHOWN = 100;

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { 'dry-run': { type: 'boolean', default: false } } });
  const config = readVariables(
    ['DATABASE_URL', 'DATA_DIR', 'STRIPE_SECRET_KEY', 'STRIPE_API_BASE'],
    loadEnvironment(),
  );
  const running = config.DATABASE_URL ?? (await findRunningServer(config.DATA_DIR));
  const server = running
    ? undefined
    : await startEmbeddedServer({ directory: config.DATA_DIR, log: console.error });
  const database = createDatabase(running ?? server?.connectionString ?? '', { poolSize: 4 });
  const context = createContext(database, config);
  try {
    await (values['dry-run'] ? compare(context) : reconcile(context));
  } finally {
    await database.$disconnect();
    await server?.stop();
  }
}

function createContext(
  database: Database,
  {
    STRIPE_SECRET_KEY: secretKey,
    STRIPE_API_BASE: apiBase,
  }: { STRIPE_SECRET_KEY: string; STRIPE_API_BASE: string },
): ReconcileContext {
  return {
    database,
    now: () => new Date(),
    newId: () => uuidv7(),
    randomBytes: (size) => randomBytes(size),
    seal: () => {
      throw new Error('Comparing with Stripe has no secret to seal.');
    },
    pacedStripe: createStripe({ secretKey, apiBase, callsPerSecond: PACED_CALLS }),
  };
}

async function reconcile(context: ReconcileContext): Promise<void> {
  const { compared, repaired, found, replayed } = await reconcileToEnd(context, options());
  console.log(
    `${count(compared, 'organization')} compared with Stripe, ${repaired} put right, ` +
      `${count(found, 'new finding')}, ${count(replayed, 'missed event')} taken in.`,
  );
  const findings = await listOpenFindings(context, { limit: SHOWN });
  if (findings.length === 0) return console.log('Nothing is open.');
  console.log('Open findings:');
  for (const { kind, subject, organizationId, foundAt } of findings) {
    console.log(`  ${kind}  ${subject}  ${whose(organizationId)}  since ${foundAt.toISOString()}`);
  }
  if (findings.length === SHOWN) console.log('  and maybe more');
}

async function compare(context: ReconcileContext): Promise<void> {
  const { compared, repaired, replayed } = await compareOnly(context, options());
  console.log(
    `${count(compared, 'organization')} compared with Stripe and nothing changed: ` +
      `${repaired} would be put right, ${count(replayed, 'missed event')} would be taken in.`,
  );
}

function options() {
  return {
    log: createLogger('warn', { write: (line: string) => void process.stderr.write(line) }),
    organizations: ORGANIZATIONS,
    onDifference: (before: Billing, after: Billing) =>
      console.log(`  ${whose(before.organizationId)}  ${inWords(before)} -> ${inWords(after)}`),
    onFinding: (kind: string, subject: string) => console.log(`  ${kind}  ${subject}`),
  };
}

function whose(organizationId: string | null): string {
  return organizationId === null ? 'no organization' : `organization ${organizationId}`;
}

function inWords({ status, purchased, subscriptionId }: Billing): string {
  return `${subscriptionId ?? 'no subscription'} ${status ?? 'unknown'} ${count(purchased, 'seat')}`;
}

main().catch((error: Error) => {
  console.error(`Stripe was not compared to its end. ${redactText(error.message || String(error))}`);
  process.exitCode = 1;
});
