import type { Page } from 'playwright-core';
import type { ScriptStage } from './stage.ts';

/** What a website's visitor does and sees. */

export const button = (page: Page) => page.getByRole('button', { name: 'Contact us' });
export const dialog = (page: Page) => page.getByRole('dialog');

let customers = 0;

/** Opens a ticket by the form; gives its id. */
export async function write(
  stage: ScriptStage,
  page: Page,
  { message = 'It boils and boils.' } = {},
): Promise<string> {
  customers += 1;
  await button(page).click();
  await page.getByLabel('E-mail').fill(`widget${customers}@customer.example`);
  await page.getByLabel('Subject').fill('The kettle');
  await page.getByLabel('Message').fill(message);
  await page.getByRole('button', { name: 'Send' }).click();
  await page.getByText('Thank you. Your request is TKT-').waitFor();
  return (await stage.tickets())[0]?.id ?? '';
}

/** The name of what has the focus, shadow roots included. */
export const focused = (page: Page) =>
  page.evaluate(`(() => {
    let active = document.activeElement;
    while (active?.shadowRoot?.activeElement) active = active.shadowRoot.activeElement;
    return active?.name || active?.getAttribute('aria-label') || active?.textContent || active?.tagName;
  })()`);

/** A PNG of one pixel. */
export const pixel = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);
