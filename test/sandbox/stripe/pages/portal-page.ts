import { html } from 'hono/html';
import type { Account } from '../account.ts';
import { moneyText } from '../billing/lines.ts';
import { attachPaymentMethod, createPaymentMethod } from '../payments/payment-methods.ts';
import { cardByNumber } from '../payments/test-cards.ts';
import type { PortalFeatures } from '../records/portal-configuration.ts';
import type { PortalSessionRecord } from '../records/portal-session.ts';
import { Refusal } from '../refusal.ts';
import { setCancelAtPeriodEnd } from '../resources/subscription-update.ts';
import { tracked } from '../tracked.ts';
import { alert, cardFields, type Markup, page } from './layout.ts';
import type { PageRoute } from './page-route.ts';

const dayText = (seconds: number) => new Date(seconds * 1000).toISOString().slice(0, 10);

function portal(account: Account, session: PortalSessionRecord, message?: string): Markup {
  const subscriptions = account.subscriptions
    .newestFirst()
    .filter(({ customer, status }) => customer === session.customer && status !== 'canceled');
  const invoices = account.invoices.newestFirst().filter(({ customer }) => customer === session.customer);
  const { subscription_cancel: cancels, payment_method_update: cards } = featuresOf(account, session);
  const back = session.return_url ? html`<p><a href="${session.return_url}">Return</a></p>` : '';
  return page(
    'Billing',
    html`${alert(message)}
      <h2>Subscriptions</h2>
      ${subscriptions.map((subscription) => {
        const [item] = subscription.items.data;
        const ends = subscription.cancel_at_period_end;
        return html`<form method="post">
          <input type="hidden" name="subscription" value="${subscription.id}" />
          <p>
            ${item?.quantity} × ${account.products.get(item?.price.product ?? '')?.name}, ${subscription.status}
            ${ends ? html`, ends on ${dayText(item?.current_period_end ?? 0)}` : ''}
          </p>
          ${
            cancels.enabled
              ? html`<button name="action" value="${ends ? 'renew' : 'cancel'}">${ends ? "Don't cancel" : 'Cancel subscription'}</button>`
              : ''
          }
        </form>`;
      })}
      <h2>Payment method</h2>
      ${
        cards.enabled
          ? html`<form method="post">${cardFields}<button name="action" value="card">Save card</button></form>`
          : ''
      }
      <h2>Invoices</h2>
      <table>
        ${invoices.map(
          (invoice) => html`<tr>
            <td><a href="${invoice.hosted_invoice_url}">${invoice.number ?? 'Draft'}</a> ${invoice.status}</td>
            <td>${moneyText(invoice.total, invoice.currency)}</td>
          </tr>`,
        )}
      </table>
      ${back}`,
  );
}

/** What the configuration that the session was made with lets the customer do. */
function featuresOf(account: Account, { configuration }: PortalSessionRecord): PortalFeatures {
  return account.portalConfigurations.require(configuration, 'configuration').features;
}

function changeCard(account: Account, customerId: string, number: string): string | undefined {
  const card = cardByNumber(number);
  if (!card) return 'Your card number is invalid.';
  try {
    const method = attachPaymentMethod(account, createPaymentMethod(account, card), customerId);
    const customer = account.customers.require(customerId, 'customer');
    tracked(account, 'customer.updated', customer, () => {
      customer.invoice_settings.default_payment_method = method.id;
    });
    for (const subscription of account.subscriptions.all()) {
      if (subscription.customer !== customerId || subscription.status === 'canceled') continue;
      tracked(account, 'customer.subscription.updated', subscription, () => {
        subscription.default_payment_method = method.id;
      });
    }
    return undefined;
  } catch (error) {
    if (error instanceof Refusal) return error.message;
    throw error;
  }
}

function act(account: Account, session: PortalSessionRecord, form: URLSearchParams): string | undefined {
  const action = form.get('action');
  const { subscription_cancel: cancels, payment_method_update: cards } = featuresOf(account, session);
  if (action === 'card' ? !cards.enabled : !cancels.enabled) return 'This is not offered here.';
  if (action === 'card') return changeCard(account, session.customer, form.get('card') ?? '');
  const subscription = account.subscriptions.get(form.get('subscription') ?? '');
  if (subscription?.customer !== session.customer) return 'There is no such subscription.';
  tracked(account, 'customer.subscription.updated', subscription, () =>
    setCancelAtPeriodEnd(subscription, action === 'cancel', account.now()),
  );
  return undefined;
}

export const portalPages: PageRoute[] = [
  {
    pattern: /^(\/p\/session\/\w+)$/,
    answer: ({ account, method, captured, form }) => {
      const url = `${account.baseUrl}${captured[0]}`;
      const session = account.portalSessions.all().find((record) => record.url === url);
      if (!session) return { status: 404, page: page('Billing', html`<p>No such portal session.</p>`) };
      const message = method === 'POST' ? act(account, session, form) : undefined;
      return { status: message === undefined ? 200 : 402, page: portal(account, session, message) };
    },
  },
];
