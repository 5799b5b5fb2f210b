import { describe, expect, it, vi } from 'vitest';
import type { ActionInteraction, Listener } from '../../src/slack/listener.ts';
import { listeners } from '../../src/slack/listeners.ts';
import { payOnPage } from '../sandbox/stripe/shopper.ts';
import { START } from '../setup/context.ts';
import {
  changes,
  database,
  desk,
  shown,
  subscribed,
  until,
  update,
  urls,
  useSeatsDesk,
  wanted,
} from './seats-desk.ts';

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

useSeatsDesk({ 'seats.more': slowMore });

describe('/org seats', () => {
  it('shows the Owner the three figures and the number', async () => {
    await subscribed(3);
    await desk.town.open(desk.owner, 'seats');
    for (const text of ['*Seats purchased*\\n3', '*Seats used*\\n1', '*Monthly cost*\\n£17.97']) {
      expect(shown()).toContain(text);
    }
    expect(wanted()).toBe(3);
    expect(shown()).toContain('Nothing is due');
  });

  it('opens before Stripe answers, and then shows what is due', async () => {
    const id = await subscribed(3);
    await desk.town.open(desk.owner, 'seats');
    desk.stripe.settings.latencyMs = 150;
    await desk.owner.press('seats.more');
    await until('the next number', () => wanted() === 4);
    expect(shown()).toContain('£23.96 (+£5.99)');
    expect(shown()).toContain('asking Stripe');
    await until('the amount', () => shown().includes('Due now: *£5.99*'));
    await desk.owner.submit();
    expect(shown()).toContain('Nothing is recorded yet.');
    expect(await changes(id)).toEqual([]);
    desk.stripe.settings.latencyMs = 0;
    await until('the outcome', () => shown().includes('Recorded: *4 seats*, £23.96 a month.'));
    expect(shown()).toContain('Stripe charges £5.99');
    expect(await changes(id)).toMatchObject([{ fromQuantity: 3, toQuantity: 4, status: 'requested' }]);
  });

  it('loses no press of many at once', async () => {
    await subscribed(3);
    await desk.town.open(desk.owner, 'seats');
    const presses = [...Array(12).fill('seats.more'), ...Array(2).fill('seats.fewer')];
    await Promise.all(presses.map((action) => desk.owner.press(action)));
    await until('the amount', () => shown().includes('Due now: *£59.90*'));
    expect(wanted()).toBe(13);
    expect(shown()).toContain('£77.87 (+£59.90)');
  });

  it('ends at the last number though an earlier one is shown after it', async () => {
    await subscribed(3);
    await desk.town.open(desk.owner, 'seats');
    const earlier = holdNextUpdate();
    await desk.owner.press('seats.more');
    await vi.waitUntil(() => earlier.taken, { timeout: 5_000 });
    await desk.owner.press('seats.more');
    await until('the last number', () => wanted() === 5);
    earlier.release();
    await vi.waitUntil(() => earlier.landed, { timeout: 5_000 });
    await until('the last one again', () => wanted() === 5);
    await until('the amount', () => shown().includes('Due now: *£11.98*'));
  });

  it('drops an amount that comes when the number has moved on', async () => {
    await subscribed(3);
    await desk.town.open(desk.owner, 'seats');
    const previews = () => desk.stripe.requests.matching('POST', '/v1/invoices/create_preview').length;
    const before = previews();
    desk.stripe.settings.latencyMs = 300;
    await desk.owner.press('seats.more');
    await vi.waitUntil(() => previews() > before, { timeout: 5_000 });
    await desk.owner.press('seats.more');
    await until('an amount', () => shown().includes('Due now: *£'));
    desk.stripe.settings.latencyMs = 0;
    expect(wanted()).toBe(5);
    expect(shown()).toContain('Due now: *£11.98*');
    expect(previews()).toBe(before + 2);
  });

  it('does not go below the seats in use by pressing', async () => {
    await subscribed(3);
    await desk.town.seat('agent');
    await desk.town.open(desk.owner, 'seats');
    await Promise.all(Array.from({ length: 5 }, () => desk.owner.press('seats.fewer')));
    await until('the least', () => wanted() === 2);
    await until('the credit', () => shown().includes('*£5.99* is credited'));
  });

  it('takes a number that is typed, and counts on from it', async () => {
    await subscribed(3);
    await desk.town.open(desk.owner, 'seats');
    await desk.owner.type('seats.typed', '20');
    await until('the cost', () => shown().includes('£119.80'));
    expect(wanted()).toBe(20);
    await desk.owner.press('seats.more');
    await until('the next', () => wanted() === 21);
  });

  it('says that Stripe cannot tell the amount, and that it is silent after one was shown', async () => {
    const id = await subscribed(3);
    await desk.town.open(desk.owner, 'seats');
    desk.stripe.faults.next({ kind: '500-before', times: 50 });
    await desk.owner.press('seats.more');
    await until('the word', () => shown().includes('Stripe cannot tell the amount'));
    desk.stripe.faults.clear();
    await update('Below is what is due now');
    desk.stripe.faults.next({ kind: '500-before', times: 50 });
    await update('Recorded: *4 seats*');
    expect(shown()).toContain('Stripe charges £5.99 for the rest of the month.');
    expect(shown()).toContain('Stripe does not answer just now; the change is made when it does.');
    expect(await changes(id)).toHaveLength(1);
  });

  it('shows what waits for its payment, and takes another number in its place', async () => {
    const id = await subscribed(3);
    await database().seatChange.create({
      data: {
        id: desk.app.context.newId(),
        organizationId: id,
        fromQuantity: 3,
        toQuantity: 8,
        status: 'awaiting_payment',
        requestedBy: desk.owner.user.id,
        prorationAt: START,
        amountDue: 2995,
        paymentUrl: 'https://pay.example/in_1',
        createdAt: START,
        sentAt: START,
      },
    });
    await desk.town.open(desk.owner, 'seats');
    expect(shown()).toContain('A change to *8 seats* waits for its payment of £29.95');
    expect((await desk.owner.press('seats.pay')).url).toBe('https://pay.example/in_1');
    await desk.owner.type('seats.typed', '4');
    await until('the amount', () => shown().includes('Due now: *£5.99*'));
    await update('Recorded: *4 seats*');
    expect((await changes(id)).map(({ toQuantity, status }) => [toQuantity, status])).toEqual([
      [8, 'awaiting_payment'],
      [4, 'requested'],
    ]);
  });
});

describe('what is refused, on the field', () => {
  const errors = async () => Object.values((await desk.owner.submit({ force: true })).errors);

  it('the number that is there already', async () => {
    await subscribed(3);
    await desk.town.open(desk.owner, 'seats');
    expect(await errors()).toEqual(['You have 3 seats already.']);
  });

  it('fewer than are in use, naming members and invites', async () => {
    await subscribed(3);
    await desk.town.seat('agent');
    await desk.town.open(desk.owner, 'seats');
    await desk.owner.type('seats.typed', '1');
    const [sentence] = await errors();
    expect(sentence).toContain('2 members and 0 pending invites');
  });

  it.each(['0', '10001', '99999999999', '2.5', 'x', ''])('%j seats', async (text) => {
    const id = await subscribed(3);
    await desk.town.open(desk.owner, 'seats');
    await desk.owner.type('seats.typed', text);
    expect((await errors())[0]).toContain('Choose between 1 and 10,000 seats');
    expect(await changes(id)).toEqual([]);
  });

  it('a number that presses still under way have changed', async () => {
    const id = await subscribed(3);
    await desk.town.open(desk.owner, 'seats');
    desk.app.sandbox.faults.next({ method: 'views.update', kind: 'timeout', times: 2 });
    const presses = [desk.owner.press('seats.more'), desk.owner.press('seats.more')];
    await Promise.all(presses);
    const draft = async () =>
      database().seatDraft.findUnique({ where: { viewId: String(desk.owner.modal?.id) } });
    await desk.app.sandbox.until('the draft', async () => (await draft())?.wanted === 5);
    expect((await errors())[0]).toContain('moved on to 5');
    expect(await changes(id)).toEqual([]);
  });
});

describe('without a subscription', () => {
  it('leads to Stripe Checkout for the wanted number', async () => {
    const { id } = await desk.town.organization();
    await desk.town.open(desk.owner, 'seats');
    expect(wanted()).toBe(1);
    await desk.owner.press('seats.more');
    await desk.owner.press('seats.more');
    await until('three seats', () => wanted() === 3);
    expect(shown()).toContain('Due now: *£17.97*, for the first month');
    await desk.owner.submit();
    await until('the link', () => shown().includes('Go to Stripe Checkout'));
    const { url } = await desk.owner.press('seats.checkout');
    expect((await payOnPage(String(url))).redirectedTo).toContain(urls.paid);
    const { stripeCustomerId } = await database().organization.findUniqueOrThrow({ where: { id } });
    const [subscription] = desk.stripe.state.subscriptions({ customer: String(stripeCustomerId) });
    expect(subscription?.items.data[0]?.quantity).toBe(3);
    expect(await changes(id)).toEqual([]);
  });

  it('says so where Stripe does not answer', async () => {
    await desk.town.open(desk.owner, 'seats');
    desk.stripe.faults.next({ kind: '500-before', times: 50 });
    await desk.owner.submit();
    await until('the word', () => shown().includes('Stripe does not answer right now'));
  });

  it('says that the seats are on their way where they were paid for a moment ago', async () => {
    await desk.town.open(desk.owner, 'seats');
    await desk.owner.submit();
    await until('the link', () => shown().includes('Go to Stripe Checkout'));
    await payOnPage(String((await desk.owner.press('seats.checkout')).url));
    await desk.owner.closeModal();
    await desk.town.open(desk.owner, 'seats');
    await desk.owner.submit();
    await until('the word', () => shown().includes('There is a subscription already'));
  });
});

describe('who cannot change seats', () => {
  it.each(['admin', 'agent'] as const)('sees the figures and who can: %s', async (role) => {
    await subscribed(3);
    const member = await desk.town.seat(role);
    const answer = await desk.town.read(member, 'seats');
    expect(answer).toContain('3 seats purchased, 2 used, £17.97 a month.');
    expect(answer).toContain(`<@${desk.owner.user.id}>, the Owner, can change them.`);
    expect(member.modal).toBeUndefined();
  });

  it('is somebody without a seat', async () => {
    await subscribed(3);
    const visitor = desk.town.add();
    expect(await desk.town.read(visitor, 'seats')).toContain('You have no seat in this organization');
  });
});
