import { pino } from 'pino';
import { afterEach, beforeEach, expect, it, onTestFinished } from 'vitest';
import { createDatabase, type Database } from '../../src/database/client.ts';
import { findingKinds, reportFinding } from '../../src/domain/billing/findings.ts';
import { effect } from '../../src/domain/effects.ts';
import { record } from '../../src/domain/record.ts';
import { metrics } from '../../src/metrics/readings.ts';
import { type RunningMetrics, startMetrics } from '../../src/metrics/server.ts';
import { until } from '../jobs/until.ts';
import { type TestContext, testContext } from '../setup/context.ts';
import { createTestDatabase, type TestDatabase } from '../setup/database.ts';
import { seedOrganization } from '../setup/organization.ts';
import { startProxy } from '../setup/proxy.ts';

const log = pino({ level: 'silent' });
let server: TestDatabase;
let database: Database;
let context: TestContext;
let running: RunningMetrics;

beforeEach(async () => {
  server = await createTestDatabase();
  database = createDatabase(server.url);
  context = testContext(database);
  running = await startMetrics({ port: 0, context, log });
});
afterEach(async () => {
  await running.stop();
  await database.$disconnect();
  await server.drop();
});

const fetchMetrics = (port = running.port, path = '/metrics') => fetch(`http://127.0.0.1:${port}${path}`);
/** What stands under each name with its labels. */
async function scrape(): Promise<Record<string, number>> {
  const response = await fetchMetrics();
  expect(response.status).toBe(200);
  const lines = (await response.text()).split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return Object.fromEntries(
    lines.map((line) => [
      line.slice(0, line.lastIndexOf(' ')),
      Number(line.slice(line.lastIndexOf(' ') + 1)),
    ]),
  );
}

it('measures every metric of the list, with its words, also where nothing is there', async () => {
  const text = await (await fetchMetrics()).text();
  for (const [name, words] of Object.entries(metrics)) {
    expect(text).toContain(`# HELP ${name} ${words}`);
    expect(text).toMatch(new RegExp(`^${name}(\\{|\\s)`, 'm'));
  }
  expect(text).toMatch(/^orgdesk_build_info\{version="\d+\.\d+\.\d+"\} 1$/m);
});

it('counts what is open in the outbox, and says for how long the oldest has been due', async () => {
  const later = new Date(context.now().getTime() + 3_600_000);
  await record(
    database,
    context,
    [],
    [
      effect('home.refresh', { teamId: 'T1' }),
      effect('home.refresh', { teamId: 'T2' }, { availableAt: later }),
      effect('home.refresh', { teamId: 'T3' }),
    ],
  );
  await database.outboxRow.updateMany({
    where: { payload: { path: ['teamId'], equals: 'T3' } },
    data: { status: 'parked' },
  });
  context.advance({ seconds: 90 });
  expect(await scrape()).toMatchObject({
    'orgdesk_outbox_rows{status="pending"}': 2,
    'orgdesk_outbox_rows{status="queued"}': 0,
    'orgdesk_outbox_rows{status="parked"}': 1,
    orgdesk_outbox_oldest_due_seconds: 90,
  });
});

it('counts open findings by kind, and a kind without any as 0', async () => {
  const { id: organizationId } = await seedOrganization(context);
  const finding = { kind: 'price_differs', subject: 'sub_1', organizationId, detail: {} } as const;
  await reportFinding(context, finding, { log });
  const scraped = await scrape();
  for (const kind of Object.keys(findingKinds)) {
    expect(scraped[`orgdesk_billing_findings_open{kind="${kind}"}`]).toBe(kind === 'price_differs' ? 1 : 0);
  }
});

it('says since when the billing was compared: the last time to the end, or since there is anything to compare', async () => {
  const name = 'orgdesk_reconciliation_age_seconds';
  expect((await scrape())[name]).toBe(0);
  await seedOrganization(context);
  context.advance({ seconds: 7200 });
  expect((await scrape())[name]).toBe(7200);
  const run = { startedAt: context.now(), repaired: 4, replayed: 9 };
  await database.reconciliation.create({ data: { ...run, finishedAt: context.now() } });
  context.advance({ seconds: 60 });
  await database.reconciliation.create({ data: { startedAt: context.now(), repaired: 1 } });
  expect(await scrape()).toMatchObject({
    [name]: 60,
    orgdesk_reconciliation_repaired: 4,
    orgdesk_reconciliation_replayed_events: 9,
  });
});

it('counts open seat changes, from the moment that they may be sent', async () => {
  const wish = { fromQuantity: 3, toQuantity: 5, requestedBy: 'U1', prorationAt: context.now() };
  const [waiting, sent, held, settled] = [
    await seedOrganization(context),
    await seedOrganization(context),
    await seedOrganization(context),
    await seedOrganization(context),
  ];
  const at = (seconds: number) => new Date(context.now().getTime() + 1000 * seconds);
  const data = { ...wish, createdAt: context.now() };
  await database.seatChange.createMany({
    data: [
      { ...data, organizationId: waiting.id, sendAfter: at(100) },
      { ...data, organizationId: sent.id, status: 'sent', sentAt: at(250) },
      { ...data, organizationId: held.id, status: 'awaiting_payment', sentAt: context.now() },
      { ...data, organizationId: settled.id, status: 'applied', settledAt: context.now() },
    ],
  });
  context.advance({ seconds: 300 });
  expect(await scrape()).toMatchObject({
    'orgdesk_seat_changes_open{status="requested"}': 1,
    'orgdesk_seat_changes_open{status="sent"}': 1,
    'orgdesk_seat_changes_open{status="awaiting_payment"}': 1,
    'orgdesk_seat_change_oldest_seconds{status="requested"}': 200,
    'orgdesk_seat_change_oldest_seconds{status="sent"}': 50,
    'orgdesk_seat_change_oldest_seconds{status="awaiting_payment"}': 300,
  });
});

it('answers 503 while the database is away, and again when it is back', async () => {
  const proxy = await startProxy(server.url);
  const far = createDatabase(proxy.url);
  const metricsOfFar = await startMetrics({ port: 0, context: testContext(far), log });
  onTestFinished(async () => {
    await metricsOfFar.stop();
    await far.$disconnect();
    await proxy.close();
  });
  expect((await fetchMetrics(metricsOfFar.port)).status).toBe(200);
  await proxy.down();
  const away = await fetchMetrics(metricsOfFar.port);
  expect([away.status, await away.text()]).toEqual([503, '# The database does not answer.\n']);
  await proxy.up();
  await until(async () => (await fetchMetrics(metricsOfFar.port)).status === 200);
});

it('knows no other path', async () => {
  expect((await fetchMetrics(running.port, '/')).status).toBe(404);
});
