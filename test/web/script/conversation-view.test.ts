import type { Page, Request, Route } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { chromiumPath } from '../../setup/chromium.ts';
import { longTicket } from './conversation-stage.ts';
import { PATIENT, useScriptStage } from './stage.ts';
import { button, focused, pixel, write } from './visitor.ts';

const stage = useScriptStage();

/** Holds what a page asks until it is let go; gives how many wait. */
function holding(): { hold(route: Route): Promise<void>; waiting(): number; letGo(): Promise<void> } {
  const held: Route[] = [];
  let open = false;
  return {
    hold: async (route) => (open ? route.continue() : void held.push(route)),
    waiting: () => held.length,
    letGo: async () => {
      open = true;
      await Promise.all(held.splice(0).map((route) => route.continue()));
    },
  };
}

const isReading = (url: URL) => /\/plugin\/v1\/tickets\/[^/]+$/.test(url.pathname);

/** The addresses of the streams that a page has begun and ended from now on. */
function watched(page: Page): { begun: string[]; ended: string[] } {
  const [begun, ended]: [string[], string[]] = [[], []];
  const note = (list: string[]) => (request: Request) => {
    if (request.method() === 'GET' && new URL(request.url()).pathname.endsWith('/events'))
      list.push(request.url());
  };
  page.on('request', note(begun));
  page.on('requestfailed', note(ended));
  return { begun, ended };
}

/** Changes the words of a message as an edit in the thread does. */
async function edit(ticketId: string, from: string, to: string): Promise<void> {
  await stage.world.context.database.ticketMessage.updateMany({
    where: { ticketId, text: from },
    data: { text: to, editedAt: new Date() },
  });
}

const words = (page: Page) => page.locator('.message .words').allTextContents();
const earlier = (page: Page) => page.getByRole('button', { name: 'Show earlier messages' });

describe.runIf(chromiumPath)('a conversation', () => {
  it('shows an older message that was edited in its place, and only with those around it', async () => {
    const { id, url } = await longTicket(stage);
    const { page, leave } = await stage.go(url);
    await page.getByRole('log').waitFor();
    await edit(id, 'Word 2.', 'Word 2, better.');
    await edit(id, 'Word 2, better.', 'Word 2, best.');
    await edit(id, 'Word 55.', 'Word 55, and that is all.');
    await page.getByText('Word 55, and that is all.').waitFor();
    expect(await words(page)).toHaveLength(50);
    await earlier(page).click();
    await page.getByText('Since Monday, at the handle.').waitFor();
    expect(await words(page)).toEqual([
      'Since Monday, at the handle.',
      'Word 1.',
      'Word 2, best.',
      ...Array.from({ length: 52 }, (_, index) => `Word ${index + 3}.`),
      'Word 55, and that is all.',
    ]);
    await leave();
  });

  it('takes what is edited and deleted while the earlier messages are on their way', async () => {
    const { id, url } = await longTicket(stage);
    const { page, leave } = await stage.go(url);
    await page.getByRole('log').waitFor();
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    let read = false;
    await page.route(isReading, async (route) => {
      const { pathname, search } = new URL(route.request().url());
      const response = await route.fetch({ url: `${stage.world.url}${pathname}${search}` });
      read = true;
      await held;
      await route.fulfill({ response });
    });
    await earlier(page).click();
    await expect.poll(() => read, PATIENT).toBe(true);
    await edit(id, 'Word 1.', 'Word 1, better.');
    await stage.world.context.database.ticketMessage.updateMany({
      where: { ticketId: id, text: 'Word 2.' },
      data: { deletedAt: new Date() },
    });
    await stage.reply(id, 'Heard meanwhile.');
    await page.getByText('Heard meanwhile.').waitFor();
    release();
    await page.getByText('Since Monday, at the handle.').waitFor();
    expect((await words(page)).slice(0, 3)).toEqual([
      'Since Monday, at the handle.',
      'Word 1, better.',
      'Word 3.',
    ]);
    await leave();
  });

  it('marks the button for an answer that is new, and not for an old one that was edited', async () => {
    const { page, leave } = await stage.visit({
      before: `window.told = [];
        document.addEventListener('orgdesk:message', ({ detail }) => window.told.push(detail.id));`,
    });
    const id = await write(stage, page);
    await stage.reply(id, 'An old answer.');
    const { database, newId, now } = stage.world.context;
    const { requesterId } = await database.ticket.findUniqueOrThrow({ where: { id } });
    for (let index = 1; index <= 52; index += 1) {
      const text = `Word ${index}.`;
      await database.ticketMessage.create({
        data: { id: newId(), ticketId: id, customerId: requesterId, text, createdAt: now() },
      });
    }
    await page.reload();
    await button(page).click();
    await page.getByText('Word 52.').waitFor();
    await page.keyboard.press('Escape');
    await edit(id, 'An old answer.', 'An old answer, edited.');
    await edit(id, 'Word 52.', 'Word 52, edited.');
    await page.getByText('Word 52, edited.').waitFor({ state: 'attached' });
    expect(await page.evaluate('told')).toEqual([]);
    expect(await page.getByRole('button', { name: 'New answer' }).count()).toBe(0);
    await leave();
  });

  it('stays left when it was left while it loaded', async () => {
    const { page, leave } = await stage.visit();
    const id = await write(stage, page);
    const { hold, waiting, letGo } = holding();
    await page.route(isReading, hold);
    await page.reload();
    await button(page).click();
    await expect.poll(waiting, PATIENT).toBe(1);
    const { begun } = watched(page);
    await page.getByRole('button', { name: 'New request' }).click();
    await page.getByLabel('E-mail').fill('another@customer.example');
    await page.getByLabel('Subject').fill('Another matter');
    await page.getByLabel('Message').fill('It whistles.');
    const read = page.waitForResponse((response) => isReading(new URL(response.url())));
    await letGo();
    await (await read).finished();
    // What its answer leads to would have been asked before this is answered.
    await page.getByRole('button', { name: 'Send' }).click();
    await page.getByText('Thank you. Your request is TKT-').waitFor();
    const [other] = await stage.tickets();
    await expect.poll(() => begun.join(), PATIENT).toContain(other?.id);
    expect(begun.join()).not.toContain(id);
    await leave();
  });

  it('leaves the form alone that took its place, also where it is gone', async () => {
    const { page, leave } = await stage.visit();
    const id = await write(stage, page);
    const { hold, waiting, letGo } = holding();
    await page.route(isReading, hold);
    await page.reload();
    await button(page).click();
    await expect.poll(waiting, PATIENT).toBe(1);
    await page.getByRole('button', { name: 'New request' }).click();
    await page.getByLabel('Subject').fill('Another matter');
    await stage.world.context.database.ticket.delete({ where: { id } });
    const read = page.waitForResponse((response) => isReading(new URL(response.url())));
    await letGo();
    expect((await read).status()).toBe(404);
    await page.getByLabel('Message').fill('It whistles.');
    expect(await page.getByText('not available any more').count()).toBe(0);
    expect(await page.getByLabel('Subject').inputValue()).toBe('Another matter');
    expect(await focused(page)).toBe('message');
    await leave();
  });

  it('watches once, however often it is tried again', async () => {
    const { page, leave } = await stage.visit();
    const id = await write(stage, page);
    let refused = true;
    const { hold, waiting, letGo } = holding();
    await page.route(isReading, (route) => (refused ? route.abort() : hold(route)));
    await page.reload();
    await button(page).click();
    const again = page.getByRole('button', { name: 'Try again' });
    await again.waitFor();
    refused = false;
    const { begun, ended } = watched(page);
    await page.evaluate(`(() => {
      const again = document.querySelector('orgdesk-widget').shadowRoot.querySelector('.banner:not([hidden]) button');
      again.click();
      again.click();
    })()`);
    await expect.poll(waiting, PATIENT).toBe(2);
    await letGo();
    await page.getByText('It boils and boils.').waitFor();
    // By the time in which this has come both have been answered.
    await stage.reply(id, 'Is the plug in?');
    await page.getByText('Is the plug in?').waitFor();
    expect(begun).toHaveLength(1);
    await page.getByRole('button', { name: 'New request' }).click();
    await expect.poll(() => ended, PATIENT).toEqual(begun);
    await leave();
  });

  it('keeps what is typed and chosen while an answer is being sent', async () => {
    const { page, leave } = await stage.visit();
    const id = await write(stage, page);
    const { hold, waiting, letGo } = holding();
    await page.route('**/messages?*', (route) =>
      route.request().method() === 'POST' ? hold(route) : route.continue(),
    );
    const png = (name: string) => ({ name, mimeType: 'image/png', buffer: pixel });
    const files = page.getByLabel('Attach files');
    await files.setInputFiles([png('first.png')]);
    await page.getByLabel('Your answer').fill('It is the plug.');
    await page.getByRole('button', { name: 'Send answer' }).click();
    await expect.poll(waiting, PATIENT).toBe(1);
    await page.getByLabel('Your answer').fill('And the switch.');
    await files.setInputFiles([png('second.png')]);
    await letGo();
    await page.getByText('Sent.').waitFor();
    expect(await page.getByLabel('Your answer').inputValue()).toBe('And the switch.');
    expect(await page.locator('.chosen').textContent()).toBe('second.png');
    // Also after a reload.
    await page.reload();
    await button(page).click();
    await page.getByRole('log').getByText('It is the plug.').waitFor();
    expect(await page.getByLabel('Your answer').inputValue()).toBe('And the switch.');
    await page.getByRole('button', { name: 'Send answer' }).click();
    await page.getByText('Sent.').waitFor();
    expect(await page.getByLabel('Your answer').inputValue()).toBe('');
    expect((await stage.tickets()).find((one) => one.id === id)?.messages.map(({ text }) => text)).toEqual([
      'It boils and boils.',
      'It is the plug.',
      'And the switch.',
    ]);
    await leave();
  });
});
