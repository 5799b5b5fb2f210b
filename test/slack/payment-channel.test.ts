import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { paymentAnnounce } from '../../src/domain/effects.ts';
import { record } from '../../src/domain/record.ts';
import { openWorld, type TestWorld } from '../setup/desk.ts';
import { type SeededPayment, seedPayment } from '../setup/payments.ts';
import { queueBackends } from '../setup/redis.ts';
import { openTicketDesk, postsTo, type TicketDesk } from './ticket-desk.ts';

let world: TestWorld;
let desk: TicketDesk;

const database = () => world.context.database;
const row = (id: string) => database().payment.findUniqueOrThrow({ where: { id } });
const tell = (id: string) => record(database(), world.context, [], [paymentAnnounce(id)]);

/** A payment that was made, and the channel's to be told of. */
async function pay(payment: SeededPayment = {}): Promise<string> {
  const id = await seedPayment(world.context, desk.organizationId, payment);
  await tell(id);
  return id;
}

/** What Stripe says of its refunds, and the channel's to be told of. */
async function refund(id: string, refundedAmount: number): Promise<void> {
  const { amount } = await row(id);
  const status = refundedAmount === 0 ? 'paid' : refundedAmount < amount ? 'partially_refunded' : 'refunded';
  await database().payment.update({ where: { id }, data: { refundedAmount, status } });
  await tell(id);
}

/** The texts of the payments' messages in the channel, the oldest first. */
async function said(channel = desk.channel): Promise<string[]> {
  const messages = await world.slack.messages(desk.teamId, channel);
  return messages.map(({ text }) => String(text)).filter((text) => text.startsWith('Payment of'));
}

describe('the support channel', () => {
  beforeAll(async () => {
    world = await openWorld();
  });
  beforeEach(async () => {
    desk = await openTicketDesk(world);
  });
  afterAll(() => world.stop());

  it('is told once of a payment, and its message says what is refunded since, up and down', async () => {
    const id = await pay();
    await desk.settle();
    expect(await said()).toEqual(['Payment of £25.98 by cara@customer.example: 2 × Blue kettle']);
    await refund(id, 500);
    await desk.settle();
    expect(await said()).toEqual([expect.stringContaining('(£5.00 of £25.98 refunded)')]);
    await refund(id, 2598);
    await desk.settle();
    expect(await said()).toEqual([expect.stringContaining('(£25.98 refunded)')]);
    // The bank sent a refund back.
    await refund(id, 0);
    await tell(id);
    await desk.settle();
    expect(await said()).toEqual(['Payment of £25.98 by cara@customer.example: 2 × Blue kettle']);
    expect(postsTo(world, desk.channel)).toHaveLength(1);
    expect(await row(id)).toMatchObject({ channelId: desk.channel, shownRefund: 0 });
  });

  it('hears nothing of what was not paid', async () => {
    for (const status of ['pending', 'failed'] as const) await pay({ status });
    await desk.settle();
    await world.advance({ seconds: 61 });
    await desk.settle();
    expect(postsTo(world, desk.channel)).toEqual([]);
    // Nor does it stand in the way of what comes behind it.
    const { id } = await desk.open(desk.owner);
    await desk.settle();
    expect(await desk.thread(id)).toHaveLength(1);
    expect(postsTo(world, desk.channel)).toHaveLength(1);
  });

  it('defuses what customers wrote', async () => {
    await pay({
      productName: 'Kettle <!here>',
      reference: '<!channel>\n<https://evil.example|Click>',
      email: '"<!everyone>"@evil.example',
    });
    await desk.settle();
    const [message] = await world.slack.messages(desk.teamId, desk.channel);
    expect(JSON.stringify(message)).not.toMatch(/<!(here|channel|everyone)|<https:\/\/evil/);
    expect(JSON.stringify(message?.blocks)).toContain('&lt;!channel&gt; &lt;https://evil.example');
  });

  it('leads from the message to the payment whoever may see it', async () => {
    const id = await pay();
    await desk.settle();
    const message = { channel: desk.channel, ts: String((await row(id)).messageTs) };
    await desk.owner.press('payments.show', { message });
    await world.slack.until('the payment', () => desk.owner.modal);
    expect(JSON.stringify(desk.owner.modal?.view)).toContain('payments.refund');
    const agent = await desk.add({ role: 'agent' });
    const { responses } = await agent.press('payments.show', { message });
    await world.slack.until('a refusal', () => responses.length > 0);
    expect(JSON.stringify(responses)).toContain('Only the Owner and Admins can do this.');
    await desk.owner.closeModal();
  });

  it('is told in the order of beginning, together with tickets, after its archive is over', async () => {
    await world.slack.archive(desk.teamId, desk.channel);
    await desk.settle();
    await pay({ reference: 'one' });
    await desk.open(desk.owner);
    await pay({ productName: 'Red kettle' });
    await desk.settle();
    await world.advance({ seconds: 61 });
    await desk.settle();
    expect(postsTo(world, desk.channel).filter(({ status }) => status === 200)).toEqual([]);
    await world.slack.archive(desk.teamId, desk.channel, false);
    await desk.settle();
    const texts = (await world.slack.messages(desk.teamId, desk.channel)).map(({ text }) => String(text));
    expect(texts.filter((text) => /^(Payment|TKT)/.test(text))).toEqual([
      expect.stringContaining('Blue kettle'),
      expect.stringMatching(/^TKT-/),
      expect.stringContaining('Red kettle'),
    ]);
  });

  it('catches up with a refund that came while it was archived, and the admins are told once', async () => {
    const id = await pay();
    await desk.settle();
    await world.slack.archive(desk.teamId, desk.channel);
    await desk.settle();
    await refund(id, 500);
    await desk.settle();
    await world.advance({ seconds: 61 });
    await desk.settle();
    expect(await row(id)).toMatchObject({ shownRefund: 0 });
    await world.slack.archive(desk.teamId, desk.channel, false);
    await desk.settle();
    expect(await said()).toEqual([expect.stringContaining('(£5.00 of £25.98 refunded)')]);
    const told = (await world.slack.directMessages(desk.teamId, desk.owner.user.id)).filter(({ text }) =>
      String(text).includes('New tickets cannot be posted'),
    );
    expect(told).toHaveLength(1);
  });

  it('of former days that was archived: a refund is told in the present one', async () => {
    const id = await pay();
    await desk.settle();
    const next = await world.slack.addChannel(desk.teamId, { name: 'support-two', bot: true });
    const where = { id: desk.organizationId };
    await database().organization.update({ where, data: { supportChannelId: next } });
    await world.slack.archive(desk.teamId, desk.channel);
    await refund(id, 2598);
    await desk.settle();
    expect(await said(next)).toEqual([expect.stringContaining('(£25.98 refunded)')]);
    expect(await row(id)).toMatchObject({ channelId: next, shownRefund: 2598 });
  });

  it('gets a message anew that somebody deleted, when there is something new to say', async () => {
    const id = await pay();
    await desk.settle();
    await desk.owner.erase(desk.channel, String((await row(id)).messageTs));
    await desk.settle();
    expect(await said()).toEqual([]);
    await refund(id, 500);
    await desk.settle();
    expect(await said()).toEqual([expect.stringContaining('(£5.00 of £25.98 refunded)')]);
  });

  it('that is none yet, seats that are not paid for, and an app that is removed make payments wait', async () => {
    const where = { id: desk.organizationId };
    const set = (data: { supportChannelId?: string | null; seatsPurchased?: number }) =>
      database().organization.update({ where, data });
    await set({ supportChannelId: null, seatsPurchased: 0 });
    const id = await pay();
    const later = async () => {
      await world.advance({ seconds: 61 });
      await desk.settle();
      return (await said()).length;
    };
    expect(await later()).toBe(0);
    await set({ supportChannelId: desk.channel });
    expect(await later()).toBe(0);
    const { uninstalled, revoked } = world.slack.uninstall(desk.teamId);
    for (const event of [uninstalled, revoked]) await world.slack.sendEvent(desk.teamId, event);
    await set({ seatsPurchased: 3 });
    expect(await later()).toBe(0);
    await world.slack.install({ team: desk.teamId, user: desk.owner.user.id });
    expect(await later()).toBe(1);
    // A refund that came while the app was removed.
    const removed = world.slack.uninstall(desk.teamId);
    for (const event of [removed.uninstalled, removed.revoked])
      await world.slack.sendEvent(desk.teamId, event);
    await refund(id, 500);
    await later();
    await world.slack.install({ team: desk.teamId, user: desk.owner.user.id });
    await later();
    expect(await said()).toEqual([expect.stringContaining('(£5.00 of £25.98 refunded)')]);
    expect(await database().outboxRow.count({ where: { status: 'parked' } })).toBe(0);
  });

  it('gets the words alone where Slack does not take the blocks', async () => {
    world.slack.faults.next({ method: 'chat.postMessage', kind: 'error', error: 'invalid_blocks' });
    await pay();
    await desk.settle();
    const [message] = await world.slack.messages(desk.teamId, desk.channel);
    expect(message?.blocks ?? []).toEqual([]);
    expect(String(message?.text)).toContain('Payment of £25.98');
  });

  it('keeps what it has where Slack will never change it, and nobody tries for ever', async () => {
    const id = await pay();
    await desk.settle();
    world.slack.faults.next({ method: 'chat.update', kind: 'error', error: 'edit_window_closed', times: 50 });
    await refund(id, 500);
    for (let minute = 0; minute < 3; minute++) {
      await desk.settle();
      await world.advance({ seconds: 61 });
    }
    const { messageTs: ts } = await row(id);
    const tries = world.slack.requests.filter(
      ({ method, args }) => method === 'chat.update' && args.ts === ts,
    );
    expect(tries).toHaveLength(1);
    world.slack.faults.clear();
  });
});

describe.each(await queueBackends())('many payments on $name', ({ redisUrl }) => {
  beforeAll(async () => {
    world = await openWorld({ REDIS_URL: redisUrl });
  });
  afterAll(() => world.stop());

  it('are posted once each, a second apart, by two workers, whatever answers are lost', async () => {
    const second = await world.startAnother('worker');
    desk = await openTicketDesk(world);
    world.slack.limitMessageRate = true;
    const ids: string[] = [];
    for (let index = 0; index < 3; index++) ids.push(await pay({ productName: `Kettle ${index}` }));
    await desk.open(desk.owner);
    await Promise.all(ids.flatMap((id) => [tell(id), tell(id)]));
    await world.slack.until('all of them', () => postsTo(world, desk.channel).length === 4, 20_000);
    await world.settle();
    const posts = postsTo(world, desk.channel);
    expect(posts.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    const gaps = posts.slice(1).map(({ at }, index) => at - (posts[index]?.at ?? 0));
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(1_000);
    expect(await said()).toHaveLength(3);
    await second.stop();
    world.slack.limitMessageRate = false;
  });

  it.each(['acted-then-drop', '500', '429'] as const)(
    'are posted and changed once after %s',
    async (kind) => {
      desk = await openTicketDesk(world);
      world.slack.faults.next({ method: 'chat.postMessage', kind, ...(kind === '429' && { retryAfter: 2 }) });
      const id = await pay();
      for (let turn = 0; turn < 4; turn++) {
        await desk.settle();
        await world.advance({ seconds: 5 });
      }
      expect(await said()).toHaveLength(1);
      world.slack.faults.next({ method: 'chat.update', kind, ...(kind === '429' && { retryAfter: 2 }) });
      await refund(id, 500);
      for (let turn = 0; turn < 4; turn++) {
        await desk.settle();
        await world.advance({ seconds: 5 });
      }
      expect(await said()).toEqual([expect.stringContaining('refunded)')]);
      expect(await row(id)).toMatchObject({ shownRefund: 500 });
    },
  );

  it('of one that is refunded while it is being posted ends at what is true', async () => {
    desk = await openTicketDesk(world);
    const id = await pay();
    await Promise.all([world.settle(), refund(id, 500), refund(id, 2598)]);
    await desk.settle();
    const { refundedAmount, shownRefund } = await row(id);
    expect(shownRefund).toBe(refundedAmount);
    expect(await said()).toHaveLength(1);
  });
});
