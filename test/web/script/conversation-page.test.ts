import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { identify } from '../../../src/domain/members/identify.ts';
import { recordNote } from '../../../src/domain/tickets/say/record-note.ts';
import { setStatus } from '../../../src/domain/tickets/set-status.ts';
import { chromiumPath } from '../../setup/chromium.ts';
import { ticketForm } from '../plugin/website.ts';
import { accessibilityFaults } from './axe.ts';
import { expectNoSidewaysScroll, useScriptStage } from './stage.ts';

const stage = useScriptStage();

interface Opened {
  id: string;
  number: string;
  url: string;
}

/** A ticket that a website's page has opened. */
async function opened(changed: Record<string, unknown> = {}): Promise<Opened> {
  const { website } = stage;
  const bearer = await website.session();
  const { body } = await website.ask('/tickets', { bearer, body: ticketForm(changed) });
  const { ticket, url } = body as unknown as { ticket: Opened; url: string };
  return { ...ticket, url };
}

async function actor({ user } = stage.agent) {
  const { teamId } = stage.website.desk;
  return identify(stage.world.context, { teamId, userId: user.id, name: user.realName });
}

const textsOf = async (id: string) =>
  (await stage.tickets()).find((ticket) => ticket.id === id)?.messages.map(({ text }) => text);

/** The page's own address, asked without a browser. */
const ask = (url: string, init: RequestInit = {}) =>
  fetch(url.replace('https://desk.example', stage.world.url), { redirect: 'manual', ...init });

function form(fields: Record<string, string>, files: File[] = []): FormData {
  const data = new FormData();
  for (const [name, value] of Object.entries(fields)) data.set(name, value);
  for (const file of files) data.append('files', file);
  return data;
}

/** Node's fetch sends a form in chunks without saying how long it is, which browsers never do. */
async function post(url: string, data: FormData): Promise<Response> {
  const draft = new Response(data);
  const headers = { 'content-type': draft.headers.get('content-type') ?? '' };
  return ask(url, { method: 'POST', headers, body: Buffer.from(await draft.arrayBuffer()) });
}

const onceOf = (html: string) => /name="once" value="([^"]+)"/.exec(html)?.[1] ?? '';

describe.runIf(chromiumPath)('the conversation page', () => {
  let noScript: Opened;
  beforeAll(async () => {
    noScript = await opened();
  });

  it('is read and answered without scripts, with a file, and says what is wrong at its field', async () => {
    const { id, url, number } = noScript;
    await stage.reply(id, 'Is the plug *in*? <https://harbour.example/kettles|Our guide>');
    const { page, troubles, leave } = await stage.go(url, { javaScriptEnabled: false });
    expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe('Harbour Support');
    expect(await page.getByRole('main').textContent()).toContain(number);
    await page.getByText('Is the plug in?').waitFor();
    expect(await page.getByRole('link', { name: 'Our guide' }).getAttribute('href')).toBe(
      'https://harbour.example/kettles',
    );
    await page.getByRole('button', { name: 'Send answer' }).click();
    await page.getByText('An answer says something').waitFor();
    expect(await page.getByLabel('Your answer').getAttribute('aria-invalid')).toBe('true');
    await page.getByLabel('Your answer').fill('It was not.\nThank you!');
    const files = page.getByLabel('Files');
    await files.setInputFiles([{ name: 'x.html', mimeType: 'text/html', buffer: Buffer.from('<b>no</b>') }]);
    await page.getByRole('button', { name: 'Send answer' }).click();
    await page.getByText('x.html is not kept.').waitFor();
    expect(await page.getByLabel('Your answer').inputValue()).toBe('It was not.\nThank you!');
    await files.setInputFiles([
      { name: 'plug.png', mimeType: 'image/png', buffer: Buffer.from(PIXEL, 'base64') },
    ]);
    await page.getByRole('button', { name: 'Send answer' }).click();
    await page.getByRole('link', { name: 'plug.png' }).waitFor();
    expect(page.url().replace(/#.*/, '')).toBe(url);
    expect(await textsOf(id)).toEqual([
      'Since Monday, at the handle.',
      'Is the plug *in*? <https://harbour.example/kettles|Our guide>',
      'It was not.\nThank you!',
    ]);
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('link', { name: 'plug.png' }).click(),
    ]);
    expect(download.suggestedFilename()).toBe('plug.png');
    // Chromium notes the two refusals.
    expect(troubles.filter((trouble) => !trouble.includes('400 (Bad Request)'))).toEqual([]);
    await leave();
  });

  it('with scripts shows answers as they arrive, and keeps what was begun to be typed', async () => {
    const { id, url } = await opened();
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const { page, troubles, leave } = await stage.go('about:blank');
    await page.route('**/plugin/v1.js', async (route) => {
      await held;
      await route.continue();
    });
    const loaded = page.goto(url);
    await page.getByLabel('Your answer').fill('Half a sent');
    release();
    await loaded;
    const log = page.getByRole('log');
    await log.waitFor();
    expect(await page.getByLabel('Your answer').inputValue()).toBe('Half a sent');
    await page.keyboard.type('ence');
    expect(await page.getByLabel('Your answer').inputValue()).toBe('Half a sentence');
    await stage.reply(id, 'Arrives by itself.');
    await log.getByText('Arrives by itself.').waitFor();
    await page.getByLabel('Your answer').fill('Answered without a reload.');
    await page.getByRole('button', { name: 'Send answer' }).click();
    await log.getByText('Answered without a reload.').waitFor();
    expect(await textsOf(id)).toContain('Answered without a reload.');
    expect(troubles).toEqual([]);
    await leave();
  });

  it.each([{}, { javaScriptEnabled: false }])(
    'goes on in a new ticket where the old one is closed %j',
    async (options) => {
      const { id, url } = await opened();
      await setStatus(stage.world.context, await actor(stage.website.desk.owner), {
        ticketId: id,
        status: 'closed',
      });
      const { page, leave } = await stage.go(url, options);
      if (!('javaScriptEnabled' in options)) await page.getByRole('log').waitFor();
      await page.getByText('Closed').waitFor();
      await page.getByLabel('Your answer').fill('It leaks again.');
      await page.getByRole('button', { name: 'Send answer' }).click();
      await page.getByText('The request before was closed, so your answer has opened TKT-').waitFor();
      expect(page.url()).not.toContain(url);
      expect((await stage.tickets())[0]?.messages).toEqual([{ text: 'It leaks again.' }]);
      await leave();
    },
  );

  it.each([
    ['light', { colorScheme: 'light' }],
    ['dark', { colorScheme: 'dark' }],
    ['narrow', { viewport: { width: 320, height: 640 } }],
    ['without scripts', { viewport: { width: 320, height: 640 }, javaScriptEnabled: false }],
  ] as const)('has nothing that axe-core objects to, and fits (%s)', async (look, options) => {
    const { id, url } = await opened({ description: 'W'.repeat(400) });
    await stage.reply(id, `See <https://harbour.example/${'x'.repeat(200)}|our guide>, and \`descale\` it.`);
    const { page, troubles, leave } = await stage.go(url, options);
    if (look !== 'without scripts') {
      await page.getByRole('log').waitFor();
      expect(await accessibilityFaults(page)).toEqual([]);
    }
    await expectNoSidewaysScroll(page);
    expect(troubles).toEqual([]);
    await leave();
  });

  it('leaves the form alone that has files in it already', async () => {
    const { id, url } = await opened();
    const { page, leave } = await stage.go('about:blank');
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    await page.route('**/plugin/v1.js', async (route) => {
      await held;
      await route.continue();
    });
    const loaded = page.goto(url);
    const png = { name: 'early.png', mimeType: 'image/png', buffer: Buffer.from(PIXEL, 'base64') };
    await page.getByLabel('Files').setInputFiles([png]);
    const read = page.waitForResponse('**/plugin/v1/tickets/*');
    release();
    await loaded;
    await (await read).finished();
    await page.getByRole('button', { name: 'Send answer' }).click();
    await page.getByRole('link', { name: 'early.png' }).waitFor();
    expect(await textsOf(id)).toHaveLength(2);
    await leave();
  });

  it('names others who wrote by mail, and calls its customer You', async () => {
    const { id, url } = await opened();
    const { database, newId, now } = stage.world.context;
    const { organizationId } = stage.website;
    const colleague = { id: newId(), organizationId, name: 'Carl Colleague', email: 'carl@customer.example' };
    await database.customer.create({ data: { ...colleague, createdAt: now() } });
    const data = { id: newId(), ticketId: id, customerId: colleague.id, text: 'Me too.', createdAt: now() };
    await database.ticketMessage.create({ data });
    for (const options of [{}, { javaScriptEnabled: false }]) {
      const { page, leave } = await stage.go(url, options);
      if (!('javaScriptEnabled' in options)) await page.getByRole('log').waitFor();
      expect(await page.locator('.meta strong').allTextContents()).toEqual(['You', 'Carl Colleague']);
      await leave();
    }
  });

  it('shows hostile words as words, and no note', async () => {
    const { id, url } = await opened({
      title: '<img src=x onerror=alert(1)>',
      description: '</textarea><script>document.title="owned"</script>',
    });
    await recordNote(stage.world.context, await actor(), {
      ticketId: id,
      slackTs: '9.1',
      text: 'note: hush-hush',
    });
    for (const options of [{}, { javaScriptEnabled: false }]) {
      const { page, troubles, leave } = await stage.go(url, options);
      if (!('javaScriptEnabled' in options)) await page.getByRole('log').waitFor();
      const shown = (await page.getByRole('main').textContent()) ?? '';
      expect(shown).toContain('<img src=x onerror=alert(1)>');
      expect(shown).toContain('<script>document.title="owned"</script>');
      expect(shown).not.toContain('hush');
      expect(await page.title()).toBe('Harbour Support · Orgdesk');
      expect(troubles).toEqual([]);
      await leave();
    }
  });

  it('is told to nobody: not kept, not indexed, not framed, not named to other sites', async () => {
    const { url } = await opened();
    const response = await ask(url);
    const policy = response.headers.get('content-security-policy');
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(response.headers.get('referrer-policy')).toBe('no-referrer');
    expect(response.headers.get('x-robots-tag')).toContain('noindex');
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("script-src 'self'");
    expect(policy).toContain("connect-src 'self'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toMatch(/unsafe|https?:|\*/);
    expect(await response.text()).toContain('<meta name="robots" content="noindex">');
  });

  it('is changed by nobody who only looks: neither GET nor HEAD', async () => {
    const { id, url } = await opened();
    const before = await stage.world.context.database.ticket.findUniqueOrThrow({ where: { id } });
    for (const method of ['GET', 'HEAD']) {
      for (const path of ['', '?before=x', '?continued'])
        expect((await ask(url + path, { method })).status).toBe(200);
    }
    expect(await stage.world.context.database.ticket.findUniqueOrThrow({ where: { id } })).toEqual(before);
    expect(await textsOf(id)).toHaveLength(1);
  });

  it('takes the same form twice as one answer, and other words from it as another', async () => {
    const { id, url } = await opened();
    const once = onceOf(await (await ask(url)).text());
    const sent = () => post(url, form({ once, text: 'Pressed twice.' }));
    const answers = await Promise.all([sent(), sent(), sent()]);
    expect(answers.map(({ status }) => status)).toEqual([303, 303, 303]);
    await post(url, form({ once, text: 'Back, and said otherwise.' }));
    expect(await textsOf(id)).toEqual([
      'Since Monday, at the handle.',
      'Pressed twice.',
      'Back, and said otherwise.',
    ]);
  });

  it('refuses what its form does not send, and files beyond five', async () => {
    const { id, url } = await opened();
    const png = (name: string) => new File([Buffer.from(PIXEL, 'base64')], name);
    const six = Array.from({ length: 6 }, (_, index) => png(`${index}.png`));
    const many = await post(url, form({ once: 'a1', text: 'Six.' }, six));
    expect([many.status, await many.text()]).toEqual([400, expect.stringContaining('At most 5 files')]);
    for (const body of [form({ text: 'No key.' }), form({ once: '<>', text: 'x' }), form({ once: 'a2' })]) {
      expect((await post(url, body)).status).toBe(400);
    }
    const json = await ask(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{}',
    });
    expect(json.status).toBe(400);
    expect(await textsOf(id)).toHaveLength(1);
  });

  it('says on the form that it was too often, with what was typed', async () => {
    const { url } = await opened();
    const send = (index: number) => post(url, form({ once: `often${index}`, text: `Word ${index}.` }));
    const answers: Response[] = [];
    for (let index = 0; answers.at(-1)?.status !== 429 && index < 50; index += 1)
      answers.push(await send(index));
    const last = answers.at(-1);
    expect(last?.status).toBe(429);
    expect(Number(last?.headers.get('retry-after'))).toBeGreaterThan(0);
    const html = await last?.text();
    expect(html).toContain(`>Word ${answers.length - 1}.</textarea>`);
    expect(html).toContain('This was asked too often.');
  });

  it('is 404 with a clear sentence for a token that opens nothing, and gives no other ticket’s files', async () => {
    const [one, other] = [await opened(), noScript];
    const attachment = await stage.world.context.database.ticketAttachment.findFirstOrThrow({
      where: { ticketId: other.id },
    });
    const file = await ask(`${other.url}/attachments/${attachment.id}`);
    expect(file.status).toBe(200);
    expect(file.headers.get('content-disposition')).toMatch(/^attachment; filename="plug\.png"/);
    expect(file.headers.get('x-content-type-options')).toBe('nosniff');
    const wrong = `${one.url.slice(0, -1)}${one.url.endsWith('A') ? 'B' : 'A'}`;
    for (const url of [
      wrong,
      `${one.url}x`,
      'https://desk.example/t/odt_',
      'https://desk.example/t/%00',
      `${one.url}/attachments/${attachment.id}`,
      `${one.url}/attachments/none`,
      `${wrong}/attachments/${attachment.id}`,
    ]) {
      const response = await ask(url, { headers: { accept: 'text/html' } });
      expect(response.status, url).toBe(404);
    }
    expect(await (await ask(wrong)).text()).toContain('There is no such conversation');
    expect((await post(wrong, form({ once: 'a', text: 'x' }))).status).toBe(404);
  });

  it('pages through a long conversation, with and without scripts', async () => {
    const { id, url } = await opened();
    const { database, newId, now } = stage.world.context;
    const { requesterId } = await database.ticket.findUniqueOrThrow({ where: { id } });
    for (let index = 1; index <= 55; index += 1) {
      const data = {
        id: newId(),
        ticketId: id,
        customerId: requesterId,
        text: `Word ${index}.`,
        createdAt: now(),
      };
      await database.ticketMessage.create({ data });
    }
    const count = (page: Page) => page.locator('.message').count();
    const plain = await stage.go(url, { javaScriptEnabled: false });
    expect(await count(plain.page)).toBe(50);
    await plain.page.getByRole('link', { name: 'Earlier messages' }).click();
    await plain.page.getByText('Since Monday, at the handle.').waitFor();
    await plain.leave();
    const { page, leave } = await stage.go(url);
    await page.getByRole('log').waitFor();
    await page.getByRole('button', { name: 'Show earlier messages' }).click();
    await page.getByText('Since Monday, at the handle.').waitFor();
    expect(await count(page)).toBe(56);
    const words = await page.locator('.message .words').allTextContents();
    expect(words.slice(1)).toEqual(Array.from({ length: 55 }, (_, index) => `Word ${index + 1}.`));
    await leave();
  });
});

/** A PNG of one pixel. */
const PIXEL =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
