import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { chromiumPath } from '../../setup/chromium.ts';
import { addPublishableKey, openWebsite } from '../plugin/website.ts';
import { openedTicket } from './conversation-stage.ts';
import { useScriptStage } from './stage.ts';
import { button, focused, write } from './visitor.ts';

const stage = useScriptStage();

/** The revisions behind which the page has asked for what happens. */
function resumptions(page: Page): (string | undefined)[] {
  const asked: (string | undefined)[] = [];
  page.on('request', (request) => {
    const isStream = new URL(request.url()).pathname.endsWith('/events') && request.method() === 'GET';
    if (isStream) asked.push(request.headers()['last-event-id']);
  });
  return asked;
}

describe.runIf(chromiumPath)('the widget, where something is in its way,', () => {
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
    const first = await write(stage, page);
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
    const ticketId = await write(stage, page);
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
    const ticketId = await write(stage, page);
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

  it('begins anew where the ticket that it remembers is no longer there', async () => {
    const { page, leave } = await stage.visit();
    const ticketId = await write(stage, page);
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

  it('goes on in its conversation where the website’s key was rotated', async () => {
    const { page, leave } = await stage.visit();
    const ticketId = await write(stage, page);
    const storageState = await page.context().storageState();
    await leave();
    await stage.reply(ticketId, 'Said under the old key.');
    const { key: rotated, keyId, organizationId } = stage.website;
    const endsAt = new Date(stage.world.context.now().getTime() + 86_400_000);
    await stage.world.context.database.apiKey.update({ where: { id: keyId }, data: { endsAt } });
    stage.website.key = (await addPublishableKey(stage.world, organizationId)).key;
    const next = await stage.visit({ storageState });
    await button(next.page).click();
    await next.page.getByText('Said under the old key.').waitFor();
    // It is the new key's from then on.
    await next.page.evaluate(`localStorage.removeItem('orgdesk:${rotated}:ticket')`);
    await next.page.reload();
    await button(next.page).click();
    await next.page.getByText('Said under the old key.').waitFor();
    await next.leave();
  });

  it('leaves alone what the same website keeps for another organization, or another server', async () => {
    const other = await openWebsite(stage.world);
    const { id, number, url } = await openedTicket({ world: stage.world, website: other });
    const kept = JSON.stringify({
      ticket: { id, number, organization: { name: 'Another' } },
      token: url.split('/').pop(),
      url,
    });
    const elsewhere = kept.replaceAll('https://desk.example', 'https://other-desk.example');
    const { page, leave } = await stage.visit({
      before: `localStorage.setItem('orgdesk:${other.key}:ticket', ${JSON.stringify(kept)});
        localStorage.setItem('orgdesk:odpk_elsewhere:ticket', ${JSON.stringify(elsewhere)});`,
    });
    let asked = 0;
    page.on('response', (response) => {
      if (new URL(response.url()).pathname.endsWith(`/tickets/${id}`)) asked += 1;
    });
    await button(page).click();
    await page.getByLabel('Subject').waitFor();
    expect(asked).toBe(1);
    expect(await page.getByText('not available any more').count()).toBe(0);
    expect(await page.evaluate(`localStorage.getItem('orgdesk:${other.key}:ticket')`)).toBe(kept);
    await leave();
  });

  it('works where the browser keeps nothing for it', async () => {
    const { page, troubles, leave } = await stage.visit({
      before: `for (const area of ['localStorage', 'sessionStorage'])
        Object.defineProperty(window, area, { get() { throw new DOMException('blocked', 'SecurityError'); } });`,
    });
    const ticketId = await write(stage, page);
    await page.keyboard.press('Escape');
    await button(page).click();
    await stage.reply(ticketId, 'Still here.');
    await page.getByText('Still here.').waitFor();
    expect(troubles).toEqual([]);
    await leave();
  });
});
