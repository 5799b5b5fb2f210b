import { expect, test } from 'vitest';
import { type Finding, reportFinding, resolveFinding } from '../../../src/domain/billing/findings.ts';
import { countOpenFindings, listOpenFindings } from '../../../src/domain/billing/list-findings.ts';
import { createLogger } from '../../../src/logger.ts';
import { seedOrganization } from '../../setup/organization.ts';
import { useSeatStage } from '../seats/stage.ts';

const stage = useSeatStage();

const tell = { kind: 'subscription_ended' } as const;

function listen() {
  const lines: { level: string; finding?: string; subject?: string }[] = [];
  return { lines, log: createLogger('info', { write: (line) => lines.push(JSON.parse(line)) }) };
}

let subjects = 0;

async function startWith(kind: Finding['kind'] = 'dispute') {
  subjects += 1;
  const organization = await seedOrganization(stage.context);
  const finding: Finding = {
    kind,
    subject: `dp_${subjects}`,
    organizationId: organization.id,
    detail: { amount: 599, currency: 'gbp' },
  };
  return { organization, finding, ...listen() };
}

test('what is reported fifty times at once is one row, one line in the log and the trail, and one message', async () => {
  const { organization, finding, log, lines } = await startWith();

  const reports = await Promise.all(
    Array.from({ length: 50 }, () => reportFinding(stage.context, finding, { log, tell })),
  );

  expect(reports.filter((report) => report === 'new')).toHaveLength(1);
  expect(lines).toMatchObject([{ level: 'error', finding: 'dispute', subject: finding.subject }]);
  expect(await stage.notices(organization)).toEqual([tell]);
  expect(await stage.audit(organization)).toMatchObject([
    { action: 'billing.found', by: 'Stripe', after: { kind: 'dispute', amount: 599 } },
  ]);
  expect(await listOpenFindings(stage.context, { organizationId: organization.id })).toMatchObject([finding]);
});

test('what is seen again keeps its beginning, and shows the newest detail', async () => {
  const { organization, finding, log } = await startWith('price_differs');
  await reportFinding(stage.context, finding, { log });
  const foundAt = stage.context.now();
  stage.context.advance({ days: 1 });

  await reportFinding(stage.context, { ...finding, detail: { amount: 700 } }, { log });

  expect(await listOpenFindings(stage.context, { organizationId: organization.id })).toMatchObject([
    { detail: { amount: 700 }, foundAt, seenAt: stage.context.now() },
  ]);
});

test('what is settled leaves the list, once, and is told again when it is there again', async () => {
  const { organization, finding, log, lines } = await startWith('two_subscriptions');
  await reportFinding(stage.context, finding, { log, tell });

  expect(await resolveFinding(stage.context, finding)).toBe(true);
  expect(await resolveFinding(stage.context, finding)).toBe(false);
  expect(await listOpenFindings(stage.context, { organizationId: organization.id })).toEqual([]);

  expect(await reportFinding(stage.context, finding, { log, tell })).toBe('new');
  expect(await stage.notices(organization)).toEqual([tell, tell]);
  expect(lines).toHaveLength(2);
  expect((await stage.audit(organization)).map(({ action }) => action)).toEqual([
    'billing.found',
    'billing.resolved',
    'billing.found',
  ]);
});

test('a refund is written down and told once, and leaves nothing open', async () => {
  const { organization, finding, log, lines } = await startWith('refund');

  for (let time = 0; time < 3; time += 1) await reportFinding(stage.context, finding, { log, tell });

  expect(await stage.notices(organization)).toEqual([tell]);
  expect(lines).toMatchObject([{ level: 'warn' }]);
  expect(await listOpenFindings(stage.context, { kind: 'refund' })).toEqual([]);
});

test('what belongs to nobody here is logged and counted', async () => {
  const { log, lines } = listen();
  const before = await countOpenFindings(stage.context);

  for (const organizationId of [null, stage.context.newId()]) {
    const subject = `sub_orphan_${organizationId}`;
    await reportFinding(
      stage.context,
      { kind: 'orphan_subscription', subject, organizationId, detail: {} },
      { log, tell },
    );
  }

  expect(lines).toHaveLength(2);
  const after = await countOpenFindings(stage.context);
  expect(after.orphan_subscription).toBe(before.orphan_subscription + 2);
  expect(after.unknown_status).toBe(0);
});
