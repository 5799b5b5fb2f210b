import { afterAll, afterEach, beforeAll, beforeEach, expect } from 'vitest';
import { createBillingQuestions } from '../../src/clients/stripe/billing-questions.ts';
import { createStripe } from '../../src/clients/stripe/client.ts';
import { connectStripe } from '../../src/clients/stripe/connection.ts';
import { setUpStripe } from '../../src/clients/stripe/setup.ts';
import type { Listeners } from '../../src/slack/listener.ts';
import { listeners } from '../../src/slack/listeners.ts';
import type { Person } from '../sandbox/slack/person.ts';
import { type StripeSandbox, startStripeSandbox } from '../sandbox/stripe/server.ts';
import { START } from '../setup/context.ts';
import { newTown, type Town, words } from './organization.ts';
import { type StartedApp, startApp } from './start.ts';

export const urls = {
  paid: 'https://desk.example/checkout/paid',
  left: 'https://desk.example/checkout/left',
};

/** The Slack side before the doubles of Slack and Stripe; each test has a workspace and an Owner of its own. */
export interface SeatsDesk {
  stripe: StripeSandbox;
  app: StartedApp;
  town: Town;
  owner: Person;
}

export const desk = {} as SeatsDesk;

/** Starts all of it for the tests of a file. */
export function useSeatsDesk(actions: Partial<Listeners['actions']> = {}): void {
  beforeAll(async () => {
    desk.stripe = await startStripeSandbox({ now: START });
    await setUpStripe(library(), () => {});
    desk.app = await startApp({
      listeners: { actions: { ...listeners.actions, ...actions } as Listeners['actions'] },
      billing: (context) => createBillingQuestions(context, createStripe(account()), urls),
    });
  });
  beforeEach(async () => {
    desk.town = await newTown(desk.app);
    desk.owner = await desk.town.found('Harbour');
  });
  afterEach(() => {
    desk.app.sandbox.faults.clear();
    desk.stripe.faults.clear();
    desk.stripe.settings.latencyMs = 0;
  });
  afterAll(async () => {
    expect(desk.app.sandbox.violations).toEqual([]);
    await desk.app.stop();
    await desk.stripe.close();
  });
}

const account = () => ({ secretKey: desk.stripe.secretKey, apiBase: desk.stripe.url });
const library = () => connectStripe(account());
export const database = () => desk.app.context.database;
export const shown = () => words(desk.owner.modal?.view);
export const until = (what: string, condition: () => boolean) => desk.app.sandbox.until(what, condition);
/** Presses Update and waits for the outcome that takes the place of the modal. */
export async function update(outcome: string, options?: Parameters<Person['submit']>[0]): Promise<void> {
  await desk.owner.submit(options);
  await until(outcome, () => shown().includes(outcome));
}
/** Lets the modal say what it had told, in other words. */
export const withMetadata = (metadata: string | object) => ({
  edit: (payload: Record<string, unknown>) => {
    const text = typeof metadata === 'string' ? metadata : JSON.stringify(metadata);
    (payload.view as Record<string, string>).private_metadata = text;
  },
});
/** The number in the field. */
export const wanted = () => {
  const { values } = (desk.owner.modal?.view.state ?? { values: {} }) as unknown as {
    values: Record<string, Record<string, { value: string }>>;
  };
  const [block] = Object.entries(values).filter(([id]) => id.startsWith('quantity.'));
  return Number(Object.values(block?.[1] ?? {})[0]?.value);
};

/** Buys seats outside Slack. */
export async function subscribed(quantity: number): Promise<string> {
  const { id } = await desk.town.organization();
  const customer = await library().customers.create({
    payment_method: 'pm_card_visa',
    invoice_settings: { default_payment_method: 'pm_card_visa' },
  });
  const [price] = (await library().prices.list({ active: true })).data;
  const items = [{ price: String(price?.id), quantity }];
  const subscription = await library().subscriptions.create({ customer: customer.id, items });
  await database().organization.update({
    where: { id },
    data: {
      seatsPurchased: quantity,
      stripeCustomerId: customer.id,
      subscriptionId: subscription.id,
      subscriptionStatus: 'active',
    },
  });
  return id;
}

export const changes = (organizationId: string) =>
  database().seatChange.findMany({ where: { organizationId }, orderBy: { id: 'asc' } });
