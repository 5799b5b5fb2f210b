import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { chromiumPath } from '../../setup/chromium.ts';
import { PATIENT, useScriptStage } from './stage.ts';
import { write } from './visitor.ts';

const stage = useScriptStage();

/** Notes every word that the conversation says of its connection. */
const LISTEN = `(() => {
  window.words = [];
  const line = document.querySelector('orgdesk-widget').shadowRoot.querySelector('.trouble');
  new MutationObserver(() => line.textContent && window.words.push(line.textContent))
    .observe(line, { childList: true, characterData: true, subtree: true });
})()`;

/** A page in whose conversation nothing is said, and how often it has asked for what happens there. */
async function idle(): Promise<{ page: Page; opened(): number; leave(): Promise<void> }> {
  let opened = 0;
  const { page, leave } = await stage.visit({
    prepare: async (page) => {
      await page.clock.install();
      page.on('response', (response) => {
        if (response.ok() && response.request().method() === 'GET' && response.url().includes('/events?'))
          opened += 1;
      });
    },
  });
  await write(stage, page);
  await expect.poll(() => opened, PATIENT).toBe(1);
  await page.evaluate(LISTEN);
  return { page, opened: () => opened, leave };
}

describe.runIf(chromiumPath)('the stream of a conversation in which nothing is said', () => {
  it('comes back at once, without a word, however often a proxy ends it after half a minute', async () => {
    const { page, opened, leave } = await idle();
    for (let cuts = 1; cuts <= 4; cuts += 1) {
      await page.clock.runFor(30_000);
      stage.front.cutAnswers();
      await expect
        .poll(async () => {
          await page.clock.runFor(1300);
          return opened();
        }, PATIENT)
        .toBe(cuts + 1);
    }
    expect(await page.evaluate('words')).toEqual([]);
    await leave();
  });

  it('comes back ever later, and says so, where it is ended as soon as it is there', async () => {
    const { page, opened, leave } = await idle();
    for (let cuts = 1; cuts <= 3; cuts += 1) {
      stage.front.cutAnswers();
      await expect
        .poll(async () => {
          await page.clock.runFor(500);
          return opened();
        }, PATIENT)
        .toBe(cuts + 1);
    }
    expect(await page.evaluate('words')).toContain('Connection lost. Trying again…');
    await leave();
  });
});
