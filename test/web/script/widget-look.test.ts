import { describe, expect, it } from 'vitest';
import { chromiumPath } from '../../setup/chromium.ts';
import { accessibilityFaults } from './axe.ts';
import { expectNoSidewaysScroll, useScriptStage } from './stage.ts';
import { button, dialog, focused, pixel, write } from './visitor.ts';

const stage = useScriptStage();

describe.runIf(chromiumPath)('the widget on a website’s page', () => {
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

  it('stays where a website changes its page by its body', async () => {
    const { page, leave } = await stage.visit();
    await button(page).waitFor();
    await page.evaluate("document.body = document.createElement('body')");
    await button(page).click();
    await page.getByLabel('Subject').waitFor();
    expect(await page.locator('orgdesk-widget').count()).toBe(1);
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
    const ticketId = await write(stage, page, {
      message: `${'W'.repeat(300)}\n\nhttps://harbour.example/${'x'.repeat(200)}`,
    });
    await stage.reply(ticketId, 'See <https://harbour.example/kettles|our guide>, and `descale` it.');
    await page.getByText('our guide').waitFor();
    // The newest words are in sight above the form, also when that grows.
    await page
      .getByLabel('Attach files')
      .setInputFiles([{ name: 'a.png', mimeType: 'image/png', buffer: pixel }]);
    await page.getByText('a.png').waitFor();
    await expect.poll(() => page.evaluate(BELOW_SIGHT)).toBeLessThanOrEqual(0);
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

/** By how many pixels the end of what was said is below what is shown of it. */
const BELOW_SIGHT = `(() => {
  const log = document.querySelector('orgdesk-widget').shadowRoot.querySelector('.messages');
  return Math.floor(log.lastElementChild.getBoundingClientRect().bottom - log.getBoundingClientRect().bottom);
})()`;

/** What a page's styles would come through by. */
const LABEL_LOOK = `(() => {
  const label = document.querySelector('orgdesk-widget').shadowRoot.querySelector('label');
  const { textTransform, letterSpacing, direction } = getComputedStyle(label);
  return [textTransform, letterSpacing, direction];
})()`;
