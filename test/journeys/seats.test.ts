import { beforeAll, describe, expect, it } from 'vitest';
import type { Person } from '../sandbox/slack/person.ts';
import { payOnPage } from '../sandbox/stripe/shopper.ts';
import { queueBackends } from '../setup/redis.ts';
import { useWorld } from '../setup/world.ts';
import { type Company, foundCompany, seat } from './company.ts';
import { controlFor, wordsOf } from './sight.ts';

type Founded = Company & { owner: Person };

describe.each(await queueBackends())('seats, from the press to the charge, on $name', (backend) => {
  const world = useWorld(backend);
  let company: Founded;
  let owner: Person;
  let customer: string;
  let subscription: string;

  beforeAll(async () => {
    company = await foundCompany(world, { seats: 3 });
    owner = company.owner;
    const [paid] = world.stripe.state.subscriptions();
    customer = paid?.customer ?? '';
    subscription = paid?.id ?? '';
  });

  const charged = () =>
    world.stripe.state
      .charges()
      .filter(({ paid }) => paid)
      .map(({ amount }) => amount);
  const quantity = () => world.stripe.state.subscription(subscription).items.data[0]?.quantity;
  const updates = () => world.stripe.requests.matching('POST', `/v1/subscriptions/${subscription}`).length;
  const newest = async () => (await company.told(owner)).at(-1);

  it('are charged for the rest of the month when they are bought within it, as the form said before', async () => {
    await world.advance({ days: 10 });
    const { due, answer } = await company.change(owner, 5);
    const [, shown = ''] = /£(\d+\.\d\d)/.exec(due) ?? [];
    expect(answer).toContain(`Stripe charges £${shown}`);
    expect(await company.figures(owner)).toEqual(['5', '1', '£29.95']);
    expect(charged()).toEqual([1797, Math.round(100 * Number(shown))]);
    // Two seats for 18 to 21 days of 28 to 31.
    expect(charged()[1]).toBeGreaterThan(2 * 599 * 0.62);
    expect(charged()[1]).toBeLessThan(2 * 599 * 0.69);
    expect(await newest()).toBe(`You have 5 seats now. £${shown} was charged for the rest of this month.`);
    expect(quantity()).toBe(5);
  });

  it('are credited when they are given up, and gone at once', async () => {
    const before = charged();
    const { due, answer } = await company.change(owner, 4);
    expect(due).toMatch(/^Due now: nothing\. \*£\d\.\d\d\* is credited/);
    expect(answer).toContain('The other seats are given up at once.');
    expect(await company.figures(owner)).toEqual(['4', '1', '£23.96']);
    expect(quantity()).toBe(4);
    expect(charged()).toEqual(before);
    expect(await newest()).toMatch(/^You have 4 seats now\. £\d\.\d\d is credited to your next invoice\.$/);
    const credit = world.stripe.state.pendingInvoiceItems().reduce((sum, { amount }) => sum + amount, 0);
    expect(await newest()).toContain(`£${(-credit / 100).toFixed(2)}`);
  });

  it('cannot be given up while members and invites hold them', async () => {
    const agent = await seat(company, 'Amir');
    await company.invite(owner, 'pending@else.example');
    const { errors } = await company.change(owner, 2);
    expect(errors).toEqual([
      'Not below the seats in use: 2 members and 1 pending invite. Remove members or revoke invites first.',
    ]);
    expect(await company.read(agent, 'seats')).toContain('can change them');
    await world.settle();
    expect(quantity()).toBe(4);
  });

  it('come only when Stripe says paid: with 3-D Secure the Owner is led to the page and the seats follow', async () => {
    world.stripe.dashboard.setCard(customer, 'pm_card_authenticationRequired');
    const before = charged();
    const { answer } = await company.change(owner, 6);
    expect(answer).toContain('Until it confirms the payment you have 4 seats');
    expect(await company.figures(owner)).toEqual(['4', '3', '£23.96']);
    expect(await company.home(owner)).toContain('A change to 6 seats waits for payment.');
    expect(await newest()).toMatch(/^The change to 6 seats waits for a payment of £\d\.\d\d\./);
    expect(charged()).toEqual(before);
    expect((await company.invite(owner, 'one@else.example')).error).toBe('');
    expect((await company.invite(owner, 'two@else.example')).error).toContain('No seat free');

    const { url } = await owner.press('seats.pay', { in: 'message' });
    expect((await payOnPage(url ?? '', { card: '4000 0027 6000 3184' })).page).toContain('Payment complete');
    expect(await company.figures(owner)).toEqual(['6', '4', '£35.94']);
    expect(charged()).toHaveLength(before.length + 1);
    expect(await newest()).toMatch(/^You have 6 seats now\. £\d\.\d\d was charged/);
    expect((await company.invite(owner, 'two@else.example')).error).toBe('');
  });

  it('do not come for a declined card: the Owner reads why and where to pay, and pays with another', async () => {
    world.stripe.dashboard.setCard(customer, 'pm_card_chargeCustomerFail');
    const before = charged();
    await company.change(owner, 8);
    expect(await company.figures(owner)).toEqual(['6', '5', '£35.94']);
    expect(await newest()).toContain('The change to 8 seats');
    expect(await newest()).toContain('Your card was declined.');
    expect(charged()).toEqual(before);

    const { url } = await owner.press('seats.pay', { in: 'message' });
    expect((await payOnPage(url ?? '')).status).toBe(200);
    expect(await company.figures(owner)).toEqual(['8', '5', '£47.92']);
    expect(await newest()).toContain('You have 8 seats now.');
    expect(charged()).toHaveLength(before.length + 1);
  });

  it('change once for a button pressed twice', async () => {
    world.stripe.dashboard.setCard(customer, 'pm_card_visa');
    const before = updates();
    const [paid, messages] = [charged().length, (await company.told(owner)).length];
    await company.want(owner, 9);
    const form = owner.modal;
    world.stripe.gate.close();
    const presses = await Promise.all([owner.submit(), owner.submit()]);
    world.stripe.gate.open();
    expect(presses.map(({ errors }) => errors)).toEqual([{}, {}]);
    expect(await company.outcome(owner)).toContain('Recorded: *9 seats*');
    expect(owner.modal?.id).toBe(form?.id);
    await owner.closeModal();
    expect(await company.figures(owner)).toEqual(['9', '5', '£53.91']);
    expect(updates()).toBe(before + 1);
    expect(charged()).toHaveLength(paid + 1);
    expect(await company.told(owner)).toHaveLength(messages + 1);
  });

  it('follow the newest number: what was not sent yet is never sent', async () => {
    const before = updates();
    const held = world.stripe.gate.holdEvery('POST', `/v1/subscriptions/${subscription}`, 'before');
    const wished = [];
    for (const seats of [10, 12, 11]) {
      await company.want(owner, seats);
      await owner.submit();
      wished.push(await company.outcome(owner));
      await owner.closeModal();
    }
    expect(wished.map((words) => /Recorded: \*(\d+) seats\*/.exec(words)?.[1])).toEqual(['10', '12', '11']);
    held.release();
    expect(await company.figures(owner)).toEqual(['11', '5', '£65.89']);
    expect(quantity()).toBe(11);
    // Of the first Stripe may have heard before the others were wished for; of the second it never does.
    expect(updates() - before).toBeLessThanOrEqual(2);
    expect((await company.told(owner)).join()).not.toContain('12 seats');
    expect(await newest()).toContain('You have 11 seats now.');
  });

  it('outlive a Stripe that fails, without a second charge', async () => {
    const paid = charged().length;
    await company.want(owner, 12);
    world.stripe.faults.next({ kind: 'acted-then-500-stored', method: 'POST', path: '/v1/subscriptions/*' });
    world.stripe.faults.next({ kind: '500-before', times: 3 });
    await owner.submit();
    await company.outcome(owner);
    await owner.closeModal();
    await world.settle();
    for (let tries = 0; tries < 5 && quantity() !== 12; tries += 1) {
      await world.advance({ seconds: 120 });
      await world.settle();
    }
    expect(await company.figures(owner)).toEqual(['12', '5', '£71.88']);
    expect(charged()).toHaveLength(paid + 1);
  });

  it('end with the subscription: nobody loses a seat they hold, and nobody is invited any more', async () => {
    world.stripe.dashboard.cancel(subscription);
    expect(await company.figures(owner)).toEqual(['0', '5', '£0.00']);
    expect(await newest()).toContain('Your subscription has ended');
    await company.open(owner, 'invite');
    expect(wordsOf(owner.modal?.view.blocks)).toContain('Nobody can be invited');
    await owner.closeModal();
    expect(await company.home(owner)).toContain('Buy seats');
    await company.open(owner, 'seats');
    expect(() => controlFor(owner, 'seats.pay', 'Pay now')).toThrow('0 controls');
    await owner.closeModal();
    await company.buy(owner, 5);
    expect(await company.figures(owner)).toEqual(['5', '5', '£29.95']);
  });
});
