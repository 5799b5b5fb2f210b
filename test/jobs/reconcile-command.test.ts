import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { queueBackends } from '../setup/redis.ts';
import { type BillingStage, startBilling } from './seats-stage.ts';

const run = promisify(execFile);
const root = fileURLToPath(new URL('../..', import.meta.url));
let stage: BillingStage;

const command = (key: string, ...args: string[]) =>
  run(process.execPath, ['--import', 'tsx', 'src/cli/billing-reconcile.ts', ...args], {
    cwd: root,
    env: {
      PATH: process.env.PATH,
      DATABASE_URL: stage.databaseUrl,
      STRIPE_SECRET_KEY: key,
      STRIPE_API_BASE: stage.sandbox.url,
    },
  });

beforeEach(async () => {
  const [backend] = await queueBackends();
  if (!backend) throw new Error('There is no store for the queues.');
  stage = await startBilling({ backend });
});
afterEach(() => stage.stop());

it('the operator compares with Stripe beside the running product, first without and then with repairs', async () => {
  const organization = await stage.subscribed(3);
  const gone = await stage.subscribed(2);
  await stage.database.organization.delete({ where: { id: gone.id } });
  stage.sandbox.webhooks.drop();
  stage.sandbox.dashboard.changeQuantity(organization.subscriptionId, 7);
  const key = stage.sandbox.secretKey;

  const { stdout: compared } = await command(key, '--dry-run');
  expect(compared).toContain('1 organization compared with Stripe and nothing changed: 1 would be put right');
  expect(compared).toContain(`orphan_subscription  ${gone.subscriptionId}`);
  expect(await stage.purchased(organization)).toBe(3);

  const { stdout, stderr } = await command(key);
  expect(stdout).toContain('1 organization compared with Stripe, 1 put right, 1 new finding');
  expect(stdout).toContain(`active 3 seats -> ${organization.subscriptionId} active 7 seats`);
  expect(stdout).toContain(`orphan_subscription  ${gone.subscriptionId}  no organization  since `);
  expect(await stage.purchased(organization)).toBe(7);

  const { stdout: again } = await command(key);
  expect(again).toContain('1 organization compared with Stripe, 0 put right, 0 new findings');
  expect([compared, stdout, stderr, again].join()).not.toContain(key);
});

it('the operator is told that the key is wrong, and not the key', async () => {
  await stage.subscribed(3);
  const key = 'sk_test_wrong_key_1234';
  const failure = await command(key).catch((error) => error);
  expect(failure).toMatchObject({ code: 1 });
  expect(failure.stderr).toContain(
    'Stripe was not compared to its end. Stripe does not accept our secret key.',
  );
  expect(failure.stdout + failure.stderr).not.toContain('1234');
});
