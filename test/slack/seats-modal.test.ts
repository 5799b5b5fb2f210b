import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { createBillingQuestions } from '../../src/clients/stripe/billing-questions.ts';
import { createStripe } from '../../src/clients/stripe/client.ts';
import { connectStripe } from '../../src/clients/stripe/connection.ts';
import { setUpStripe } from '../../src/clients/stripe/setup.ts';
import type { ActionInteraction, Listener } from '../../src/slack/listener.ts';
import { listeners } from '../../src/slack/listeners.ts';
import type { Person } from '../sandbox/slack/person.ts';
import { type StripeSandbox, startStripeSandbox } from '../sandbox/stripe/server.ts';
import { payOnPage } from '../sandbox/stripe/shopper.ts';
import { START } from '../setup/context.ts';
import { newTown, type Town, words } from './organization.ts';
import { type StartedApp, startApp } from './start.ts';

const urls = { paid: 'https://desk.example/checkout/paid', left: 'https://desk.example/checkout/left' };
let stripe: StripeSandbox;
let app: StartedApp;
let town: Town;
let owner: Person;

beforeAll(async () => {
  stripe = await startStripeSandbox({ now: START });
  await setUpStripe(library(), () => {});
  app = await startApp({
    listeners: { actions: { ...listeners.actions, 'seats.more': slowMore } },
    billing: (context) => createBillingQuestions(context, createStripe(account()), urls),
  });
});
beforeEach(async () => {
  town = await newTown(app);
  owner = await town.found('Harbour');
});
afterEach(() => {
  app.sandbox.faults.clear();
  stripe.faults.clear();
  stripe.settings.latencyMs = 0;
});
afterAll(async () => {
  expect(app.sandbox.violations).toEqual([]);
  await app.stop();
  await stripe.close();
});

/** One update of a modal that is kept on its way. */
interface Hold {
  taken: boolean;
  landed: boolean;
  released: Promise<void>;
  release(): void;
}
let hold: Hold | undefined;

/** Keeps the next update after a press on its way until it is released. */
function holdNextUpdate(): Hold {
  let release = () => {};
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  hold = { taken: false, landed: false, released, release };
  return hold;
}

/** The listener of +, with a connection to Slack that can be held up. */
const slowMore: Listener<ActionInteraction> = {
  ...listeners.actions['seats.more'],
  handle: async (interaction) => {
    const { views } = interaction.client;
    const update: typeof views.update = async (options) => {
      const own = hold;
      hold = undefined;
      if (own) own.taken = true;
      await own?.released;
      const updated = await views.update(options);
      if (own) own.landed = true;
      return updated;
    };
    const client = Object.create(interaction.client, { views: { value: { ...views, update } } });
    await listeners.actions['seats.more']?.handle({ ...interaction, client });
  },
};

const account = () => ({ secretKey: stripe.secretKey, apiBase: stripe.url });
const library = () => connectStripe(account());
const database = () => app.context.database;
const shown = () => words(owner.modal?.view);
const until = (what: string, condition: () => boolean) => app.sandbox.until(what, condition);
/** Presses Update and waits for the outcome that takes the place of the modal. */
async function update(outcome: string, options?: Parameters<Person['submit']>[0]): Promise<void> {
  await owner.submit(options);
  await until(outcome, () => shown().includes(outcome));
}
/** Lets the modal say what it had told, in other words. */
const withMetadata = (metadata: string | object) => ({
  edit: (payload: Record<string, unknown>) => {
    const text = typeof metadata === 'string' ? metadata : JSON.stringify(metadata);
    (payload.view as Record<string, string>).private_metadata = text;
  },
});
/** The number in the field. */
const wanted = () => {
  const { values } = (owner.modal?.view.state ?? { values: {} }) as unknown as {
    values: Record<string, Record<string, { value: string }>>;
  };
  const [block] = Object.entries(values).filter(([id]) => id.startsWith('quantity.'));
  return Number(Object.values(block?.[1] ?? {})[0]?.value);
};

/** Buys seats outside Slack. */
async function subscribed(quantity: number): Promise<string> {
  const { id } = await town.organization();
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

const changes = (organizationId: string) =>
  database().seatChange.findMany({ where: { organizationId }, orderBy: { id: 'asc' } });

describe('/org seats', () => {
  it('shows the Owner the three figures and the number', async () => {
    await subscribed(3);
    await town.open(owner, 'seats');
    for (const text of ['*Seats purchased*\\n3', '*Seats used*\\n1', '*Monthly cost*\\n£17.97']) {
      expect(shown()).toContain(text);
    }
    expect(wanted()).toBe(3);
    expect(shown()).toContain('Nothing is due');
  });

  it('opens before Stripe answers, and then shows what is due', async () => {
    const id = await subscribed(3);
    await town.open(owner, 'seats');
    stripe.settings.latencyMs = 150;
    await owner.press('seats.more');
    await until('the next number', () => wanted() === 4);
    expect(shown()).toContain('£23.96 (+£5.99)');
    expect(shown()).toContain('asking Stripe');
    await until('the amount', () => shown().includes('Due now: *£5.99*'));
    await owner.submit();
    expect(shown()).toContain('Nothing is recorded yet.');
    expect(await changes(id)).toEqual([]);
    stripe.settings.latencyMs = 0;
    await until('the outcome', () => shown().includes('Recorded: *4 seats*, £23.96 a month.'));
    expect(shown()).toContain('Stripe charges £5.99');
    expect(await changes(id)).toMatchObject([{ fromQuantity: 3, toQuantity: 4, status: 'requested' }]);
  });

  it('loses no press of many at once', async () => {
    await subscribed(3);
    await town.open(owner, 'seats');
    const presses = [...Array(12).fill('seats.more'), ...Array(2).fill('seats.fewer')];
    await Promise.all(presses.map((action) => owner.press(action)));
    await until('the amount', () => shown().includes('Due now: *£59.90*'));
    expect(wanted()).toBe(13);
    expect(shown()).toContain('£77.87 (+£59.90)');
  });

  it('ends at the last number though an earlier one is shown after it', async () => {
    await subscribed(3);
    await town.open(owner, 'seats');
    const earlier = holdNextUpdate();
    await owner.press('seats.more');
    await vi.waitUntil(() => earlier.taken, { timeout: 5_000 });
    await owner.press('seats.more');
    await until('the last number', () => wanted() === 5);
    earlier.release();
    await vi.waitUntil(() => earlier.landed, { timeout: 5_000 });
    await until('the last one again', () => wanted() === 5);
    await until('the amount', () => shown().includes('Due now: *£11.98*'));
  });

  it('drops an amount that comes when the number has moved on', async () => {
    await subscribed(3);
    await town.open(owner, 'seats');
    const previews = () => stripe.requests.matching('POST', '/v1/invoices/create_preview').length;
    const before = previews();
    stripe.settings.latencyMs = 300;
    await owner.press('seats.more');
    await vi.waitUntil(() => previews() > before, { timeout: 5_000 });
    await owner.press('seats.more');
    await until('an amount', () => shown().includes('Due now: *£'));
    stripe.settings.latencyMs = 0;
    expect(wanted()).toBe(5);
    expect(shown()).toContain('Due now: *£11.98*');
    expect(previews()).toBe(before + 2);
  });

  it('does not go below the seats in use by pressing', async () => {
    await subscribed(3);
    await town.seat('agent');
    await town.open(owner, 'seats');
    await Promise.all(Array.from({ length: 5 }, () => owner.press('seats.fewer')));
    await until('the least', () => wanted() === 2);
    await until('the credit', () => shown().includes('*£5.99* is credited'));
  });

  it('takes a number that is typed, and counts on from it', async () => {
    await subscribed(3);
    await town.open(owner, 'seats');
    await owner.type('seats.typed', '20');
    await until('the cost', () => shown().includes('£119.80'));
    expect(wanted()).toBe(20);
    await owner.press('seats.more');
    await until('the next', () => wanted() === 21);
  });

  it('says that Stripe cannot tell the amount, and lets the change go on', async () => {
    const id = await subscribed(3);
    await town.open(owner, 'seats');
    stripe.faults.next({ kind: '500-before', times: 50 });
    await owner.press('seats.more');
    await until('the word', () => shown().includes('Stripe cannot tell the amount'));
    await update('Recorded: *4 seats*');
    expect(shown()).toContain('Stripe charges for the rest of the month.');
    expect(shown()).toContain('Stripe does not answer just now; the change is made when it does.');
    expect(await changes(id)).toHaveLength(1);
  });

  it('shows what waits for its payment, and takes another number in its place', async () => {
    const id = await subscribed(3);
    await database().seatChange.create({
      data: {
        id: app.context.newId(),
        organizationId: id,
        fromQuantity: 3,
        toQuantity: 8,
        status: 'awaiting_payment',
        requestedBy: owner.user.id,
        prorationAt: START,
        amountDue: 2995,
        paymentUrl: 'https://pay.example/in_1',
        createdAt: START,
        sentAt: START,
      },
    });
    await town.open(owner, 'seats');
    expect(shown()).toContain('A change to *8 seats* waits for its payment of £29.95');
    expect((await owner.press('seats.pay')).url).toBe('https://pay.example/in_1');
    await owner.type('seats.typed', '4');
    await until('the amount', () => shown().includes('Due now: *£5.99*'));
    await update('Recorded: *4 seats*');
    expect((await changes(id)).map(({ toQuantity, status }) => [toQuantity, status])).toEqual([
      [8, 'awaiting_payment'],
      [4, 'requested'],
    ]);
  });
});

describe('what is refused, on the field', () => {
  const errors = async () => Object.values((await owner.submit({ force: true })).errors);

  it('the number that is there already', async () => {
    await subscribed(3);
    await town.open(owner, 'seats');
    expect(await errors()).toEqual(['You have 3 seats already.']);
  });

  it('fewer than are in use, naming members and invites', async () => {
    await subscribed(3);
    await town.seat('agent');
    await town.open(owner, 'seats');
    await owner.type('seats.typed', '1');
    const [sentence] = await errors();
    expect(sentence).toContain('2 members and 0 pending invites');
  });

  it.each(['0', '10001', '99999999999', '2.5', 'x', ''])('%j seats', async (text) => {
    const id = await subscribed(3);
    await town.open(owner, 'seats');
    await owner.type('seats.typed', text);
    expect((await errors())[0]).toContain('Choose between 1 and 10,000 seats');
    expect(await changes(id)).toEqual([]);
  });

  it('a number that presses still under way have changed', async () => {
    const id = await subscribed(3);
    await town.open(owner, 'seats');
    app.sandbox.faults.next({ method: 'views.update', kind: 'timeout', times: 2 });
    const presses = [owner.press('seats.more'), owner.press('seats.more')];
    await Promise.all(presses);
    const draft = async () => database().seatDraft.findUnique({ where: { viewId: String(owner.modal?.id) } });
    await app.sandbox.until('the draft', async () => (await draft())?.wanted === 5);
    expect((await errors())[0]).toContain('moved on to 5');
    expect(await changes(id)).toEqual([]);
  });
});

describe('a submission that is not what the modal showed', () => {
  it('of somebody who is Owner no more changes nothing', async () => {
    const id = await subscribed(3);
    await town.open(owner, 'seats');
    await owner.press('seats.more');
    await until('the next number', () => wanted() === 4);
    await database().member.updateMany({ where: { organizationId: id }, data: { role: 'admin' } });
    const { errors } = await owner.submit();
    expect(Object.values(errors)).toEqual(['Only the Owner can do this.']);
    expect(await changes(id)).toEqual([]);
  });

  it('with another moment in its metadata is prorated from now', async () => {
    const id = await subscribed(3);
    await town.open(owner, 'seats');
    await owner.press('seats.more');
    await until('the amount', () => shown().includes('Due now: *£'));
    const forged = { ...told(599), prorationAt: '2026-12-20T00:00:00.000Z' };
    await update('Recorded', withMetadata(forged));
    expect(await changes(id)).toMatchObject([{ prorationAt: app.context.now() }]);
  });

  it.each(['', 'null', '{', '{"quantity":"4"}'])(
    'with the metadata %j is shown the amount first, and recorded when that is agreed to',
    async (metadata) => {
      const id = await subscribed(3);
      await town.open(owner, 'seats');
      await owner.type('seats.typed', '4');
      await update('Below is what is due now', withMetadata(metadata));
      expect(shown()).toContain('Due now: *£5.99*');
      expect(await changes(id)).toEqual([]);
      await update('Recorded: *4 seats*');
      expect(await changes(id)).toHaveLength(1);
    },
  );
});

/** What the metadata says of four seats. */
const told = (amountDue: number, currency = 'gbp') => ({
  quantity: 4,
  prorationAt: app.context.now().toISOString(),
  amountDue,
  currency,
});

describe('an amount that has moved since it was shown', () => {
  const wantFour = async () => {
    const id = await subscribed(3);
    await town.open(owner, 'seats');
    await owner.press('seats.more');
    await until('the amount', () => shown().includes('Due now: *£5.99*'));
    return id;
  };

  it.each([598, 599, 600])('by one penny or none, from %i, is charged as it is', async (amount) => {
    const id = await wantFour();
    await update('Recorded: *4 seats*', withMetadata(told(amount)));
    expect(shown()).toContain('Stripe charges £5.99');
    expect(await changes(id)).toHaveLength(1);
  });

  it.each([
    [597, 'gbp', 'changed from £5.97 to £5.99'],
    [601, 'gbp', 'changed from £6.01 to £5.99'],
    [-599, 'gbp', 'changed from a credit of £5.99 to £5.99'],
    [599, 'eur', 'changed from €5.99 to £5.99'],
  ])('from %i in %s has to be agreed to again', async (amount, currency, sentence) => {
    const id = await wantFour();
    const metadata = told(amount, currency);
    await update(`The amount has ${sentence}. Press Update again to go on.`, withMetadata(metadata));
    expect(wanted()).toBe(4);
    expect(await changes(id)).toEqual([]);
    await update('Recorded: *4 seats*');
    expect(await changes(id)).toHaveLength(1);
  });

  it('by a hand in the dashboard is asked for again, and not twice', async () => {
    const id = await subscribed(3);
    await town.open(owner, 'seats');
    await owner.type('seats.typed', '6');
    await until('the amount', () => shown().includes('Due now: *£17.97*'));
    const { subscriptionId } = await database().organization.findUniqueOrThrow({ where: { id } });
    stripe.dashboard.changeQuantity(String(subscriptionId), 5, 'always_invoice');
    await update('The amount has changed from £17.97 to £5.99.');
    expect(await changes(id)).toEqual([]);
    await update('Recorded: *6 seats*');
    expect(await changes(id)).toMatchObject([{ toQuantity: 6 }]);
  });

  it('because the modal stood open for an hour is prorated anew', async () => {
    const id = await subscribed(3);
    await town.open(owner, 'seats');
    await owner.type('seats.typed', '103');
    await until('the amount', () => shown().includes('Due now: *£599.00*'));
    app.context.advance({ seconds: 3_600 });
    stripe.clock.advance({ seconds: 3_600 });
    await update('The amount has changed from £599.00 to £598.');
    await update('Recorded: *103 seats*');
    const [change] = await changes(id);
    expect(change?.prorationAt).toEqual(app.context.now());
  });

  it('is not asked for within the quarter of an hour for which it was told', async () => {
    const id = await subscribed(3);
    await town.open(owner, 'seats');
    await owner.type('seats.typed', '103');
    await until('the amount', () => shown().includes('Due now: *£599.00*'));
    const at = app.context.now();
    app.context.advance({ seconds: 600 });
    stripe.clock.advance({ seconds: 600 });
    await update('Stripe charges £599.00');
    expect((await changes(id))[0]?.prorationAt).toEqual(at);
  });
});

describe('between Update and the outcome', () => {
  it('two presses are one change', async () => {
    const id = await subscribed(3);
    await town.open(owner, 'seats');
    await owner.press('seats.more');
    await until('the amount', () => shown().includes('Due now: *£5.99*'));
    const previews = () => stripe.requests.matching('POST', '/v1/invoices/create_preview').length;
    const asked = previews();
    stripe.settings.latencyMs = 100;
    await Promise.all([owner.submit(), owner.submit()]);
    await until('the outcome', () => shown().includes('Recorded: *4 seats*'));
    await vi.waitUntil(() => previews() === asked + 2, { timeout: 5_000 });
    expect(await changes(id)).toHaveLength(1);
  });

  it('the seats may come into use, which is said on the form, and nothing is recorded', async () => {
    const id = await subscribed(3);
    await town.open(owner, 'seats');
    await owner.type('seats.typed', '1');
    await until('the credit', () => shown().includes('*£11.98* is credited'));
    stripe.settings.latencyMs = 200;
    await owner.submit();
    await town.seat('agent');
    await until('the word', () => shown().includes('Not below the seats in use: 2 members'));
    expect(wanted()).toBe(1);
    expect(await changes(id)).toEqual([]);
  });

  it('the modal may be closed: Update was pressed', async () => {
    const id = await subscribed(3);
    await town.open(owner, 'seats');
    await owner.press('seats.more');
    await until('the amount', () => shown().includes('Due now: *£5.99*'));
    stripe.settings.latencyMs = 100;
    await owner.submit();
    await owner.closeModal();
    await app.sandbox.until('the change', async () => (await changes(id)).length === 1);
  });
});

describe('where Stripe’s limits are reached', () => {
  it('says when the change is applied, in the outcome and in the modal', async () => {
    const id = await subscribed(3);
    await database().seatChange.createMany({
      data: Array.from({ length: 18 }, (_, index) => ({
        id: app.context.newId(),
        organizationId: id,
        fromQuantity: 3,
        toQuantity: 4,
        status: 'applied' as const,
        requestedBy: owner.user.id,
        prorationAt: app.context.now(),
        createdAt: app.context.now(),
        sentAt: new Date(app.context.now().getTime() - 3_600_000 * (22 - index)),
        settledAt: app.context.now(),
      })),
    });
    await town.open(owner, 'seats');
    await owner.press('seats.more');
    await until('the amount', () => shown().includes('Due now: *£5.99*'));
    await update('Stripe takes only so many changes in a time: it is applied in about 3 hours');
    await owner.closeModal();
    await town.open(owner, 'seats');
    expect(shown()).toContain(
      'A change to *4 seats* waits, since Stripe takes only so many changes in a time',
    );
  });
});

describe('without a subscription', () => {
  it('leads to Stripe Checkout for the wanted number', async () => {
    const { id } = await town.organization();
    await town.open(owner, 'seats');
    expect(wanted()).toBe(1);
    await owner.press('seats.more');
    await owner.press('seats.more');
    await until('three seats', () => wanted() === 3);
    expect(shown()).toContain('Due now: *£17.97*, for the first month');
    await owner.submit();
    await until('the link', () => shown().includes('Go to Stripe Checkout'));
    const { url } = await owner.press('seats.checkout');
    expect((await payOnPage(String(url))).redirectedTo).toContain(urls.paid);
    const { stripeCustomerId } = await database().organization.findUniqueOrThrow({ where: { id } });
    const [subscription] = stripe.state.subscriptions({ customer: String(stripeCustomerId) });
    expect(subscription?.items.data[0]?.quantity).toBe(3);
    expect(await changes(id)).toEqual([]);
  });

  it('says so where Stripe does not answer', async () => {
    await town.open(owner, 'seats');
    stripe.faults.next({ kind: '500-before', times: 50 });
    await owner.submit();
    await until('the word', () => shown().includes('Stripe does not answer right now'));
  });

  it('says that the seats are on their way where they were paid for a moment ago', async () => {
    await town.open(owner, 'seats');
    await owner.submit();
    await until('the link', () => shown().includes('Go to Stripe Checkout'));
    await payOnPage(String((await owner.press('seats.checkout')).url));
    await owner.closeModal();
    await town.open(owner, 'seats');
    await owner.submit();
    await until('the word', () => shown().includes('There is a subscription already'));
  });
});

describe('who cannot change seats', () => {
  it.each(['admin', 'agent'] as const)('sees the figures and who can: %s', async (role) => {
    await subscribed(3);
    const member = await town.seat(role);
    const answer = await town.read(member, 'seats');
    expect(answer).toContain('3 seats purchased, 2 used, £17.97 a month.');
    expect(answer).toContain(`<@${owner.user.id}>, the Owner, can change them.`);
    expect(member.modal).toBeUndefined();
  });

  it('is somebody without a seat', async () => {
    await subscribed(3);
    const visitor = town.add();
    expect(await town.read(visitor, 'seats')).toContain('You have no seat in this organization');
  });
});
