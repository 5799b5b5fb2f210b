import { Hono } from 'hono';
import { html } from 'hono/html';
import { page } from './page.ts';

export const paidPath = '/checkout/paid';
export const leftPath = '/checkout/left';

/** Where Stripe's Checkout sends the browser. The pages know nothing: what was paid, Stripe's webhook says. */
export function checkoutReturnRoutes(): Hono {
  return new Hono()
    .get(paidPath, (context) =>
      context.html(
        page(
          'Thank you',
          html`<p>Your seats are there as soon as Stripe has confirmed the payment, usually within seconds. Orgdesk then sends you a message in Slack.</p>
      <p class="quiet">You can close this page.</p>`,
        ),
      ),
    )
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
