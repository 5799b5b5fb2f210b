import { describe, expect, it } from 'vitest';
import { chromiumPath } from '../../setup/chromium.ts';
import { useScriptStage } from './stage.ts';
import { button } from './visitor.ts';

const stage = useScriptStage();

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

  it('shows nothing in a browser that is too old, and says so in one line', async () => {
    const { page, said, troubles, leave } = await stage.visit({
      before: `for (const one of [Document, ShadowRoot]) delete one.prototype.adoptedStyleSheets;`,
      body: '<button data-orgdesk-open>Help</button>',
    });
    await expect.poll(() => said).toHaveLength(1);
    expect(said[0]).toContain('this browser is too old');
    await page.getByRole('button', { name: 'Help' }).click();
    await page.evaluate('orgdesk.open()');
    expect(await page.locator('orgdesk-widget').count()).toBe(0);
    expect([said.length, troubles]).toEqual([1, []]);
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
