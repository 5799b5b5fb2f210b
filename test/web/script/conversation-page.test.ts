import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { recordNote } from '../../../src/domain/tickets/say/record-note.ts';
import { setStatus } from '../../../src/domain/tickets/set-status.ts';
import { chromiumPath } from '../../setup/chromium.ts';
import { accessibilityFaults } from './axe.ts';
import { actorOf, openedTicket, textsOf } from './conversation-stage.ts';
import { expectNoSidewaysScroll, useScriptStage } from './stage.ts';
import { pixel } from './visitor.ts';

const stage = useScriptStage();

describe.runIf(chromiumPath)('the conversation page', () => {
  it('is read and answered without scripts, with a file, and says what is wrong at its field', async () => {
    const { id, url, number } = await openedTicket(stage);
    await stage.reply(id, 'Is the plug *in*? <https://harbour.example/kettles|Our guide>');
    const { page, troubles, leave } = await stage.go(url, { javaScriptEnabled: false });
    expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe('Harbour Support');
    expect(await page.getByRole('main').textContent()).toContain(number);
    await page.getByText('Is the plug in?').waitFor();
    expect(await page.getByRole('link', { name: 'Our guide' }).getAttribute('href')).toBe(
      'https://harbour.example/kettles',
    );
    await page.getByRole('button', { name: 'Send answer' }).click();
    await page.getByText('An answer says something').waitFor();
    expect(await page.getByLabel('Your answer').getAttribute('aria-invalid')).toBe('true');
    await page.getByLabel('Your answer').fill('It was not.\nThank you!');
    const files = page.getByLabel('Files');
    await files.setInputFiles([{ name: 'x.html', mimeType: 'text/html', buffer: Buffer.from('<b>no</b>') }]);
    await page.getByRole('button', { name: 'Send answer' }).click();
    await page.getByText('x.html is not kept.').waitFor();
    expect(await page.getByLabel('Your answer').inputValue()).toBe('It was not.\nThank you!');
    await files.setInputFiles([{ name: 'plug.png', mimeType: 'image/png', buffer: pixel }]);
    await page.getByRole('button', { name: 'Send answer' }).click();
    await page.getByRole('link', { name: 'plug.png' }).waitFor();
    expect(page.url().replace(/#.*/, '')).toBe(url);
    expect(await textsOf(stage, id)).toEqual([
      'Since Monday, at the handle.',
      'Is the plug *in*? <https://harbour.example/kettles|Our guide>',
      'It was not.\nThank you!',
    ]);
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('link', { name: 'plug.png' }).click(),
    ]);
    expect(download.suggestedFilename()).toBe('plug.png');
    // Chromium notes the two refusals.
    expect(troubles.filter((trouble) => !trouble.includes('400 (Bad Request)'))).toEqual([]);
    await leave();
  });

  it('with scripts shows answers as they arrive, and keeps what was begun to be typed', async () => {
    const { id, url } = await openedTicket(stage);
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const { page, troubles, leave } = await stage.go('about:blank');
    await page.route('**/plugin/v1.js', async (route) => {
      await held;
      await route.continue();
    });
    const loaded = page.goto(url);
    await page.getByLabel('Your answer').fill('Half a sent');
    release();
    await loaded;
    const log = page.getByRole('log');
    await log.waitFor();
    expect(await page.getByLabel('Your answer').inputValue()).toBe('Half a sent');
    await page.keyboard.type('ence');
    expect(await page.getByLabel('Your answer').inputValue()).toBe('Half a sentence');
    await stage.reply(id, 'Arrives by itself.');
    await log.getByText('Arrives by itself.').waitFor();
    await page.getByLabel('Your answer').fill('Answered without a reload.');
    await page.getByRole('button', { name: 'Send answer' }).click();
    await log.getByText('Answered without a reload.').waitFor();
    expect(await textsOf(stage, id)).toContain('Answered without a reload.');
    expect(troubles).toEqual([]);
    await leave();
  });

  it.each([{}, { javaScriptEnabled: false }])(
    'goes on in a new ticket where the old one is closed %j',
    async (options) => {
      const { id, url } = await openedTicket(stage);
      await setStatus(stage.world.context, await actorOf(stage, stage.website.desk.owner), {
        ticketId: id,
        status: 'closed',
      });
      const { page, leave } = await stage.go(url, options);
      if (!('javaScriptEnabled' in options)) await page.getByRole('log').waitFor();
      await page.getByText('Closed').waitFor();
      await page.getByLabel('Your answer').fill('It leaks again.');
      await page.getByRole('button', { name: 'Send answer' }).click();
      await page.getByText('The request before is closed. It goes on in TKT-').waitFor();
      expect(page.url()).not.toContain(url);
      expect((await stage.tickets())[0]?.messages).toEqual([{ text: 'It leaks again.' }]);
      await leave();
    },
  );

  it.each([
    ['light', { colorScheme: 'light' }],
    ['dark', { colorScheme: 'dark' }],
    ['narrow', { viewport: { width: 320, height: 640 } }],
    ['without scripts', { viewport: { width: 320, height: 640 }, javaScriptEnabled: false }],
  ] as const)('has nothing that axe-core objects to, and fits (%s)', async (look, options) => {
    const { id, url } = await openedTicket(stage, { description: 'W'.repeat(400) });
    await stage.reply(id, `See <https://harbour.example/${'x'.repeat(200)}|our guide>, and \`descale\` it.`);
    const { page, troubles, leave } = await stage.go(url, options);
    if (look !== 'without scripts') {
      await page.getByRole('log').waitFor();
      expect(await accessibilityFaults(page)).toEqual([]);
    }
    await expectNoSidewaysScroll(page);
    expect(troubles).toEqual([]);
    await leave();
  });

  it('leaves the form alone that has files in it already', async () => {
    const { id, url } = await openedTicket(stage);
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
    const png = { name: 'early.png', mimeType: 'image/png', buffer: pixel };
    await page.getByLabel('Files').setInputFiles([png]);
    const read = page.waitForResponse('**/plugin/v1/tickets/*');
    release();
    await loaded;
    await (await read).finished();
    await page.getByRole('button', { name: 'Send answer' }).click();
    await page.getByRole('link', { name: 'early.png' }).waitFor();
    expect(await textsOf(stage, id)).toHaveLength(2);
    await leave();
  });

  it('names others who wrote by mail, and calls its customer You', async () => {
    const { id, url } = await openedTicket(stage);
    const { database, newId, now } = stage.world.context;
    const { organizationId } = stage.website;
    const colleague = { id: newId(), organizationId, name: 'Carl Colleague', email: 'carl@customer.example' };
    await database.customer.create({ data: { ...colleague, createdAt: now() } });
    const data = { id: newId(), ticketId: id, customerId: colleague.id, text: 'Me too.', createdAt: now() };
    await database.ticketMessage.create({ data });
    for (const options of [{}, { javaScriptEnabled: false }]) {
      const { page, leave } = await stage.go(url, options);
      if (!('javaScriptEnabled' in options)) await page.getByRole('log').waitFor();
      expect(await page.locator('.meta strong').allTextContents()).toEqual(['You', 'Carl Colleague']);
      await leave();
    }
  });

  it('shows hostile words as words, and no note', async () => {
    const { id, url } = await openedTicket(stage, {
      title: '<img src=x onerror=alert(1)>',
      description: '</textarea><script>document.title="owned"</script>',
    });
    await recordNote(stage.world.context, await actorOf(stage, stage.agent), {
      ticketId: id,
      slackTs: '9.1',
      text: 'note: hush-hush',
    });
    for (const options of [{}, { javaScriptEnabled: false }]) {
      const { page, troubles, leave } = await stage.go(url, options);
      if (!('javaScriptEnabled' in options)) await page.getByRole('log').waitFor();
      const shown = (await page.getByRole('main').textContent()) ?? '';
      expect(shown).toContain('<img src=x onerror=alert(1)>');
      expect(shown).toContain('<script>document.title="owned"</script>');
      expect(shown).not.toContain('hush');
      expect(await page.title()).toBe('Harbour Support · Orgdesk');
      expect(troubles).toEqual([]);
      await leave();
    }
  });

  it('pages through a long conversation, with and without scripts', async () => {
    const { id, url } = await openedTicket(stage);
    const { database, newId, now } = stage.world.context;
    const { requesterId } = await database.ticket.findUniqueOrThrow({ where: { id } });
    for (let index = 1; index <= 55; index += 1) {
      const data = {
        id: newId(),
        ticketId: id,
        customerId: requesterId,
        text: `Word ${index}.`,
        createdAt: now(),
      };
      await database.ticketMessage.create({ data });
    }
    const count = (page: Page) => page.locator('.message').count();
    const plain = await stage.go(url, { javaScriptEnabled: false });
    expect(await count(plain.page)).toBe(50);
    await plain.page.getByRole('link', { name: 'Earlier messages' }).click();
    await plain.page.getByText('Since Monday, at the handle.').waitFor();
    await plain.leave();
    const { page, leave } = await stage.go(url);
    await page.getByRole('log').waitFor();
    await page.getByRole('button', { name: 'Show earlier messages' }).click();
    await page.getByText('Since Monday, at the handle.').waitFor();
    expect(await count(page)).toBe(56);
    const words = await page.locator('.message .words').allTextContents();
    expect(words.slice(1)).toEqual(Array.from({ length: 55 }, (_, index) => `Word ${index + 1}.`));
    await leave();
  });
});
