import { randomUUID } from 'node:crypto';
import { WebClient } from '@slack/web-api';
import type { Page, Request } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { createKeyring } from '../../src/database/sealing.ts';
import { createInstallations } from '../../src/slack/installations.ts';
import { botScopes } from '../../src/slack/scopes.ts';
import { chromiumPath } from '../setup/chromium.ts';
import { settleTickets } from '../slack/ticket-desk.ts';
import { watch } from '../web/live/watch.ts';
import { useScriptStage } from '../web/script/stage.ts';
import { button } from '../web/script/visitor.ts';
import { wordsOf } from './sight.ts';
import { snapshot } from './snapshot.ts';

const stage = useScriptStage();
const api = 'https://desk.example/plugin/v1';
const cara = 'cara@customer.example';
let channel = '';

/** Opens the shop at a host; Stripe’s pages, which no host leads to, are brought to the browser as they are. */
async function open(host: string) {
  const asked: Request[] = [];
  const visit = await stage.visit({
    host,
    path: '/kettles?colour=blue',
    body: `<button data-orgdesk-product="${stage.website.productId}" data-orgdesk-reference="order 7">Buy</button>`,
    prepare: async (page) => {
      page.on('request', (request) => request.url().startsWith(api) && asked.push(request));
      await page.route(`${stage.world.stripe.url}/**`, async (route) =>
        route.fulfill({ response: await route.fetch({ maxRedirects: 0 }) }),
      );
    },
  });
  /** Everything that the API has answered in full. */
  const answers = async () => {
    const finished = asked.filter((request) => !request.url().includes('/events'));
    const texts = finished.map(async (request) => (await (await request.response())?.text()) ?? '');
    return (await Promise.all(texts)).join('\n');
  };
  return { ...visit, asked, answers };
}

const messages = () => stage.world.slack.messages(stage.website.desk.teamId, channel);
const settle = () => settleTickets(stage.world);

/** Lets the app into the workspace. By Slack’s page of consent nobody comes back: only the browser finds desk.example. */
async function install(): Promise<void> {
  const { context, config, slack } = stage.world;
  const { teamId, owner } = stage.website.desk;
  const token = await slack.issueBotToken(teamId);
  const client = new WebClient(token, { slackApiUrl: slack.url });
  const { user_id: userId = '', bot_id: id = '' } = await client.auth.test();
  await createInstallations(context, createKeyring(config.ENCRYPTION_KEYS)).storeInstallation({
    team: { id: teamId },
    enterprise: undefined,
    user: { id: owner.user.id, token: undefined, scopes: undefined },
    bot: { token, scopes: [...botScopes], id, userId },
  });
}

/** Everything that is kept, was told or was asked of Stripe, but for how often who has asked. */
async function written() {
  const { rate_limits: _, ...rest } = await snapshot(stage.world, [stage.website.desk.teamId]);
  return rest;
}

/** The card of the ticket with this subject in the support channel, and what stands in its thread. */
async function cardOf(subject: string) {
  const all = await messages();
  const cards = all.filter(
    ({ text, ts, thread_ts }) => String(text).includes(subject) && (!thread_ts || thread_ts === ts),
  );
  expect(cards).toHaveLength(1);
  const ts = String(cards[0]?.ts);
  const thread = all.filter((message) => message.thread_ts === ts && message.ts !== ts);
  return { ts, words: wordsOf(cards[0]?.blocks), thread };
}

async function openTicket(page: Page, subject: string, message: string): Promise<void> {
  await button(page).click();
  await page.getByLabel('Name').fill('Cara Customer');
  await page.getByLabel('E-mail').fill(cara);
  await page.getByLabel('Subject').fill(subject);
  await page.getByLabel('Message').fill(message);
  await page.getByRole('button', { name: 'Send' }).click();
  await page.getByText('Thank you. Your request is TKT-').waitFor();
}

/** Presses the buy button, once the script is there to hear it, and goes on to Stripe’s page. */
async function toCheckout(page: Page): Promise<void> {
  await page.locator('orgdesk-widget').waitFor({ state: 'attached' });
  await page.getByRole('button', { name: 'Buy' }).click();
  const dialog = page.getByRole('dialog', { name: 'Pay' });
  await dialog.getByText('£25.99').waitFor();
  await dialog.getByLabel('E-mail').fill(cara);
  await dialog.getByRole('button', { name: 'Continue to payment' }).click();
  await page.waitForURL(`${stage.world.stripe.url}/**`);
}

describe.runIf(chromiumPath)('a shop with the plugin, in a browser', () => {
  beforeAll(async () => {
    const { world, website, agent } = stage;
    const { teamId, organizationId, owner } = website.desk;
    world.slack.ownMessageEvents = true;
    await install();
    await world.settle();
    const members = [owner.user.id, agent.user.id];
    channel = await world.slack.addChannel(teamId, { name: 'support', members, bot: true });
    const where = { id: organizationId };
    await world.context.database.organization.update({ where, data: { supportChannelId: channel } });
  });

  it('talks with the agents in the thread of its ticket, who note among themselves', async () => {
    const { page, answers, troubles, leave } = await open('shop.example');
    await openTicket(page, 'Cold kettle', 'It does not boil.');
    await page.evaluate('window.loaded = "once"');
    await settle();
    const { ts, words } = await cardOf('Cold kettle');
    expect(words).toContain('It does not boil.');
    expect(words).toContain('Cara Customer');

    const { agent } = stage;
    await agent.say(channel, 'note: she is SECRETly important', ts);
    await agent.say(channel, 'Is the plug *in*?', ts);
    const log = page.getByRole('log');
    await log.getByText('Is the plug in?').waitFor();
    expect(await log.locator('article').last().textContent()).toContain('Ada Lindgren');
    await page.locator('textarea[name=text]').fill('It was not. Thank you!');
    await page.getByRole('button', { name: 'Send answer' }).click();
    await log.getByText('It was not. Thank you!').waitFor();
    await settle();
    expect(wordsOf((await cardOf('Cold kettle')).thread.at(-1)?.blocks)).toContain('It was not. Thank you!');

    // Another note behind which something else arrives: had it been sent to the page, it would be there.
    await agent.say(channel, 'note: SECRET, the second', ts);
    await settle();
    await agent.say(channel, 'You are welcome.', ts);
    await log.getByText('You are welcome.').waitFor();
    await settle();
    expect(await log.locator('article').count()).toBe(4);
    expect(await page.evaluate('window.loaded')).toBe('once');

    const { notes, id } = await stage.world.context.database.ticket.findFirstOrThrow({
      where: { title: 'Cold kettle' },
      include: { notes: true },
    });
    expect(notes).toHaveLength(2);
    const token = /odt_[\w-]+/.exec(await answers())?.[0];
    const headers = { authorization: `Bearer ${token}`, 'last-event-id': '0' };
    const stream = await watch(`${stage.world.url}/plugin/v1/tickets/${id}/events`, headers);
    await expect.poll(() => JSON.stringify(stream.events)).toContain('You are welcome.');
    stream.close();
    const read = await stage.website.ask(`/tickets/${id}`, { bearer: token ?? '' });
    expect(JSON.stringify(read.body)).toContain('You are welcome.');
    const everything = [
      await answers(),
      JSON.stringify([read.body, stream.events]),
      await page.getByRole('dialog').innerHTML(),
    ];
    expect(everything.join('\n')).not.toContain('SECRET');
    expect(troubles).toEqual([]);
    await leave();
  });

  it('sells by a button: paid on Stripe’s page, back as Paid, and told of once in the support channel', async () => {
    const { page, troubles, leave } = await open('shop.example');
    await toCheckout(page);
    await page.getByLabel('Card number').fill('4242 4242 4242 4242');
    await page.getByRole('button', { name: 'Pay', exact: true }).click();
    await page.waitForURL('https://shop.example/**');
    const toast = page.locator('orgdesk-widget .toast');
    await toast.getByText('Thank you. Your payment of £25.99 has arrived.').waitFor();
    expect(page.url()).toBe('https://shop.example/kettles?colour=blue');
    await settle();
    const payments = await stage.world.context.database.payment.findMany();
    expect(payments).toEqual([
      expect.objectContaining({ status: 'paid', amount: 2599, email: cara, reference: 'order 7' }),
    ]);
    const told = (await messages()).filter(({ text }) => String(text).startsWith('Payment of'));
    expect(told.map(({ text }) => text)).toEqual([`Payment of £25.99 by ${cara}: 1 × Blue kettle`]);
    expect(troubles).toEqual([]);
    await leave();
  });

  it('can do nothing from a website that is not listed, nor can what replays its requests there', async () => {
    const listed = await open('shop.example');
    await openTicket(listed.page, 'Seen by a thief', 'Copy me.');
    await listed.page.keyboard.press('Escape');
    await toCheckout(listed.page);
    const captured = listed.asked
      .filter((request) => request.method() === 'POST')
      .map((request) => {
        const { origin: _, 'idempotency-key': key, ...headers } = request.headers();
        return { path: request.url().slice(api.length), body: request.postData() ?? '', headers, key };
      });
    const routes = captured.map(({ path }) => path.replace(/\?.*/, ''));
    expect(routes).toEqual(['/sessions', '/tickets', '/sessions', '/payments']);
    await listed.leave();
    await settle();
    const before = await written();

    const thief = await open('evil.example');
    await expect.poll(() => thief.said).toHaveLength(1);
    expect(thief.said[0]).toContain('https://evil.example');
    await thief.page.getByRole('button', { name: 'Buy' }).click();
    expect(await thief.page.locator('orgdesk-widget').count()).toBe(0);
    expect(await thief.page.getByRole('dialog').count()).toBe(0);
    expect(thief.asked.filter((request) => request.method() === 'POST')).toEqual([]);

    for (const request of captured) {
      for (const key of [request.key, randomUUID()]) {
        const refused = await replay({ ...request, key }, 'https://evil.example');
        expect([request.path, refused.status]).toEqual([request.path, 403]);
        expect(refused.headers.get('access-control-allow-origin')).toBe(null);
        expect(await refused.json()).toMatchObject({ code: 'origin_unlisted' });
      }
      expect(await replayIn(thief.page, request)).toBe('TypeError');
    }
    await thief.leave();
    expect(await written()).toEqual(before);

    // What was replayed is good where it comes from.
    const shop = await open('shop.example');
    for (const request of captured) {
      expect((await replay({ ...request, key: randomUUID() }, 'https://shop.example')).status).toBe(201);
      expect(await replayIn(shop.page, request)).toBe('answered');
    }
    await shop.leave();
    await settle();
  });
});

type Captured = { path: string; body: string; headers: Record<string, string>; key: string | undefined };

/** Sends it again by what says of itself to be a page of this origin. */
function replay({ path, body, headers, key }: Captured, origin: string): Promise<Response> {
  const sent = new Headers({ ...headers, origin });
  if (key !== undefined) sent.set('idempotency-key', key);
  return fetch(`${stage.world.url}/plugin/v1${path}`, { method: 'POST', headers: sent, body });
}

/** Sends it again in a page, where the browser says of which origin it is; gives the error's name where there is no answer. */
function replayIn(page: Page, { path, body, headers, key }: Captured): Promise<unknown> {
  const sent = { ...headers, ...(key !== undefined && { 'idempotency-key': key }) };
  const options = JSON.stringify({ method: 'POST', body, headers: sent });
  return page.evaluate(
    `fetch(${JSON.stringify(api + path)}, ${options}).then(() => 'answered', ({ name }) => name)`,
  );
}
