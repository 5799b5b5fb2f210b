import { describe, expect, it } from 'vitest';
import { chromiumPath } from '../../setup/chromium.ts';
import { useScriptStage } from './stage.ts';
import { button, dialog, focused, pixel, write } from './visitor.ts';

const stage = useScriptStage();

describe.runIf(chromiumPath)('the widget on a listed website', () => {
  it('opens a ticket by the keyboard alone, shows the answer as it arrives, and answers back', async () => {
    const { page, troubles, said, leave } = await stage.visit();
    await button(page).waitFor();
    await page.keyboard.press('Tab');
    expect(await focused(page)).toBe('Contact us');
    await page.keyboard.press('Enter');
    expect(await focused(page)).toBe('name');
    await page.keyboard.type('Cara');
    await page.keyboard.press('Tab');
    await page.keyboard.type('cara@customer.example');
    await page.keyboard.press('Tab');
    await page.keyboard.type('Cold kettle');
    await page.keyboard.press('Tab');
    await page.keyboard.type('It does not boil.');
    await page.keyboard.press('Control+Enter');
    await page.getByText('Thank you. Your request is TKT-').waitFor();
    const [ticket] = await stage.tickets();
    expect(ticket).toMatchObject({ title: 'Cold kettle', messages: [{ text: 'It does not boil.' }] });
    expect(await focused(page)).toBe('Messages');

    await stage.reply(ticket?.id ?? '', 'Is the plug *in*?');
    const log = page.getByRole('log');
    await log.getByText('Is the plug in?').waitFor();
    expect(await log.locator('article').last().locator('strong').allTextContents()).toEqual([
      'Ada Lindgren',
      'in',
    ]);

    await page.keyboard.press('Tab');
    expect(await focused(page)).toBe('text');
    await page.keyboard.type('It was not. Thank you!');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Tab');
    expect(await focused(page)).toBe('Send answer');
    await page.keyboard.press('Enter');
    await log.getByText('It was not. Thank you!').waitFor();
    expect((await stage.tickets())[0]?.messages.map(({ text }) => text)).toEqual([
      'It does not boil.',
      'Is the plug *in*?',
      'It was not. Thank you!',
    ]);
    // Once, though the stream tells of it as well.
    expect(await log.getByText('It was not. Thank you!').count()).toBe(1);

    await page.keyboard.press('Escape');
    await dialog(page).waitFor({ state: 'hidden' });
    expect(await focused(page)).toBe('Contact us');
    expect([troubles, said]).toEqual([[], []]);
    await leave();
  });

  it('keeps the focus in its dialog', async () => {
    const { page, leave } = await stage.visit({ body: '<a href="#x">A link of the page</a>' });
    await button(page).click();
    const seen = new Set<unknown>();
    for (let presses = 0; presses < 12; presses += 1) {
      seen.add(await focused(page));
      await page.keyboard.press('Tab');
    }
    expect([...seen].map(String).sort()).toEqual(
      ['Close', 'email', 'message', 'name', 'subject', 'Send', '']
        .map((name) => (name === '' ? 'INPUT' : name))
        .sort(),
    );
    await page.keyboard.press('Escape');
    expect(await focused(page)).toBe('Contact us');
    await leave();
  });

  it('goes on where it was when the page is opened again, and begins another request', async () => {
    const { page, leave } = await stage.visit();
    const ticketId = await write(stage, page);
    await stage.reply(ticketId, 'Said while nobody looked.');
    await page.reload();
    await button(page).click();
    await page.getByText('Said while nobody looked.').waitFor();
    await page.getByRole('button', { name: 'New request' }).click();
    expect(await focused(page)).toBe('name');
    await page.getByRole('button', { name: 'Back to TKT-' }).click();
    await page.getByText('Said while nobody looked.').waitFor();
    await leave();
  });

  it('takes what is edited and deleted, and shows how the ticket stands', async () => {
    const { page, leave } = await stage.visit();
    const ticketId = await write(stage, page);
    const { database } = stage.world.context;
    await stage.reply(ticketId, 'First word.');
    await stage.reply(ticketId, 'Second word.');
    await page.getByText('Second word.').waitFor();
    await database.ticketMessage.updateMany({
      where: { ticketId, text: 'First word.' },
      data: { text: 'A better word.', editedAt: new Date() },
    });
    await page.getByText('A better word.').waitFor();
    await database.ticketMessage.updateMany({
      where: { ticketId, text: 'Second word.' },
      data: { deletedAt: new Date() },
    });
    await page.getByText('Second word.').waitFor({ state: 'detached' });
    await database.ticket.update({ where: { id: ticketId }, data: { status: 'resolved' } });
    await page.getByText('Resolved').waitFor();
    expect(await page.getByRole('log').locator('article').count()).toBe(2);
    await leave();
  });

  it('sends files and gives them back', async () => {
    const { page, leave } = await stage.visit({ acceptDownloads: true });
    await write(stage, page);
    const png = pixel;
    await page
      .getByLabel('Attach files')
      .setInputFiles([{ name: 'kettle.png', mimeType: 'image/png', buffer: png }]);
    await page.getByText('kettle.png').waitFor();
    await page.getByLabel('Your answer').fill('A picture of it.');
    await page.getByRole('button', { name: 'Send answer' }).click();
    const link = page.getByRole('link', { name: 'kettle.png' });
    await link.waitFor();
    const [download] = await Promise.all([page.waitForEvent('download'), link.click()]);
    expect(download.suggestedFilename()).toBe('kettle.png');
    const parts: Buffer[] = [];
    for await (const part of await download.createReadStream()) parts.push(part as Buffer);
    expect(Buffer.concat(parts).equals(png)).toBe(true);
    await leave();
  });

  it('says what is wrong at the field that it belongs to, its own and the server’s', async () => {
    const { page, leave } = await stage.visit();
    await button(page).click();
    await page.getByRole('button', { name: 'Send' }).click();
    const email = page.getByLabel('E-mail');
    expect(await focused(page)).toBe('email');
    expect(await email.getAttribute('aria-invalid')).toBe('true');
    const described = await email.getAttribute('aria-describedby');
    expect(await page.locator(`#${described}`).textContent()).toBe('Please fill this in.');
    // Good enough for the page, and not for the server.
    await email.fill('cara@customer..example');
    await page.getByLabel('Subject').fill('Kettle');
    await page.getByLabel('Message').fill('Typed once.');
    await page.getByRole('button', { name: 'Send' }).click();
    await page.getByText('This is not an e-mail address.').waitFor();
    expect(await focused(page)).toBe('email');
    await email.fill('cara@customer.example');
    await page
      .getByLabel('Attach files')
      .setInputFiles([
        { name: 'page.html', mimeType: 'text/html', buffer: Buffer.from('<script>1</script>') },
      ]);
    await page.getByRole('button', { name: 'Send' }).click();
    await page.getByText('This file is not kept.').waitFor();
    expect(await page.getByLabel('Attach files').getAttribute('aria-invalid')).toBe('true');
    expect(await page.getByLabel('Message').inputValue()).toBe('Typed once.');
    expect(await email.getAttribute('aria-invalid')).toBe(null);
    await leave();
  });

  it('marks its button when an answer arrives behind the closed panel', async () => {
    const { page, leave } = await stage.visit();
    const ticketId = await write(stage, page);
    await page.keyboard.press('Escape');
    await stage.reply(ticketId, 'Look here.');
    const marked = page.getByRole('button', { name: 'Contact us New answer' });
    await marked.click();
    await page.getByText('Look here.').waitFor();
    await page.keyboard.press('Escape');
    await button(page).waitFor();
    expect(await marked.count()).toBe(0);
    await leave();
  });
});
