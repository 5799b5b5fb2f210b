import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createStripe } from '../../src/clients/stripe/client.ts';
import { createPaymentQuestions } from '../../src/clients/stripe/payment-questions.ts';
import { asRefusal } from '../../src/domain/errors.ts';
import { applyAccount } from '../../src/domain/payments/account/apply-account.ts';
import { readPaymentAccount } from '../../src/domain/payments/account/read-account.ts';
import { connectAgainPath, connectedUrlPath } from '../../src/web/onboarding-return.ts';
import { Browser } from '../sandbox/browser.ts';
import { type Desk, openDesk, openWorld, type TestWorld } from '../setup/desk.ts';
import { connectAccount } from '../web/plugin/shop.ts';

let world: TestWorld;
let desk: Desk;
beforeEach(async () => {
  world = await openWorld();
  desk = await openDesk(world);
});
afterEach(() => world?.stop());

const questions = () => {
  const { stripe, url } = world;
  const client = createStripe({ secretKey: stripe.secretKey, apiBase: stripe.url });
  return createPaymentQuestions(world.context, client, {
    back: (accountId) => `${url}${connectedUrlPath(accountId)}`,
    again: `${url}${connectAgainPath}`,
  });
};
const shown = () => readPaymentAccount(world.context, desk.organizationId);
const told = async (about: string) =>
  (await world.slack.directMessages(desk.teamId, desk.owner.user.id)).filter(({ text }) =>
    String(text).includes(about),
  );
const through = async (link: string, outcome: string) => {
  const browser = new Browser();
  const page = await browser.get(link);
  return browser.submit(page, new URL(page.url).pathname, { outcome });
};

describe('the organization’s account at Stripe', () => {
  it('is one, however many ask for it at once', async () => {
    const { onboarding } = questions();
    const links = await Promise.allSettled(Array.from({ length: 20 }, () => onboarding(desk.organizationId)));
    expect(links.some(({ status }) => status === 'fulfilled')).toBe(true);
    const { url } = await onboarding(desk.organizationId);
    const [made, ...others] = world.stripe.state.connectedAccounts();
    expect(others).toEqual([]);
    expect(url).toContain(String(made?.id));
    expect(made).toMatchObject({ type: 'express', metadata: { organization_id: desk.organizationId } });
    expect(await shown()).toMatchObject({ status: 'pending', accountId: made?.id });
  });

  it.each(['acted-then-drop', '500-stored'] as const)('is one though its making fails (%s)', async (kind) => {
    const times = kind === 'acted-then-drop' ? 2 : 1;
    world.stripe.faults.next({ kind, method: 'POST', path: '/v1/accounts', times });
    const { onboarding } = questions();
    await onboarding(desk.organizationId).catch(() => undefined);
    await onboarding(desk.organizationId);
    expect(world.stripe.state.connectedAccounts()).toHaveLength(1);
  });

  it('goes from not connected over pending to active, by its webhooks, and its Owner is told once', async () => {
    expect((await shown()).status).toBe('not_connected');
    const { onboarding } = questions();
    const left = await through((await onboarding(desk.organizationId)).url, 'leave');
    expect(left.html).toContain('Back to Slack');
    await world.settle();
    expect(await shown()).toMatchObject({ status: 'pending', detailsSubmitted: false });
    await through((await onboarding(desk.organizationId)).url, 'review');
    await world.settle();
    expect(await shown()).toMatchObject({
      status: 'pending',
      detailsSubmitted: true,
      disabledReason: 'requirements.pending_verification',
    });
    await through((await onboarding(desk.organizationId)).url, 'complete');
    await world.settle();
    expect(await shown()).toMatchObject({ status: 'active', disabledReason: null });
    expect(await told('is active')).toHaveLength(1);
    world.stripe.dashboard.restrict(String((await shown()).accountId), 'rejected.fraud');
    await world.settle();
    expect(await shown()).toMatchObject({ status: 'pending', disabledReason: 'rejected.fraud' });
    expect(await told('switched payments or payouts')).toHaveLength(1);
  });

  it('is read when somebody comes back, though no webhook tells of it', async () => {
    world.stripe.webhooks.drop();
    const { url } = await questions().onboarding(desk.organizationId);
    await through(url, 'complete');
    await world.settle();
    expect((await shown()).status).toBe('active');
  });

  it('is read once a day, or each hour where nothing tells of accounts', async () => {
    world.stripe.webhooks.drop();
    await connectAccount(world, desk.organizationId);
    await world.advance({ seconds: 3_700 });
    await world.settle();
    expect((await shown()).status).toBe('pending');
    await world.advance({ days: 1, seconds: 3_700 });
    await world.settle();
    expect((await shown()).status).toBe('active');
  });

  it('shows a way on to whoever comes with a link that was used', async () => {
    const { url } = await questions().onboarding(desk.organizationId);
    await new Browser().get(url);
    const again = await new Browser().get(url);
    expect(again.status).toBe(200);
    expect(again.html).toContain('/org payments');
    expect(world.stripe.state.connectedAccounts()).toHaveLength(1);
  });

  it('that was disconnected can do nothing, and is another one when it is connected anew', async () => {
    const first = await connectAccount(world, desk.organizationId);
    await world.settle();
    world.stripe.dashboard.disconnect(first);
    await world.settle();
    expect(await shown()).toMatchObject({
      status: 'pending',
      disabledReason: 'disconnected',
      chargesEnabled: false,
    });
    const second = await connectAccount(world, desk.organizationId);
    await world.settle();
    expect(second).not.toBe(first);
    expect(await shown()).toMatchObject({ status: 'active', accountId: second, disabledReason: null });
  });

  it('never goes back to what an older reading said, and is nobody else’s', async () => {
    const accountId = await connectAccount(world, desk.organizationId);
    await world.settle();
    const { readAt } = await shown();
    const off = {
      detailsSubmitted: true,
      chargesEnabled: false,
      payoutsEnabled: false,
      disabledReason: null,
    };
    const before = new Date(Number(readAt) - 1);
    expect(await applyAccount(world.context, { accountId, ...off, readAt: before })).toBe('outdated');
    expect(await applyAccount(world.context, { accountId: 'acct_none', ...off, readAt: new Date() })).toBe(
      'unknown',
    );
    expect((await shown()).status).toBe('active');
  });

  it('ends where Stripe stands after its events came 100 times, shuffled, at once', async () => {
    const { webhooks, dashboard } = world.stripe;
    webhooks.hold();
    const accountId = await connectAccount(world, desk.organizationId, 'review');
    dashboard.onboard(accountId, 'complete');
    dashboard.restrict(accountId);
    dashboard.onboard(accountId, 'complete');
    webhooks.release({ shuffle: true, copies: 100, parallel: 16 });
    await world.settle();
    expect((await shown()).status).toBe('active');
    expect(await told('is active')).toHaveLength(1);
  });

  it('is not connected for an organization that is being deleted', async () => {
    const { database, newId, now } = world.context;
    const { organizationId, teamId } = desk;
    await database.organizationDeletion.create({
      data: {
        id: newId(),
        organizationId,
        teamId,
        requestedBy: 'U1',
        status: 'requested',
        requestedAt: now(),
      },
    });
    expect(await questions().onboarding(organizationId).catch(asRefusal)).toMatchObject({
      code: 'organization_closing',
    });
    expect(world.stripe.state.connectedAccounts()).toEqual([]);
  });
});
