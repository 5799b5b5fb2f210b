import { html } from 'hono/html';
import type { Account } from '../account.ts';
import { type Onboarding, onboard } from '../connect/onboarding.ts';
import type { AccountLinkRecord } from '../records/connected-account.ts';
import { type Markup, page } from './layout.ts';
import type { PageRoute } from './page-route.ts';

const outcomes: Record<string, Onboarding> = { complete: 'complete', review: 'review', leave: 'leave' };

function form(): Markup {
  return page(
    'Tell us about your business',
    html`<form method="post">
      <label>Business name <input name="business" autocomplete="organization" value="Sandbox Business" /></label>
      <label>Bank account <input name="bank" autocomplete="off" value="GB82 WEST 1234 5698 7654 32" /></label>
      <p><button name="outcome" value="complete">Agree and submit</button></p>
      <p><button name="outcome" value="review">Submit with a document that has to be checked</button></p>
      <p><button name="outcome" value="leave">Save for later</button></p>
    </form>`,
  );
}

function linkAt(account: Account, path: string): AccountLinkRecord | undefined {
  return account.accountLinks.all().find(({ url }) => url === `${account.baseUrl}${path}`);
}

/** Where somebody who connects an account tells Stripe of themselves. A link opens it once, and not for long. */
export const onboardingPages: PageRoute[] = [
  {
    pattern: /^(\/setup\/e\/acct_\w+\/\w+)$/,
    answer: ({ account, captured }) => {
      const link = linkAt(account, captured[0] ?? '');
      if (!link) return { status: 404, page: page('Onboarding', html`<p>No such link.</p>`) };
      if (link.visited || link.expires_at <= account.now()) return { redirect: link.refresh_url };
      link.visited = true;
      return { redirect: `/setup/s/${link.id}` };
    },
  },
  {
    pattern: /^\/setup\/s\/(alink_\w+)$/,
    answer: ({ account, method, captured, form: typed }) => {
      const link = account.accountLinks.get(captured[0] ?? '');
      if (!link) return { status: 404, page: page('Onboarding', html`<p>No such session.</p>`) };
      if (method === 'GET') return { status: 200, page: form() };
      onboard(account, link.account, outcomes[typed.get('outcome') ?? ''] ?? 'leave');
      return { redirect: link.return_url };
    },
  },
];
