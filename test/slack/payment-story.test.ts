import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Person } from '../sandbox/slack/person.ts';
import { payOnPage } from '../sandbox/stripe/shopper.ts';
import { openDesk, openWorld, type TestWorld } from '../setup/desk.ts';
import { expectUnbroken } from '../setup/world.ts';
import { type Begun, openShop } from '../web/plugin/shop.ts';
import { readModal } from './screen.ts';
import { settleTickets } from './ticket-desk.ts';

let world: TestWorld;
beforeAll(async () => {
  world = await openWorld({ PLATFORM_FEE_PERCENT: '10' });
});
afterAll(async () => {
  await expectUnbroken(world);
  await world.stop();
});

const shows = (person: Person, text: string) =>
  world.slack.until(`"${text}" is to be read`, () => readModal(person).includes(text));
const told = async (teamId: string, person: Person) =>
  JSON.stringify(await world.slack.directMessages(teamId, person.user.id));

it('an Owner connects Stripe from Slack, is told when it is active, and when it is restricted', async () => {
  const { owner, teamId, organizationId } = await openDesk(world);
  await owner.command('/org', 'payments');
  await shows(owner, 'Not connected');
  await owner.press('payments.connect');
  await shows(owner, 'The link works once');
  const { url } = await owner.press('payments.stripe');
  const { accountId } = await world.context.database.paymentAccount.findUniqueOrThrow({
    where: { organizationId },
  });
  expect(url).toMatch(/^http/);
  await owner.closeModal();
  await owner.closeModal();
  await owner.command('/org', 'payments');
  await shows(owner, 'Pending\nStripe needs the details of your organization');
  await owner.closeModal();
  world.stripe.dashboard.onboard(accountId, 'complete');
  await world.settle();
  await owner.command('/org', 'payments');
  await shows(owner, 'Active\n');
  await owner.press('payments.dashboard');
  await shows(owner, 'payouts and your details');
  expect(await told(teamId, owner)).toContain('Your Stripe account is active');
  world.stripe.dashboard.restrict(accountId);
  await world.settle();
  expect(await told(teamId, owner)).toContain('Stripe has switched payments or payouts of your account off.');
});

it('what a customer pays on a website is told in the support channel, and so is what the Owner gives back', async () => {
  const shop = await openShop(world);
  const { teamId, organizationId, owner } = shop.desk;
  const channel = await world.slack.addChannel(teamId, {
    name: 'support',
    bot: true,
    members: [owner.user.id],
  });
  await world.context.database.organization.update({
    where: { id: organizationId },
    data: { supportChannelId: channel },
  });
  const said = async () =>
    (await world.slack.messages(teamId, channel))
      .map(({ text }) => String(text))
      .filter((text) => text.startsWith('Payment of'));
  const { body } = await shop.begin({ reference: 'Order 7' });
  const { payment, url } = body as unknown as Begun;
  await settleTickets(world);
  expect(await said()).toEqual([]);
  await payOnPage(String(url));
  await settleTickets(world);
  expect(await said()).toEqual(['Payment of £51.98 by cara@customer.example: 2 × Blue kettle']);

  const { messageTs } = await world.context.database.payment.findUniqueOrThrow({ where: { id: payment.id } });
  await owner.press('payments.show', { message: { channel, ts: String(messageTs) } });
  await shows(owner, 'Order 7');
  await owner.press('payments.refund');
  await shows(owner, 'can be given back');
  await owner.fill({ amount: '11.98' });
  await owner.submit();
  await owner.submit();
  await settleTickets(world);
  expect(await said()).toEqual([expect.stringContaining('(£11.98 of £51.98 refunded)')]);
  while (owner.modal) await owner.closeModal();

  // The rest, by a hand in Stripe's dashboard.
  const charge = world.stripe.state.charges().at(-1);
  world.stripe.dashboard.refund(String(charge?.id), undefined, { reverseTransfer: true, refundFee: true });
  await settleTickets(world);
  expect(await said()).toEqual([expect.stringContaining('(£51.98 refunded)')]);
  await owner.command('/org', 'payments');
  await shows(owner, '1 payment · £51.98 gross · £51.98 refunded · £0.00 fees · *£0.00 net*');
  await owner.press('payments.show', { value: payment.id });
  await shows(owner, 'given back · made at Stripe');
  expect(readModal(owner)).toContain(`£11.98 · given back · by <@${owner.user.id}>`);
});
