import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { payOnPage } from '../../sandbox/stripe/shopper.ts';
import { chromiumPath } from '../../setup/chromium.ts';
import { accessibilityFaults } from './axe.ts';
import { useScriptStage, type Visit, type VisitOptions } from './stage.ts';

const stage = useScriptStage();

/** A page with a button that sells; Stripe’s page is an empty one, and paid by the test. */
async function shop(
  attributes = '',
  options: VisitOptions = {},
): Promise<Visit & { checkout(): Promise<string>; press(): Promise<void> }> {
  const checkoutPages = `${stage.world.stripe.url}/**`;
  const visit = await stage.visit({
    path: '/kettles?colour=blue#top',
    body: `<button data-orgdesk-product="${stage.website.productId}" ${attributes}>Buy</button>`,
    ...options,
    prepare: async (page) => {
      await page.route(checkoutPages, (route) =>
        route.fulfill({ contentType: 'text/html', body: '<title>Pay</title>' }),
      );
      await options.prepare?.(page);
    },
  });
  const { page } = visit;
  await page.locator('orgdesk-widget').waitFor({ state: 'attached' });
  return {
    ...visit,
    press: () => page.getByRole('button', { name: 'Buy' }).click(),
    checkout: async () => {
      await page.waitForURL(checkoutPages);
      return page.url();
    },
  };
}

const toast = (page: Page) => page.locator('orgdesk-widget .toast');
const payments = () =>
  stage.world.context.database.payment.findMany({
    where: { organizationId: stage.website.organizationId },
    orderBy: { id: 'desc' },
  });

/** Notes the events that the page is told. */
const listening = `window.told = [];
  for (const name of ['checkout', 'payment'])
    document.addEventListener('orgdesk:' + name, ({ detail }) => window.told.push({ name, ...detail }));`;

describe.runIf(chromiumPath)('a buy button', () => {
  it('asks for the e-mail, shows the price, leads to Checkout, and says on the way back that it is paid', async () => {
    const { page, press, checkout, troubles, leave } = await shop(
      'data-orgdesk-quantity="2" data-orgdesk-reference="order 7"',
      { before: listening },
    );
    await press();
    const dialog = page.getByRole('dialog', { name: 'Pay' });
    await dialog.getByText('2 × Blue kettle').waitFor();
    await dialog.getByText('£51.98').waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    await page.getByRole('button', { name: 'Continue to payment' }).click();
    await dialog.getByText('Please fill this in.').waitFor();
    await page.getByLabel('E-mail').fill('cara@customer..example');
    await page.keyboard.press('Enter');
    await dialog.getByText('This is not an e-mail address.').waitFor();
    await page.getByLabel('E-mail').fill('cara@customer.example');
    await page.keyboard.press('Enter');
    const url = await checkout();
    const [payment] = await payments();
    expect(payment).toMatchObject({
      quantity: 2,
      reference: 'order 7',
      email: 'cara@customer.example',
      amount: 5198,
      origin: 'https://shop.example',
    });
    const { redirectedTo } = await payOnPage(url);
    await stage.world.settle();
    await page.goto(String(redirectedTo));
    await toast(page).getByText('Thank you. Your payment of £51.98 has arrived.').waitFor();
    expect(page.url()).toBe('https://shop.example/kettles?colour=blue#top');
    expect(await page.evaluate('told')).toEqual([
      expect.objectContaining({
        name: 'payment',
        id: payment?.id,
        status: 'paid',
        amount: 5198,
        left: false,
      }),
    ]);
    expect(await accessibilityFaults(page)).toEqual([]);
    await toast(page).getByRole('button', { name: 'Close' }).click();
    expect(await toast(page).count()).toBe(0);
    expect(troubles.filter((trouble) => !trouble.includes('400'))).toEqual([]);
    await leave();
  });

  it('says that nothing was charged to who comes back without having paid', async () => {
    const { page, press, checkout, leave } = await shop('data-orgdesk-email="left@customer.example"');
    await press();
    await checkout();
    const [payment] = await payments();
    await page.goto(String(payment?.cancelUrl));
    await toast(page).getByText('You left before paying. Nothing was charged.').waitFor();
    expect(page.url()).toBe('https://shop.example/kettles?colour=blue#top');
    await leave();
  });

  it('waits for a payment that is still on its way', async () => {
    const { page, press, checkout, leave } = await shop('data-orgdesk-email="slow@customer.example"');
    await press();
    const url = await checkout();
    const [payment] = await payments();
    await page.goto(String(payment?.successUrl));
    await toast(page).getByText('Your payment of £25.99 is being confirmed.').waitFor();
    await payOnPage(url);
    await stage.world.settle();
    await toast(page).getByText('Thank you. Your payment of £25.99 has arrived.').waitFor();
    await leave();
  });

  it('says nothing of a payment that is none of the website’s', async () => {
    const { page, leave } = await shop('', {
      path: '/?orgdesk_payment=00000000-0000-7000-8000-000000000000&a=b',
    });
    await page.waitForURL('https://shop.example/?a=b');
    await page.waitForLoadState('networkidle');
    expect(await toast(page).count()).toBe(0);
    await leave();
  });

  it('works where it was put into the page later, and once however often it is pressed', async () => {
    const { page, checkout, leave } = await shop('', { body: '<p id="later"></p>' });
    const before = (await payments()).length;
    await page.evaluate(`(() => {
      const button = document.createElement('button');
      button.dataset.orgdeskProduct = ${JSON.stringify(stage.website.productId)};
      button.dataset.orgdeskEmail = 'later@customer.example';
      button.append(Object.assign(document.createElement('span'), { textContent: 'Buy later' }));
      document.getElementById('later').append(button);
      for (let presses = 0; presses < 3; presses += 1) button.firstChild.click();
    })()`);
    await checkout();
    expect(await payments()).toHaveLength(before + 1);
    await leave();
  });

  it('begins one payment while the page is being left', async () => {
    let begun = 0;
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const { page, press, checkout, leave } = await shop('data-orgdesk-email="twice@customer.example"', {
      prepare: async (page) => {
        page.on('request', (request) => {
          if (request.method() === 'POST' && request.url().includes('/plugin/v1/payments?')) begun += 1;
        });
        await page.route(`${stage.world.stripe.url}/**`, async (route) => {
          await held;
          await route.fulfill({ contentType: 'text/html', body: '<title>Pay</title>' });
        });
      },
    });
    await page.evaluate(`document.addEventListener('orgdesk:checkout', () => setTimeout(() => {
      document.querySelector('[data-orgdesk-product]').click();
      console.log('pressed again');
    }, 50))`);
    const pressedAgain = page.waitForEvent('console', (message) => message.text() === 'pressed again');
    await press();
    await pressedAgain;
    release();
    await checkout();
    expect(begun).toBe(1);
    await leave();
  });

  it('says what stands in the way, and under one key tries again what may have been done', async () => {
    const keys: (string | undefined)[] = [];
    const { page, press, checkout, leave } = await shop('data-orgdesk-email="again@customer.example"', {
      prepare: (page) =>
        page.route('**/plugin/v1/payments?*', async (route) => {
          if (route.request().method() !== 'POST') return route.continue();
          keys.push(route.request().headers()['idempotency-key']);
          if (keys.length < 3) return route.abort();
          await route.continue();
        }),
    });
    await press();
    const dialog = page.getByRole('dialog', { name: 'Pay' });
    await dialog.getByText('This did not reach us.').waitFor();
    await dialog.getByRole('button', { name: 'Try again' }).click();
    await expect.poll(() => keys.length).toBe(2);
    await dialog.getByRole('button', { name: 'Try again' }).click();
    await checkout();
    expect(new Set(keys).size).toBe(1);
    await leave();

    const gone = await shop('data-orgdesk-email="x@customer.example"', {
      body: '<button data-orgdesk-product="00000000-0000-7000-8000-000000000000">Buy</button>',
      script: 'data-email="x@customer.example"',
    });
    await gone.press();
    const alert = gone.page.getByRole('alert');
    await alert.filter({ hasText: /\w/ }).waitFor();
    expect(await alert.first().textContent()).not.toContain('This did not reach us.');
    await gone.leave();
  });
});
