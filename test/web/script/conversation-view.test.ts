import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { chromiumPath } from '../../setup/chromium.ts';
import { openedTicket } from './conversation-stage.ts';
import { useScriptStage } from './stage.ts';
import { button, write } from './visitor.ts';

const stage = useScriptStage();

const isReading = (url: URL) => /\/plugin\/v1\/tickets\/[^/]+$/.test(url.pathname);

/** A ticket with 55 messages of its customer's behind the first. */
async function longTicket() {
  const ticket = await openedTicket(stage);
  const { database, newId, now } = stage.world.context;
  const { requesterId } = await database.ticket.findUniqueOrThrow({ where: { id: ticket.id } });
  for (let index = 1; index <= 55; index += 1) {
    const text = `Word ${index}.`;
    const data = { id: newId(), ticketId: ticket.id, customerId: requesterId, text, createdAt: now() };
    await database.ticketMessage.create({ data });
  }
  return ticket;
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
    const { id, url } = await longTicket();
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
    const { id, url } = await longTicket();
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
    await expect.poll(() => read).toBe(true);
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
});
