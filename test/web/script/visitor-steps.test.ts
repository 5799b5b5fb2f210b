import { describe, expect, it } from 'vitest';
import { chromiumPath } from '../../setup/chromium.ts';
import { openedTicket } from './conversation-stage.ts';
import { PATIENT, useScriptStage } from './stage.ts';
import { button, focused, write } from './visitor.ts';

const stage = useScriptStage();

describe.runIf(chromiumPath)('a visitor', () => {
  it('is told at its field that what was pasted is too long, and none of it is cut off', async () => {
    const { page, leave } = await stage.visit();
    await button(page).click();
    await page.getByLabel('E-mail').fill('long@customer.example');
    await page.getByLabel('Subject').fill('Long');
    await page.getByLabel('Message').focus();
    await page.keyboard.insertText('x'.repeat(10_001));
    await page.getByRole('button', { name: 'Send' }).click();
    await page.locator('orgdesk-widget .error').filter({ hasText: '10,000 characters' }).waitFor();
    expect((await page.getByLabel('Message').inputValue()).length).toBe(10_001);
    expect(await focused(page)).toBe('message');
    await leave();
  });

  it('has the focus still after trying again', async () => {
    let refused = true;
    const { page, leave } = await stage.visit({
      prepare: (page) =>
        page.route(/\/plugin\/v1\/tickets/, (route) =>
          refused && !route.request().url().includes('/events') ? route.abort() : route.continue(),
        ),
    });
    await button(page).click();
    await page.getByLabel('E-mail').fill('again@customer.example');
    await page.getByLabel('Subject').fill('Again');
    await page.getByLabel('Message').fill('And again.');
    await page.getByRole('button', { name: 'Send' }).click();
    const again = page.getByRole('button', { name: 'Try again' });
    await again.press('Enter');
    await expect.poll(() => focused(page), PATIENT).toBe('Send');
    await again.waitFor();
    refused = false;
    await again.press('Enter');
    await page.getByText('Thank you. Your request is TKT-').waitFor();
    refused = true;
    await page.reload();
    await button(page).click();
    await again.waitFor();
    refused = false;
    await again.press('Enter');
    await page.getByText('And again.').waitFor();
    expect(await focused(page)).toBe('Messages');
    await leave();
  });

  it('keeps the form of another request where an answer goes on in a new ticket meanwhile', async () => {
    const { page, leave } = await stage.visit();
    const id = await write(stage, page);
    await stage.world.context.database.ticket.update({ where: { id }, data: { status: 'closed' } });
    await page.getByText('Closed').waitFor();
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    await page.route('**/messages?*', async (route) => {
      await held;
      await route.continue();
    });
    await page.getByLabel('Your answer').fill('It leaks again.');
    await page.getByRole('button', { name: 'Send answer' }).click();
    await page.getByRole('button', { name: 'New request' }).click();
    await page.getByLabel('Subject').fill('Another matter');
    const answered = page.waitForResponse('**/messages?*');
    release();
    await (await answered).finished();
    await page.getByLabel('Message').fill('It whistles.');
    expect(await page.getByLabel('Subject').inputValue()).toBe('Another matter');
    // And it is what the browser remembers.
    await page.reload();
    await button(page).click();
    await page.getByText('It leaks again.').waitFor();
    await leave();
  });

  it('has the focus still when the script takes the conversation page over', async () => {
    const { url } = await openedTicket(stage);
    const { page, leave } = await stage.go('about:blank');
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    await page.route('**/plugin/v1.js', async (route) => {
      await held;
      await route.continue();
    });
    const loaded = page.goto(url);
    await page.getByRole('button', { name: 'Send answer' }).focus();
    release();
    await loaded;
    await page.getByRole('log').waitFor();
    expect(await focused(page)).toBe('Messages');
    await leave();
  });
});
