import { describe, expect, it } from 'vitest';
import { chromiumPath } from '../../setup/chromium.ts';
import { useScriptStage } from './stage.ts';
import { button, dialog, focused } from './visitor.ts';

const stage = useScriptStage();

const styled = "script-src https://desk.example; connect-src https://desk.example; style-src 'unsafe-inline'";

describe.runIf(chromiumPath)('the widget on a page that is in its way', () => {
  it('stands in its corner above the page, whatever the page does to all of its elements', async () => {
    const css = `body > * { position: relative; z-index: 1; transform: translateX(50px); filter: blur(0); will-change: transform; }
      body { display: grid; gap: 90px; } .bar { position: fixed; inset: auto 0 0 0; height: 90px; z-index: 10; background: #eee; }`;
    const { page, leave } = await stage.visit({
      policy: styled,
      head: `<style>${css}</style>`,
      body: '</main><div class="bar" style="transform: none">A bar</div><main>',
      viewport: { width: 800, height: 600 },
    });
    const box = await button(page).boundingBox();
    expect([box && box.x + box.width, box && box.y + box.height]).toEqual([780, 580]);
    await button(page).click({ timeout: 5_000 });
    await dialog(page).waitFor();
    await leave();
  });

  it.each([
    ['oklch(0.985 0.002 247.84)', 'light'],
    ['oklch(0.13 0.028 261.69)', 'dark'],
    ['lab(96 0 -20)', 'light'],
    ['color(display-p3 0.95 0.95 0.9)', 'light'],
    ['color(srgb 0.1 0.1 0.1 / 0.9)', 'dark'],
  ])('looks as a page of the background %s does: %s', async (background, look) => {
    const { page, leave } = await stage.visit({
      policy: styled,
      head: `<style>body { background: ${background} }</style>`,
    });
    await button(page).waitFor();
    expect(await page.locator('orgdesk-widget .root.dark').count()).toBe(look === 'dark' ? 1 : 0);
    await leave();
  });

  it('stays open where only the end of a selection is beside it, and closes by a press there', async () => {
    const { page, leave } = await stage.visit({ viewport: { width: 1000, height: 800 } });
    await button(page).click();
    const field = page.getByLabel('Message');
    await field.fill('Selected by the mouse.');
    const box = await field.boundingBox();
    await page.mouse.move((box?.x ?? 0) + 100, (box?.y ?? 0) + 20);
    await page.mouse.down();
    await page.mouse.move(100, 100, { steps: 3 });
    await page.mouse.up();
    expect(await dialog(page).isVisible()).toBe(true);
    await page.mouse.click(100, 100);
    await dialog(page).waitFor({ state: 'hidden' });
    await leave();
  });

  it('keeps what is typed from the page’s shortcuts', async () => {
    const { page, leave } = await stage.visit({
      before: `window.shortcuts = 0;
        for (const name of ['keydown', 'keypress', 'keyup']) document.addEventListener(name, () => window.shortcuts += 1);`,
    });
    await button(page).click();
    await page.getByLabel('Message').focus();
    await page.keyboard.type('jk');
    expect(await page.evaluate('shortcuts')).toBe(0);
    await leave();
  });

  it('gives the focus back once, and not again after the page has moved it', async () => {
    const { page, leave } = await stage.visit({ body: '<input aria-label="Of the page">' });
    await button(page).click();
    await page.evaluate(`new Promise((done) => {
      orgdesk.close();
      document.querySelector('input').focus();
      setTimeout(done, 100);
    })`);
    expect(await focused(page)).toBe('Of the page');
    await leave();
  });
});
