import { Hono } from 'hono';
import { html } from 'hono/html';
import { page } from './page.ts';

export const portalReturnPath = '/billing/done';

/** Where Stripe's billing portal leads back to. The page knows nothing: what was changed, Stripe's webhooks say. */
export function portalReturnRoutes(): Hono {
  return new Hono().get(portalReturnPath, (context) =>
    context.html(
      page(
        'Back to Slack',
        html`<p>What you changed at Stripe shows in Orgdesk within seconds. <code>/org billing</code> in Slack opens the portal again.</p>
      <p class="quiet">You can close this page.</p>`,
      ),
    ),
  );
}
