import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chromiumPath } from '../setup/chromium.ts';
import { useInvitationStage } from './invitation-stage.ts';

const stage = useInvitationStage();
let browser: Browser;

beforeAll(async () => {
  if (chromiumPath) browser = await chromium.launch({ executablePath: chromiumPath, args: ['--no-sandbox'] });
});
afterAll(() => browser?.close());

/** A browser of its own, with what it complained of: a page that breaks its own policy says so there. */
async function visit(
  url: string,
  options: BrowserContextOptions = {},
): Promise<{ page: Page; troubles: string[] }> {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  const troubles: string[] = [];
  page.on('console', (message) => void troubles.push(message.text()));
  page.on('pageerror', (error) => void troubles.push(error.message));
  await page.goto(url);
  return { page, troubles };
}

const heading = (page: Page) => page.getByRole('heading', { level: 1 }).textContent();

describe.runIf(chromiumPath)('in a browser', () => {
  it.each([
    {},
    { javaScriptEnabled: false },
    { colorScheme: 'dark' },
    { viewport: { width: 320, height: 640 } },
  ] as const)('somebody accepts with %j', async (options) => {
    const { link, ada, email } = await stage.invited();
    stage.signIn(ada);
    const { page, troubles } = await visit(link, options);
    expect(await heading(page)).toBe('Join Harbour Support');
    expect(await page.title()).toBe('Join Harbour Support · Orgdesk');
    await page.getByRole('button', { name: 'Accept with Slack' }).click();
    await page.getByText(`You are signed in with Slack as ${email}`).waitFor();
    expect(page.url()).toBe(link);
    await page.reload();
    await page.getByRole('button', { name: 'Join Harbour Support' }).click();
    await page.getByText('Welcome to Harbour Support').first().waitFor();
    expect(await stage.membersOf(ada)).toHaveLength(1);
    expect(troubles).toEqual([]);
    await page.context().close();
  });

  it('somebody declines by the keyboard alone', async () => {
    const { id, link } = await stage.invited();
    const { page, troubles } = await visit(link);
    const focused = () => page.evaluate('document.activeElement?.textContent');
    await page.keyboard.press('Tab');
    expect(await focused()).toBe('Accept with Slack');
    await page.keyboard.press('Tab');
    expect(await focused()).toBe('Decline');
    await page.keyboard.press('Enter');
    await page.getByText('Decline the invite to Harbour Support?').first().waitFor();
    expect((await stage.rowOf(id)).status).toBe('pending');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.getByText('You have declined the invite').waitFor();
    expect((await stage.rowOf(id)).status).toBe('declined');
    expect(troubles).toEqual([]);
    await page.context().close();
  });

  it('the wrong person reads why, and the way back leads to the invite', async () => {
    const { link, email } = await stage.invited();
    stage.signIn(await stage.desk.add({ email: 'eve@new.example' }));
    const { page } = await visit(link);
    await page.getByRole('button', { name: 'Accept with Slack' }).click();
    await page.getByText('This invite is for somebody else').first().waitFor();
    expect(await page.getByRole('main').textContent()).toContain(email);
    await page.getByRole('link', { name: 'Back to the invite' }).click();
    expect(await heading(page)).toBe('Join Harbour Support');
    await page.context().close();
  });

  it('fits a narrow screen, and says in words what the picture is', async () => {
    const { link } = await stage.invited();
    await stage.world.context.database.logo.create({
      data: {
        organizationId: stage.desk.organizationId,
        path: 'L'.repeat(32),
        contentType: 'image/png',
        bytes: new Uint8Array(Buffer.from(PIXEL, 'base64')),
        createdAt: stage.world.context.now(),
      },
    });
    for (const path of ['', '/decline']) {
      const { page, troubles } = await visit(link + path, { viewport: { width: 320, height: 640 } });
      const [wide, shown] = (await page.evaluate(
        '[document.documentElement.scrollWidth, window.innerWidth]',
      )) as [number, number];
      expect(wide).toBeLessThanOrEqual(shown);
      expect(troubles).toEqual([]);
      await page.context().close();
    }
    const { page } = await visit(link);
    const logo = page.getByRole('img', { name: 'Logo of Harbour Support' });
    expect(await logo.evaluate((image) => (image as unknown as { naturalWidth: number }).naturalWidth)).toBe(
      1,
    );
    await page.context().close();
  });
});

/** A PNG of one pixel. */
const PIXEL =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
