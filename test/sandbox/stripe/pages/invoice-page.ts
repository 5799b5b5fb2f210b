import { html } from 'hono/html';
import type { Account } from '../account.ts';
import { subscriptionOf } from '../billing/after-payment.ts';
import { collectInvoice } from '../billing/collecting.ts';
import { intentOf } from '../billing/invoicing.ts';
import { moneyText } from '../billing/lines.ts';
import { endAuthentication } from '../billing/paying.ts';
import { createPaymentMethod } from '../payments/payment-methods.ts';
import { cardByNumber } from '../payments/test-cards.ts';
import type { InvoiceRecord } from '../records/invoice.ts';
import { alert, authenticationPage, cardFields, type Markup, page } from './layout.ts';
import type { PageAnswer, PageRoute } from './page-route.ts';

function invoicePage(account: Account, invoice: InvoiceRecord, message?: string): Markup {
  const lines = html`<table>
    ${invoice.lines.data.map(
      (line) =>
        html`<tr><td>${line.description}</td><td>${moneyText(line.amount, invoice.currency)}</td></tr>`,
    )}
    <tr><td>Amount due</td><td>${moneyText(invoice.amount_remaining, invoice.currency)}</td></tr>
  </table>`;
  const status = html`<p>Status: ${invoice.status}</p>`;
  const waits = intentOf(account, invoice.id)?.status === 'requires_action';
  const authenticate = waits
    ? html`<p><a href="/3d-secure/${intentOf(account, invoice.id)?.id}">Confirm the payment with your bank</a></p>`
    : '';
  const form =
    invoice.status === 'open'
      ? html`${authenticate}<form method="post">${cardFields}<button>Pay</button></form>`
      : '';
  return page(`Invoice ${invoice.number}`, html`${lines}${status}${alert(message)}${form}`);
}

/** A card that paid an invoice here stays with the customer, as on Stripe's page. */
function keepCard(account: Account, invoice: InvoiceRecord, method: string): void {
  const card = account.paymentMethods.get(method);
  if (card && card.customer === null) {
    card.customer = invoice.customer;
    account.emit('payment_method.attached', card);
  }
  const subscription = subscriptionOf(account, invoice);
  if (subscription?.payment_settings?.save_default_payment_method === 'on_subscription') {
    subscription.default_payment_method = method;
  }
}

function pay(account: Account, invoice: InvoiceRecord, number: string): PageAnswer {
  const card = cardByNumber(number);
  if (!card) return { status: 402, page: invoicePage(account, invoice, 'Your card number is invalid.') };
  const method = createPaymentMethod(account, card);
  const outcome = collectInvoice(account, invoice, { method });
  if (outcome.kind === 'requires_action')
    return { redirect: `/3d-secure/${intentOf(account, invoice.id)?.id}` };
  if (outcome.kind === 'declined') {
    return { status: 402, page: invoicePage(account, invoice, outcome.decline.message) };
  }
  keepCard(account, invoice, method.id);
  return { status: 200, page: invoicePage(account, invoice) };
}

export const invoicePages: PageRoute[] = [
  {
    pattern: /^(\/i\/acct_sandbox\/\w+)$/,
    answer: ({ account, method, captured, form }) => {
      const url = `${account.baseUrl}${captured[0]}`;
      const invoice = account.invoices.all().find((record) => record.hosted_invoice_url === url);
      if (!invoice) return { status: 404, page: page('Invoice', html`<p>No such invoice.</p>`) };
      if (method === 'POST' && invoice.status === 'open')
        return pay(account, invoice, form.get('card') ?? '');
      return { status: method === 'POST' ? 410 : 200, page: invoicePage(account, invoice) };
    },
  },
  {
    pattern: /^\/3d-secure\/(pi_\w+)$/,
    answer: ({ account, method, captured, form }) => {
      const intent = account.paymentIntents.get(captured[0] ?? '');
      if (intent?.status !== 'requires_action') {
        return { status: 410, page: page('3D Secure', html`<p>Nothing waits for authentication here.</p>`) };
      }
      if (method === 'GET') return { status: 200, page: authenticationPage('') };
      const passed = endAuthentication(account, intent, form.get('result') === 'complete');
      return {
        status: passed ? 200 : 402,
        page: page('3D Secure', html`<p>${passed ? 'Payment complete.' : 'The authentication failed.'}</p>`),
      };
    },
  },
];
