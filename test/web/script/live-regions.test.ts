import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { chromiumPath } from '../../setup/chromium.ts';
import { longTicket } from './conversation-stage.ts';
import { PATIENT, useScriptStage } from './stage.ts';
import { button, write } from './visitor.ts';

const stage = useScriptStage();

/**
 * Notes of every region that speaks (status, log) what screen readers are given of it: its words when it comes into the page, and at
 * every change of its content whether it is to be read aloud.
 */
const LISTEN = `(() => {
  window.heard = [];
  const live = (region) => region.getAttribute('aria-live') ?? 'polite';
  const watched = new WeakSet();
  const regionsIn = (node) => [...(node.matches?.('[role=status], [role=log]') ? [node] : []),
    ...(node.querySelectorAll?.('[role=status], [role=log]') ?? [])];
  const meet = (node) => regionsIn(node).forEach((region) => {
    if (watched.has(region)) return;
    watched.add(region);
    if (region.textContent !== '') window.heard.push('came ' + live(region) + ': ' + region.textContent);
  });
  const look = (root) => new MutationObserver((changes) => {
    for (const { target, addedNodes } of changes) {
      const region = (target.nodeType === 1 ? target : target.parentElement)?.closest('[role=status], [role=log]');
      const words = [...addedNodes].map((node) => node.textContent).join('');
      if (region && watched.has(region) && words) window.heard.push(live(region) + ': ' + words);
      addedNodes.forEach(meet);
    }
  }).observe(root, { childList: true, subtree: true });
  const attach = Element.prototype.attachShadow;
  Element.prototype.attachShadow = function (options) {
    const root = attach.call(this, options);
    look(root);
    return root;
  };
  look(document);
})()`;

/** Since it was asked last; that something is loading is said only where it takes a while. */
async function heard(page: Page): Promise<string[]> {
  const words = (await page.evaluate('heard.splice(0)')) as string[];
  return words.filter((word) => word !== 'polite: Loading…');
}
const liveness = (page: Page) => page.getByRole('log').getAttribute('aria-live');

/** The regions that speak, as the browser hands them on: what is not displayed is not among them. */
async function regions(page: Page): Promise<{ role: string; live: unknown }[]> {
  const session = await page.context().newCDPSession(page);
  const { nodes } = await session.send('Accessibility.getFullAXTree');
  await session.detach();
  return nodes.flatMap(({ ignored, role, properties = [] }) =>
    !ignored && (role?.value === 'status' || role?.value === 'log')
      ? [{ role: role.value, live: properties.find(({ name }) => name === 'live')?.value.value }]
      : [],
  );
}

describe.runIf(chromiumPath)('a screen reader', () => {
  it('is not read what was said before, but what is said from now on', async () => {
    const { page, leave } = await stage.visit({ before: LISTEN });
    const id = await write(stage, page);
    expect(await heard(page)).toEqual([
      'off: You{time}It boils and boils.'.replace('{time}', await timeOf(page)),
      expect.stringMatching(/^polite: Thank you. Your request is TKT-/),
    ]);
    await expect.poll(() => liveness(page), PATIENT).toBe('polite');
    await stage.reply(id, 'Is the plug in?');
    await page.getByText('Is the plug in?').waitFor();
    expect(await heard(page)).toEqual([expect.stringMatching(/^polite: Ada Lindgren.*Is the plug in\?$/)]);
    // Regions that are silent are there all the same.
    await page.reload();
    await button(page).click();
    await page.getByText('Is the plug in?').waitFor();
    await expect
      .poll(() => regions(page), PATIENT)
      .toEqual([
        { role: 'log', live: 'polite' },
        { role: 'status', live: 'polite' },
        { role: 'status', live: 'polite' },
      ]);
    await leave();
  });

  it('is told of each answer that was sent', async () => {
    const { page, leave } = await stage.visit({ before: LISTEN });
    await write(stage, page);
    await heard(page);
    for (const text of ['It is the plug.', 'And the switch.']) {
      await page.getByLabel('Your answer').fill(text);
      await page.getByRole('button', { name: 'Send answer' }).click();
      await page.getByRole('log').getByText(text).waitFor();
      await page.getByText('Sent.').waitFor();
    }
    expect((await heard(page)).filter((words) => words === 'polite: Sent.')).toHaveLength(2);
    await leave();
  });

  it('is not read the earlier messages of the conversation page, and is left where it was', async () => {
    const { id, url } = await longTicket(stage);
    const { page, leave } = await stage.go('about:blank');
    await page.addInitScript({ content: LISTEN });
    await page.goto(url);
    await page.getByRole('log').waitFor();
    expect(await heard(page)).toEqual([expect.stringMatching(/^came off: .*Word 55.$/)]);
    await expect.poll(() => liveness(page), PATIENT).toBe('polite');
    await page.getByRole('button', { name: 'Show earlier messages' }).press('Enter');
    await page.getByText('Since Monday, at the handle.').waitFor();
    const words = await heard(page);
    expect(words).toHaveLength(6);
    expect(words.filter((word) => !word.startsWith('off: '))).toEqual([]);
    // The button is gone, as there is nothing ahead any more.
    expect(await page.evaluate('document.activeElement.role ?? document.activeElement.tagName')).toBe('log');
    await expect.poll(() => liveness(page), PATIENT).toBe('polite');
    await stage.reply(id, 'Is the plug in?');
    await page.getByText('Is the plug in?').waitFor();
    expect(await heard(page)).toEqual([expect.stringMatching(/^polite: .*Is the plug in\?$/)]);
    await leave();
  });

  it('is told that a conversation is gone, in a region that was there before', async () => {
    const { page, leave } = await stage.visit({ before: LISTEN });
    const id = await write(stage, page);
    await stage.world.context.database.ticket.delete({ where: { id } });
    await page.reload();
    await button(page).click();
    await page.getByText('This conversation is not available any more.').waitFor();
    expect(await heard(page)).toEqual(['polite: This conversation is not available any more.']);
    await leave();
  });

  it('is told what became of a payment, in a region that was there before', async () => {
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const { page, leave } = await stage.visit({
      before: LISTEN,
      path: '/?orgdesk_payment=00000000-0000-7000-8000-000000000000',
      prepare: (page) =>
        page.route('**/plugin/v1/payments/*', async (route) => {
          await held;
          await route.abort();
        }),
    });
    await button(page).waitFor();
    await expect.poll(() => regions(page), PATIENT).toEqual([{ role: 'status', live: 'polite' }]);
    expect(await page.locator('orgdesk-widget .toast').count()).toBe(0);
    release();
    await page.getByText('We could not find out what became of your payment.').waitFor();
    await page.locator('orgdesk-widget .toast').getByRole('button', { name: 'Close' }).waitFor();
    expect(await heard(page)).toEqual([expect.stringMatching(/^polite: We could not find out/)]);
    await leave();
  });
});

/** When the one message was written, as it is shown. */
const timeOf = async (page: Page) => ` ${await page.locator('.message time').textContent()}`;
