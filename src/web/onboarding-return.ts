import { Hono } from 'hono';
import { html } from 'hono/html';
import type { Context } from '../domain/context.ts';
import { lookAtAccount } from '../domain/payments/account/look-at-account.ts';
import { page } from './page.ts';

export const connectedPath = '/payments/connected';
export const connectAgainPath = '/payments/connect-again';

export interface OnboardingReturnParts {
  context: Context;
}

/** Where Stripe's onboarding comes back to, for an account. */
export function connectedUrlPath(accountId: string): string {
  return `${connectedPath}?account=${encodeURIComponent(accountId)}`;
}

/**
 * Where Stripe's onboarding sends the browser. The pages know nothing and decide nothing: how the account stands, Stripe says.
 * Coming back only has Stripe asked at once. A link that was used or has run out is not made anew here: whoever opens such a page
 * need not be the Owner, and the onboarding is theirs alone.
 */
export function onboardingReturnRoutes({ context: product }: OnboardingReturnParts): Hono {
  return new Hono()
    .get(connectedPath, async (context) => {
      const accountId = accountIdIn(context.req.query('account'));
      if (accountId !== null) await lookAtAccount(product, accountId).catch(() => undefined);
      return context.html(
        page(
          'Back to Slack',
          html`<p>Stripe tells Orgdesk how your account stands, usually within seconds. <code>/org payments</code> in Slack shows it, and goes on where something is missing.</p>
      <p class="quiet">You can close this page.</p>`,
        ),
      );
    })
    .get(connectAgainPath, (context) =>
      context.html(
        page(
          'This link was used',
          html`<p>A link to Stripe’s form opens it once, and within a few minutes. What you have entered is kept: <code>/org payments</code> in Slack gives you a new link, which goes on from there.</p>
      <p class="quiet">You can close this page.</p>`,
        ),
      ),
    );
}

/** Null for whatever cannot be the id of an account. */
function accountIdIn(account: string | undefined): string | null {
  return account !== undefined && /^acct_\w{1,250}$/.test(account) ? account : null;
}
