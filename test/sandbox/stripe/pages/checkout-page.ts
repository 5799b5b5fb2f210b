import { html } from 'hono/html';
import type { Account } from '../account.ts';
import { type CheckoutOutcome, finishCheckoutAuthentication, payCheckout } from '../billing/checkout.ts';
import { moneyText } from '../billing/lines.ts';
import type { CheckoutSessionRecord } from '../records/checkout-session.ts';
import { alert, authenticationPage, cardFields, type Markup, page } from './layout.ts';
import type { PageAnswer, PageRoute } from './page-route.ts';

function successUrl(session: CheckoutSessionRecord): string {
  return (session.success_url ?? '').replaceAll('{CHECKOUT_SESSION_ID}', session.id);
}

/** The other way to pay once. */
function debitForm(known: string | null | undefined): Markup {
  const email = known ? '' : html`<label>Email <input name="email" type="email" required /></label>`;
  return html`<form method="post">${email}<button name="method" value="debit">Pay by direct debit</button></form>`;
}

function form(account: Account, session: CheckoutSessionRecord, message?: string): Markup {
  const currency = session.currency ?? 'gbp';
  const lines = account.checkoutPlans.get(session.id)?.lines ?? [];
  const known = session.customer_email ?? account.customers.get(session.customer ?? '')?.email;
  const email = known
    ? html`<p>${known}</p>`
    : html`<label>Email <input name="email" type="email" autocomplete="email" required /></label>`;
  const back = session.cancel_url ? html`<p><a href="${session.cancel_url}">Back</a></p>` : '';
  return page(
    session.mode === 'subscription' ? 'Subscribe' : 'Pay',
    html`<table>
        ${lines.map(
          (line) =>
            html`<tr><td>${line.quantity} × ${line.description}</td><td>${moneyText(line.amount_total, currency)}</td></tr>`,
        )}
        <tr><td>Total</td><td>${moneyText(session.amount_total ?? 0, currency)}</td></tr>
      </table>
      ${alert(message)}
      <form method="post">
        ${email} ${cardFields}
        <button>${session.mode === 'subscription' ? 'Subscribe' : 'Pay'}</button>
      </form>
      ${session.mode === 'payment' ? debitForm(known) : ''}
      ${back}`,
  );
}

function after(account: Account, session: CheckoutSessionRecord, outcome: CheckoutOutcome): PageAnswer {
  if (outcome.kind === 'completed') return { redirect: successUrl(session) };
  if (outcome.kind === 'authenticate') return { redirect: `/c/pay/${session.id}/3d-secure` };
  return { status: 402, page: form(account, session, outcome.message) };
}

/** The reason a session cannot be paid any more, as a page. */
function closed(session: CheckoutSessionRecord | undefined): PageAnswer | undefined {
  const why =
    session === undefined
      ? 'No such Checkout session.'
      : session.status === 'complete'
        ? 'This Checkout session was already completed.'
        : session.status === 'expired'
          ? 'This Checkout session has expired.'
          : undefined;
  return why === undefined
    ? undefined
    : { status: session ? 410 : 404, page: page('Checkout', html`<p>${why}</p>`) };
}

export const checkoutPages: PageRoute[] = [
  {
    pattern: /^\/c\/pay\/(cs_test_\w+)$/,
    answer: ({ account, method, captured, form: typed }) => {
      const session = account.checkoutSessions.get(captured[0] ?? '');
      const gone = closed(session);
      if (gone || !session) return gone ?? { redirect: '/' };
      if (method === 'GET') return { status: 200, page: form(account, session) };
      const outcome = payCheckout(account, session, {
        number: typed.get('card') ?? '',
        email: typed.get('email') ?? '',
        name: typed.get('name') ?? 'Sandbox Customer',
        debit: typed.get('method') === 'debit',
      });
      return after(account, session, outcome);
    },
  },
  {
    pattern: /^\/c\/pay\/(cs_test_\w+)\/3d-secure$/,
    answer: ({ account, method, captured, form: typed }) => {
      const session = account.checkoutSessions.get(captured[0] ?? '');
      const gone = closed(session);
      if (gone || !session) return gone ?? { redirect: '/' };
      if (method === 'GET') return { status: 200, page: authenticationPage('') };
      const passed = typed.get('result') === 'complete';
      return after(account, session, finishCheckoutAuthentication(account, session, passed));
    },
  },
];
