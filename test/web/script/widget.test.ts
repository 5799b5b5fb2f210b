import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { chromiumPath } from '../../setup/chromium.ts';
import { accessibilityFaults } from './axe.ts';
import { expectNoSidewaysScroll, useScriptStage } from './stage.ts';

const stage = useScriptStage();

const button = (page: Page) => page.getByRole('button', { name: 'Contact us' });
const dialog = (page: Page) => page.getByRole('dialog');
let customers = 0;

/** Opens a ticket by the form; gives its id. */
async function write(page: Page, { message = 'It boils and boils.' } = {}): Promise<string> {
  customers += 1;
  await button(page).click();
  await page.getByLabel('E-mail').fill(`widget${customers}@customer.example`);
  await page.getByLabel('Subject').fill('The kettle');
  await page.getByLabel('Message').fill(message);
  await page.getByRole('button', { name: 'Send' }).click();
  await page.getByText('Thank you. Your request is TKT-').waitFor();
  return (await stage.tickets())[0]?.id ?? '';
}

/** The revisions behind which the page has asked for what happens. */
function resumptions(page: Page): (string | undefined)[] {
  const asked: (string | undefined)[] = [];
  page.on('request', (request) => {
    const isStream = new URL(request.url()).pathname.endsWith('/events') && request.method() === 'GET';
    if (isStream) asked.push(request.headers()['last-event-id']);
  });
  return asked;
}

const focused = (page: Page) =>
  page.evaluate(`(() => {
    let active = document.activeElement;
    while (active?.shadowRoot?.activeElement) active = active.shadowRoot.activeElement;
    return active?.name || active?.getAttribute('aria-label') || active?.textContent || active?.tagName;
  })()`);

describe.runIf(chromiumPath)('the widget on a listed website', () => {
  it('opens a ticket by the keyboard alone, shows the answer as it arrives, and answers back', async () => {
    const { page, troubles, said, leave } = await stage.visit();
    await button(page).waitFor();
    await page.keyboard.press('Tab');
    expect(await focused(page)).toBe('Contact us');
    await page.keyboard.press('Enter');
    expect(await focused(page)).toBe('name');
    await page.keyboard.type('Cara');
    await page.keyboard.press('Tab');
    await page.keyboard.type('cara@customer.example');
    await page.keyboard.press('Tab');
    await page.keyboard.type('Cold kettle');
    await page.keyboard.press('Tab');
    await page.keyboard.type('It does not boil.');
    await page.keyboard.press('Control+Enter');
    await page.getByText('Thank you. Your request is TKT-').waitFor();
    const [ticket] = await stage.tickets();
    expect(ticket).toMatchObject({ title: 'Cold kettle', messages: [{ text: 'It does not boil.' }] });
    expect(await focused(page)).toBe('Messages');

    await stage.reply(ticket?.id ?? '', 'Is the plug *in*?');
    const log = page.getByRole('log');
    await log.getByText('Is the plug in?').waitFor();
    expect(await log.locator('article').last().locator('strong').allTextContents()).toEqual([
      'Ada Lindgren',
      'in',
    ]);

    await page.keyboard.press('Tab');
    expect(await focused(page)).toBe('text');
    await page.keyboard.type('It was not. Thank you!');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Tab');
    expect(await focused(page)).toBe('Send answer');
    await page.keyboard.press('Enter');
    await log.getByText('It was not. Thank you!').waitFor();
    expect((await stage.tickets())[0]?.messages.map(({ text }) => text)).toEqual([
      'It does not boil.',
      'Is the plug *in*?',
      'It was not. Thank you!',
    ]);
    // Once, though the stream tells of it as well.
    expect(await log.getByText('It was not. Thank you!').count()).toBe(1);

    await page.keyboard.press('Escape');
    await dialog(page).waitFor({ state: 'hidden' });
    expect(await focused(page)).toBe('Contact us');
    expect([troubles, said]).toEqual([[], []]);
    await leave();
  });

  it('keeps the focus in its dialog', async () => {
    const { page, leave } = await stage.visit({ body: '<a href="#x">A link of the page</a>' });
    await button(page).click();
    const seen = new Set<unknown>();
    for (let presses = 0; presses < 12; presses += 1) {
      seen.add(await focused(page));
      await page.keyboard.press('Tab');
    }
    expect([...seen].map(String).sort()).toEqual(
      ['Close', 'email', 'message', 'name', 'subject', 'Send', '']
        .map((name) => (name === '' ? 'INPUT' : name))
        .sort(),
    );
    await page.keyboard.press('Escape');
    expect(await focused(page)).toBe('Contact us');
    await leave();
  });

  it('goes on where it was when the page is opened again, and begins another request', async () => {
    const { page, leave } = await stage.visit();
    const ticketId = await write(page);
    await stage.reply(ticketId, 'Said while nobody looked.');
    await page.reload();
    await button(page).click();
    await page.getByText('Said while nobody looked.').waitFor();
    await page.getByRole('button', { name: 'New request' }).click();
    expect(await focused(page)).toBe('name');
    await page.getByRole('button', { name: 'Back to TKT-' }).click();
    await page.getByText('Said while nobody looked.').waitFor();
    await leave();
  });

  it('takes what is edited and deleted, and shows how the ticket stands', async () => {
    const { page, leave } = await stage.visit();
    const ticketId = await write(page);
    const { database } = stage.world.context;
    await stage.reply(ticketId, 'First word.');
    await stage.reply(ticketId, 'Second word.');
    await page.getByText('Second word.').waitFor();
    await database.ticketMessage.updateMany({
      where: { ticketId, text: 'First word.' },
      data: { text: 'A better word.', editedAt: new Date() },
    });
    await page.getByText('A better word.').waitFor();
    await database.ticketMessage.updateMany({
      where: { ticketId, text: 'Second word.' },
      data: { deletedAt: new Date() },
    });
    await page.getByText('Second word.').waitFor({ state: 'detached' });
    await database.ticket.update({ where: { id: ticketId }, data: { status: 'resolved' } });
    await page.getByText('Resolved').waitFor();
    expect(await page.getByRole('log').locator('article').count()).toBe(2);
    await leave();
  });

  it('sends files and gives them back', async () => {
    const { page, leave } = await stage.visit({ acceptDownloads: true });
    await write(page);
    const png = Buffer.from(PIXEL, 'base64');
    await page
      .getByLabel('Attach files')
      .setInputFiles([{ name: 'kettle.png', mimeType: 'image/png', buffer: png }]);
    await page.getByText('kettle.png').waitFor();
    await page.getByLabel('Your answer').fill('A picture of it.');
    await page.getByRole('button', { name: 'Send answer' }).click();
    const link = page.getByRole('link', { name: 'kettle.png' });
    await link.waitFor();
    const [download] = await Promise.all([page.waitForEvent('download'), link.click()]);
    expect(download.suggestedFilename()).toBe('kettle.png');
    const parts: Buffer[] = [];
    for await (const part of await download.createReadStream()) parts.push(part as Buffer);
    expect(Buffer.concat(parts).equals(png)).toBe(true);
    await leave();
  });

  it('says what is wrong at the field that it belongs to, its own and the server’s', async () => {
    const { page, leave } = await stage.visit();
    await button(page).click();
    await page.getByRole('button', { name: 'Send' }).click();
    const email = page.getByLabel('E-mail');
    expect(await focused(page)).toBe('email');
    expect(await email.getAttribute('aria-invalid')).toBe('true');
    const described = await email.getAttribute('aria-describedby');
    expect(await page.locator(`#${described}`).textContent()).toBe('Please fill this in.');
    // Good enough for the page, and not for the server.
    await email.fill('cara@customer..example');
    await page.getByLabel('Subject').fill('Kettle');
    await page.getByLabel('Message').fill('Typed once.');
    await page.getByRole('button', { name: 'Send' }).click();
    await page.getByText('This is not an e-mail address.').waitFor();
    expect(await focused(page)).toBe('email');
    await email.fill('cara@customer.example');
    await page
      .getByLabel('Attach files')
      .setInputFiles([
        { name: 'page.html', mimeType: 'text/html', buffer: Buffer.from('<script>1</script>') },
      ]);
    await page.getByRole('button', { name: 'Send' }).click();
    await page.getByText('This file is not kept.').waitFor();
    expect(await page.getByLabel('Attach files').getAttribute('aria-invalid')).toBe('true');
    expect(await page.getByLabel('Message').inputValue()).toBe('Typed once.');
    expect(await email.getAttribute('aria-invalid')).toBe(null);
    await leave();
  });

  it('loses nothing where an answer is lost, and opens one ticket when it is tried again', async () => {
    const before = (await stage.tickets()).length;
    let lost = 0;
    const { page, leave } = await stage.visit({
      prepare: (page) =>
        page.route('**/plugin/v1/tickets?*', async (route) => {
          if (lost > 0 || route.request().method() !== 'POST') return route.continue();
          lost += 1;
          const { pathname, search } = new URL(route.request().url());
          await route.fetch({ url: `${stage.world.url}${pathname}${search}` });
          await route.abort();
        }),
    });
    await button(page).click();
    await page.getByLabel('E-mail').fill('lost@customer.example');
    await page.getByLabel('Subject').fill('Lost answer');
    await page.getByLabel('Message').fill('Only once, please.');
    await page.getByRole('button', { name: 'Send' }).click();
    const alert = page.getByRole('alert').filter({ hasText: 'This did not reach us.' });
    await alert.waitFor();
    expect(await page.getByLabel('Message').inputValue()).toBe('Only once, please.');
    // Not even where the page is left in between.
    await page.reload();
    await button(page).click();
    expect(await page.getByLabel('Message').inputValue()).toBe('Only once, please.');
    await page.getByRole('button', { name: 'Send' }).click();
    await page.getByText('Thank you. Your request is TKT-').waitFor();
    expect(lost).toBe(1);
    expect(await stage.tickets()).toHaveLength(before + 1);
    await leave();
  });

  it('takes a new session where the one that it had has ended', async () => {
    const { page, leave } = await stage.visit();
    const first = await write(page);
    await stage.world.advance({ seconds: 601 });
    await page.getByRole('button', { name: 'New request' }).click();
    await page.getByLabel('E-mail').fill('ended@customer.example');
    await page.getByLabel('Subject').fill('Later');
    await page.getByLabel('Message').fill('Ten minutes later.');
    await page.getByRole('button', { name: 'Send' }).click();
    await page.getByText('Thank you. Your request is TKT-').waitFor();
    expect((await stage.tickets())[0]).toMatchObject({ title: 'Later' });
    expect((await stage.tickets())[0]?.id).not.toBe(first);
    await leave();
  });

  it('misses nothing, and keeps what was typed, while the server is away', async () => {
    const { page, leave } = await stage.visit();
    const resumed = resumptions(page);
    const ticketId = await write(page);
    await stage.reply(ticketId, 'Before.');
    await page.getByText('Before.').waitFor();
    await page.context().setOffline(true);
    await page.getByLabel('Your answer').fill('Typed while it was down.');
    await page.getByRole('button', { name: 'Send answer' }).click();
    await page.getByRole('alert').filter({ hasText: 'This did not reach us.' }).waitFor();
    await stage.world.restart();
    stage.world.context = stage.world.product.context;
    await stage.reply(ticketId, 'After.');
    await page.context().setOffline(false);
    await page.getByText('After.').waitFor();
    await page.getByRole('button', { name: 'Try again' }).click();
    const log = page.getByRole('log');
    await log.getByText('Typed while it was down.').waitFor();
    expect(await log.locator('article').count()).toBe(4);
    // Behind what it had read at first, and then behind the last that it was told.
    expect(resumed[0]).toBe('0');
    expect([...new Set(resumed.slice(1))]).toEqual(['1']);
    await leave();
  });

  it('has no connection while the page is hidden, and catches up when it is looked at', async () => {
    const { page, leave } = await stage.visit();
    const resumed = resumptions(page);
    const ticketId = await write(page);
    await stage.reply(ticketId, 'Seen.');
    await page.getByText('Seen.').waitFor();
    const ended = page.waitForEvent('requestfailed', (request) => request.url().includes('/events'));
    const turn = (hidden: boolean) =>
      page.evaluate(`Object.defineProperty(document, 'hidden', { configurable: true, value: ${hidden} });
        document.dispatchEvent(new Event('visibilitychange'));`);
    await turn(true);
    await ended;
    await stage.reply(ticketId, 'Said meanwhile.');
    await turn(false);
    await page.getByText('Said meanwhile.').waitFor();
    expect(resumed).toEqual(['0', '1']);
    await leave();
  });

  it('marks its button when an answer arrives behind the closed panel', async () => {
    const { page, leave } = await stage.visit();
    const ticketId = await write(page);
    await page.keyboard.press('Escape');
    await stage.reply(ticketId, 'Look here.');
    const marked = page.getByRole('button', { name: 'Contact us New answer' });
    await marked.click();
    await page.getByText('Look here.').waitFor();
    await page.keyboard.press('Escape');
    await button(page).waitFor();
    expect(await marked.count()).toBe(0);
    await leave();
  });

  it('begins anew where the ticket that it remembers is no longer there', async () => {
    const { page, leave } = await stage.visit();
    const ticketId = await write(page);
    await stage.world.context.database.ticket.delete({ where: { id: ticketId } });
    await page.reload();
    await button(page).click();
    await page.getByText('This conversation is not available any more.').waitFor();
    expect(await focused(page)).toBe('name');
    await page.reload();
    await button(page).click();
    expect(await page.getByText('not available any more').count()).toBe(0);
    await leave();
  });

  it('stands mirrored on a page that is read from the right, and keeps its size whatever the page’s is', async () => {
    const policy =
      "script-src https://desk.example; connect-src https://desk.example; style-src 'unsafe-inline'";
    const css =
      'html { direction: rtl; font-size: 4px } * { letter-spacing: 9px; text-transform: uppercase }';
    const { page, leave } = await stage.visit({ policy, head: `<style>${css}</style>` });
    const box = await button(page).boundingBox();
    expect(box?.x).toBe(20);
    expect(box?.height).toBe(48);
    await button(page).click();
    const look = await page.evaluate(LABEL_LOOK);
    expect(look).toEqual(['none', 'normal', 'rtl']);
    await expectNoSidewaysScroll(page);
    await leave();
  });

  it.each(['{', '{}', '[]', '"x"', '{"ticket":{"id":"1"},"token":"t","url":"javascript:alert(1)"}'])(
    'begins anew where what it remembers makes no sense: %s',
    async (kept) => {
      const { page, troubles, leave } = await stage.visit({
        before: `localStorage.setItem('orgdesk:${stage.website.key}:ticket', ${JSON.stringify(kept)});`,
      });
      await button(page).click();
      await page.getByLabel('Subject').waitFor();
      expect(troubles).toEqual([]);
      await leave();
    },
  );

  it('works where the browser keeps nothing for it', async () => {
    const { page, troubles, leave } = await stage.visit({
      before: `for (const area of ['localStorage', 'sessionStorage'])
        Object.defineProperty(window, area, { get() { throw new DOMException('blocked', 'SecurityError'); } });`,
    });
    const ticketId = await write(page);
    await page.keyboard.press('Escape');
    await button(page).click();
    await stage.reply(ticketId, 'Still here.');
    await page.getByText('Still here.').waitFor();
    expect(troubles).toEqual([]);
    await leave();
  });

  it('is there once, however often it is loaded', async () => {
    const { page, leave } = await stage.visit({
      head: `<script src="https://desk.example/plugin/v1.js" data-key="${stage.website.key}" async></script>`,
    });
    await button(page).waitFor();
    await page.waitForLoadState('networkidle');
    expect(await page.locator('orgdesk-widget').count()).toBe(1);
    expect(await button(page).count()).toBe(1);
    await leave();
  });

  it('says what the website wants it to say, and opens by the website’s own button', async () => {
    const { page, leave } = await stage.visit({
      script:
        'data-button="none" data-label-title="Womit können wir helfen?" data-lang="de" data-email="known@customer.example"',
      body: '<button data-orgdesk-open>Hilfe</button>',
      before: "window.orgdesk = { labels: { subject: 'Betreff', title: 'Not this one' } };",
    });
    await page.locator('orgdesk-widget').waitFor({ state: 'attached' });
    expect(await button(page).count()).toBe(0);
    await page.getByRole('button', { name: 'Hilfe' }).click();
    await page.getByRole('dialog', { name: 'Womit können wir helfen?' }).waitFor();
    expect(await page.getByLabel('Betreff').count()).toBe(1);
    expect(await page.getByLabel('E-mail').inputValue()).toBe('known@customer.example');
    await page.keyboard.press('Escape');
    expect(await focused(page)).toBe('Hilfe');
    await page.evaluate('orgdesk.open()');
    await dialog(page).waitFor();
    await leave();
  });

  it.each([
    ['light', { colorScheme: 'light' }],
    ['dark', { colorScheme: 'dark' }],
    ['narrow', { colorScheme: 'light', viewport: { width: 320, height: 640 } }],
  ] as const)('has nothing that axe-core objects to, and fits (%s)', async (look, options) => {
    const { page, troubles, leave } = await stage.visit({
      ...options,
      head: '<meta name="color-scheme" content="light dark">',
    });
    await button(page).waitFor();
    expect(await page.locator('orgdesk-widget .root.dark').count()).toBe(look === 'dark' ? 1 : 0);
    const faults: string[] = await accessibilityFaults(page);
    await button(page).click();
    await page.getByRole('button', { name: 'Send' }).click();
    faults.push(...(await accessibilityFaults(page)));
    await expectNoSidewaysScroll(page);
    await page.keyboard.press('Escape');
    const ticketId = await write(page, {
      message: `${'W'.repeat(300)}\n\nhttps://harbour.example/${'x'.repeat(200)}`,
    });
    await stage.reply(ticketId, 'See <https://harbour.example/kettles|our guide>, and `descale` it.');
    const guide = page.getByText('our guide');
    await guide.waitFor();
    // The newest words are in sight, above the form.
    const [words, log] = [await guide.boundingBox(), await page.getByRole('log').boundingBox()];
    expect((words?.y ?? 0) + (words?.height ?? 0)).toBeLessThanOrEqual((log?.y ?? 0) + (log?.height ?? 0));
    faults.push(...(await accessibilityFaults(page)));
    await expectNoSidewaysScroll(page);
    expect(faults).toEqual([]);
    expect(troubles).toEqual([]);
    await leave();
  });

  it.each([
    ['<body style>', 'dark', 'light', '.root:not(.dark)', ''],
    ['a dark background', 'light', 'dark', '.root.dark', 'body { background: #101418 }'],
    ['color-scheme: dark', 'light', 'dark', '.root.dark', ':root { color-scheme: dark }'],
    ['color-scheme: light', 'dark', 'light', '.root:not(.dark)', ':root { color-scheme: light }'],
  ] as const)(
    'looks as the page does: %s with a preference for %s is %s',
    async (_, preferred, __, root, css) => {
      const policy =
        "script-src https://desk.example; connect-src https://desk.example; style-src 'unsafe-inline'";
      const { page, leave } = await stage.visit({
        colorScheme: preferred,
        policy,
        head: `<style>${css}</style>`,
      });
      await page.locator(`orgdesk-widget ${root}`).waitFor({ state: 'attached' });
      await leave();
    },
  );
});

describe.runIf(chromiumPath)('the script on a website that is not listed', () => {
  it('shows nothing and says in one line what to do', async () => {
    const { page, said, leave } = await stage.visit({
      host: 'shop.example.evil.example',
      body: '<button data-orgdesk-open>Help</button><button data-orgdesk-product="x">Buy</button>',
    });
    await expect.poll(() => said).toHaveLength(1);
    expect(said[0]).toContain('https://shop.example.evil.example');
    expect(said[0]).toContain('/org domains');
    await page.getByRole('button', { name: 'Help' }).click();
    await page.getByRole('button', { name: 'Buy' }).click();
    expect(await page.locator('orgdesk-widget').count()).toBe(0);
    expect(await page.getByRole('dialog').count()).toBe(0);
    expect(said).toHaveLength(1);
    await leave();
  });

  it('waits quietly while it cannot be told, and shows itself when it can', async () => {
    let away = true;
    const { page, said, leave } = await stage.visit({
      prepare: (page) =>
        page.route('**/plugin/v1/products*', (route) => (away ? route.abort() : route.continue())),
    });
    await page.waitForLoadState('networkidle');
    expect(await page.locator('orgdesk-widget').count()).toBe(0);
    away = false;
    await page.evaluate("window.dispatchEvent(new Event('online'))");
    await button(page).waitFor();
    expect(said).toEqual([]);
    await leave();
  });
});

/** What a page's styles would come through by. */
const LABEL_LOOK = `(() => {
  const label = document.querySelector('orgdesk-widget').shadowRoot.querySelector('label');
  const { textTransform, letterSpacing, direction } = getComputedStyle(label);
  return [textTransform, letterSpacing, direction];
})()`;

/** A PNG of one pixel. */
const PIXEL =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
