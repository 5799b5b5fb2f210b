import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createStripe, type StripeClient } from '../../src/clients/stripe/client.ts';
import { connectStripe } from '../../src/clients/stripe/connection.ts';
import { createPortalQuestion } from '../../src/clients/stripe/portal-question.ts';
import { setUpStripe } from '../../src/clients/stripe/setup.ts';
import { type StripeSandbox, startStripeSandbox } from '../sandbox/stripe/server.ts';
import { newTown, type Town, words } from './organization.ts';
import { type StartedApp, startApp } from './start.ts';

const back = 'https://orgdesk.example/billing/done';
let app: StartedApp;
let stripe: StripeSandbox;
let town: Town;

beforeAll(async () => {
  stripe = await startStripeSandbox();
  const options = { secretKey: stripe.secretKey, apiBase: stripe.url };
  const client: StripeClient = createStripe(options);
  await setUpStripe(connectStripe(options), () => {});
  app = await startApp({ billing: (context) => ({ portal: createPortalQuestion(context, client, back) }) });
  town = await newTown(app);
});
afterAll(async () => {
  await app.stop();
  await stripe.close();
});

async function becomeCustomer(): Promise<string> {
  const library = connectStripe({ secretKey: stripe.secretKey, apiBase: stripe.url });
  const { id } = await library.customers.create({ name: 'Harbour Support' });
  await app.context.database.organization.update({
    where: { teamId: town.teamId },
    data: { stripeCustomerId: id },
  });
  return id;
}

describe('/org billing', () => {
  it('leads the Owner to the portal of what was bought, and nobody else', async () => {
    const owner = await town.found();
    expect(await town.read(owner, 'billing')).toContain('`/org seats` buys the first seats');
    expect(await town.read(await town.seat('admin'), 'billing')).toContain('Only the Owner can do this.');
    expect(await town.read(town.add(), 'billing')).toContain('You have no seat');
    const customer = await becomeCustomer();
    const shown = await town.read(owner, 'billing');
    const [url = ''] = /http:\/\/[^"]*\/p\/session\/\w+/.exec(shown) ?? [];
    const page = await (await fetch(url)).text();
    expect(page).toContain('Save card');
    expect(page).toContain(back);
    expect(stripe.requests.matching('POST', '/v1/billing_portal/sessions').at(-1)?.params).toMatchObject({
      customer,
      return_url: back,
    });
  });

  it('opens from a button too, and asks again whether it is the Owner who presses', async () => {
    const { userId } = await app.context.database.member.findFirstOrThrow({ where: { role: 'owner' } });
    const owner = app.sandbox.person({ team: town.teamId, user: userId });
    await owner.openHome();
    await owner.command('/org', 'overview');
    await owner.press('billing.open', { in: 'message' });
    await app.sandbox.until('the link', () => words(owner.modal?.view).includes('/p/session/'));
    expect(words(owner.modal?.view)).toContain('Open Stripe’s billing portal');
    await owner.closeModal();
  });

  it('says so where the customer was deleted at Stripe, and where Stripe cannot be had', async () => {
    const { userId } = await app.context.database.member.findFirstOrThrow({ where: { role: 'owner' } });
    const owner = app.sandbox.person({ team: town.teamId, user: userId });
    stripe.faults.next({ kind: '500-before', times: 1, method: 'POST', path: '/v1/billing_portal/sessions' });
    expect(await town.read(owner, 'billing')).toContain('Stripe does not answer right now.');
    const { stripeCustomerId } = await app.context.database.organization.findUniqueOrThrow({
      where: { teamId: town.teamId },
    });
    stripe.dashboard.deleteCustomer(String(stripeCustomerId));
    expect(await town.read(owner, 'billing')).toContain('was deleted at Stripe');
  });
});
