import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { Browser } from '../sandbox/browser.ts';
import type { Person } from '../sandbox/slack/person.ts';
import { payOnPage } from '../sandbox/stripe/shopper.ts';
import type { World } from '../sandbox/world.ts';
import { shows, wordsOf } from './sight.ts';
import type { Cast, Step } from './step.ts';
import { customer, settle } from './tickets.ts';
import { askAsPage, sessionFor, shopOrigin } from './website.ts';

/** The platform keeps 2.5 % of each payment. */
export const shopEnvironment = { PLATFORM_FEE_PERCENT: '2.5' };

interface Begun {
  payment: { id: string; status: string; amount: number };
  url: string;
}

/** An organization sells something on its website. */
export const shopSteps: readonly Step[] = [
  {
    name: 'Connect a Stripe account',
    async play(world, cast) {
      const owner = world.slack.person({ team: cast.team, user: cast.owner.id });
      await openPayments(world, owner, 'Not connected');
      await owner.press('payments.connect');
      await says(world, owner, 'The link works once');
      const { url = '' } = await owner.press('payments.stripe');
      while (owner.modal) await owner.closeModal();
      const browser = new Browser();
      const form = await browser.get(url);
      const back = await browser.submit(form, new URL(form.url).pathname, { outcome: 'complete' });
      assert.equal(back.status, 200);
      assert.equal(new URL(back.url).origin, new URL(world.url).origin);
      await world.settle();
      await openPayments(world, owner, 'Active\n');
      await owner.closeModal();
      const told = await toldTo(world, cast, 'Your Stripe account is active');
      assert.equal(told.length, 1);
      return 'The Owner went through Stripe’s form and back; /org payments says Active, and so does one direct message.';
    },
  },
  {
    name: 'Put a product on sale',
    async play(world, cast) {
      const admin = world.slack.person({ team: cast.team, user: cast.admin.id });
      await admin.command('/org', 'products');
      await says(world, admin, 'What websites that you authorize can sell');
      await admin.press('products.add');
      await says(world, admin, 'Customers read it');
      await admin.fill({ name: 'Blue kettle', price: '24' });
      assert.deepEqual((await admin.submit()).errors, {});
      await says(world, admin, '*Blue kettle* is on sale, at £24.00.');
      const [, product = ''] =
        /data-orgdesk-product="([\w-]{36})"/.exec(wordsOf(admin.modal?.view.blocks)) ?? [];
      await admin.closeModal();
      const { body } = await askAsPage<object[]>(world, cast, '/products');
      assert.deepEqual(body, [{ id: product, name: 'Blue kettle', unitAmount: 2400, currency: 'gbp' }]);
      cast.product = product;
      return 'Blue kettle is on sale at £24.00: /org products shows the button to paste, and the website is told the price.';
    },
  },
  {
    name: 'Take a payment on the website',
    async play(world, cast) {
      const bearer = await sessionFor(world, cast, 'payments');
      const begin = {
        bearer,
        idempotencyKey: randomUUID(),
        body: {
          product: cast.product,
          quantity: 2,
          email: customer.email,
          reference: 'Order 7',
          successUrl: `${shopOrigin}/thanks`,
          cancelUrl: `${shopOrigin}/cart`,
        },
      };
      const { status, body } = await askAsPage<Begun>(world, cast, '/payments', begin);
      assert.equal(status, 201);
      const { payment, url } = body;
      assert.deepEqual([payment.status, payment.amount], ['pending', 4800]);
      // A page that did not hear the answer asks again.
      const again = await askAsPage<Begun>(world, cast, '/payments', begin);
      assert.equal(again.body.payment.id, payment.id);
      await settle(world);
      assert.deepEqual(await announced(world, cast), []);

      const paid = await payOnPage(url, customer);
      assert.equal(paid.redirectedTo, `${shopOrigin}/thanks?orgdesk_payment=${payment.id}`);
      await settle(world);
      const { body: seen } = await askAsPage(world, cast, `/payments/${payment.id}`, { bearer });
      assert.deepEqual(seen, {
        ...payment,
        status: 'paid',
        product: cast.product,
        quantity: 2,
        reference: 'Order 7',
      });
      const charges = world.stripe.state
        .charges()
        .filter(({ metadata }) => metadata.payment_id === payment.id);
      assert.deepEqual(
        charges.map(({ amount }) => amount),
        [4800],
      );
      const sentence = `Payment of £48.00 by ${customer.email}: 2 × Blue kettle`;
      assert.deepEqual(await announced(world, cast), [sentence]);
      return `Begun twice, charged once, and the website reads that it is paid; the channel has one message: ${sentence}.`;
    },
  },
  {
    name: 'Look at the payments',
    async play(world, cast) {
      const admin = world.slack.person({ team: cast.team, user: cast.admin.id });
      const totals = '1 payment · £48.00 gross · £0.00 refunded · £1.20 fees · *£46.80 net*';
      await openPayments(world, admin, `All time: ${totals}`);
      shows(wordsOf(admin.modal?.view.blocks), `Paid · ${customer.email} · Order 7`);
      await admin.closeModal();
      const fees = world.stripe.state.applicationFees().map(({ amount }) => amount);
      assert.deepEqual(fees, [120]);
      return '/org payments shows £48.00 gross, £1.20 fees and £46.80 net; Stripe kept the same £1.20 for the platform.';
    },
  },
];

/** Waits until the modal says `words`. */
async function says(world: World, person: Person, words: string): Promise<void> {
  await world.slack.until(`"${words}" in the modal`, () =>
    wordsOf(person.modal?.view.blocks).includes(words),
  );
}

async function openPayments(world: World, person: Person, words: string): Promise<void> {
  await person.command('/org', 'payments');
  await says(world, person, words);
}

/** What the support channel was told of payments. */
async function announced(world: World, { team, channel = '' }: Cast): Promise<string[]> {
  const messages = await world.slack.messages(team, channel);
  return messages.map(({ text }) => String(text)).filter((text) => text.startsWith('Payment of'));
}

async function toldTo(world: World, { team, owner }: Cast, words: string): Promise<string[]> {
  const messages = await world.slack.directMessages(team, owner.id);
  return messages.map(({ text }) => String(text)).filter((text) => text.includes(words));
}
