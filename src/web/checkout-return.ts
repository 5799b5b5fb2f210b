import { Hono } from 'hono';
import { html } from 'hono/html';
import { lookAtCheckoutPage } from '../domain/billing/checkout-page.ts';
import type { Context } from '../domain/context.ts';
import { page } from './page.ts';

export const paidPath = '/checkout/paid';
export const leftPath = '/checkout/left';

export interface CheckoutReturnParts {
  context: Context;
}

/**
 * Where Stripe's Checkout sends the browser. The pages know nothing and decide nothing: what was paid, Stripe says. Coming back
 * from a page of ours only has Stripe asked at once, in case its webhook is lost.
 */
export function checkoutReturnRoutes({ context: product }: CheckoutReturnParts): Hono {
  return new Hono()
    .get(paidPath, async (context) => {
      const sessionId = sessionIdIn(context.req.query('page'));
      // The page is the same whether that is possible or not: whoever reads it has paid.
      if (sessionId !== null) await lookAtCheckoutPage(product, sessionId).catch(() => undefined);
      return context.html(
        page(
          'Thank you',
          html`<p>Your seats are there as soon as Stripe has confirmed the payment, usually within seconds. Orgdesk then sends you a message in Slack.</p>
      <p class="quiet">You can close this page.</p>`,
        ),
      );
    })
    .get(leftPath, (context) =>
      context.html(
        page(
          'Nothing was bought',
          html`<p>You left Stripe before paying, and nothing was charged. <code>/org seats</code> in Slack starts again.</p>
      <p class="quiet">You can close this page.</p>`,
        ),
      ),
    );
}

/** Null for whatever cannot be the id of a Checkout page. */
function sessionIdIn(page: string | undefined): string | null {
  return page !== undefined && /^cs_\w{1,250}$/.test(page) ? page : null;
}
