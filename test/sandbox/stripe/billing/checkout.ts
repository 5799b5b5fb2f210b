import type { Account } from '../account.ts';
import { attemptPayment } from '../payments/intents.ts';
import { attachPaymentMethod, createPaymentMethod } from '../payments/payment-methods.ts';
import { cardByNumber } from '../payments/test-cards.ts';
import type { CheckoutSessionRecord } from '../records/checkout-session.ts';
import { newCustomer } from '../records/customer.ts';
import { newPaymentIntent, type PaymentMethodRecord } from '../records/payment.ts';
import { startSubscription } from './starting.ts';

export type CheckoutOutcome =
  | { kind: 'completed' }
  | { kind: 'authenticate' }
  | { kind: 'refused'; message: string };

/** Ends an open session without payment; `checkout.session.expired` tells of it. */
export function expireCheckout(account: Account, session: CheckoutSessionRecord): CheckoutSessionRecord {
  account.clock.clearAlarm(`checkout:${session.id}`);
  session.status = 'expired';
  session.url = null;
  account.emit('checkout.session.expired', session);
  return session;
}

function customerFor(
  account: Account,
  session: CheckoutSessionRecord,
  email: string,
  name: string,
): string | null {
  if (session.customer !== null) return session.customer;
  if (session.mode === 'payment' && session.customer_creation !== 'always') return null;
  const customer = account.customers.insert(newCustomer({ email, name }, account.now()));
  account.emit('customer.created', customer);
  return customer.id;
}

function takeSubscription(
  account: Account,
  session: CheckoutSessionRecord,
  customer: string,
  method: PaymentMethodRecord,
): void {
  const plan = account.checkoutPlans.get(session.id);
  const trialDays = plan?.subscriptionData.trialDays;
  const subscription = startSubscription(account, {
    customer,
    currency: session.currency ?? 'gbp',
    items: (plan?.lines ?? []).map(({ price, quantity }) => ({ price, quantity })),
    paymentBehavior: 'allow_incomplete',
    ...(trialDays ? { trialEnd: account.now() + trialDays * 86_400 } : {}),
    fields: {
      default_payment_method: method.id,
      description: plan?.subscriptionData.description ?? null,
      metadata: plan?.subscriptionData.metadata ?? {},
    },
  });
  session.subscription = subscription.id;
  session.invoice = subscription.latest_invoice;
}

function takePayment(
  account: Account,
  session: CheckoutSessionRecord,
  customer: string | null,
  method: PaymentMethodRecord,
): void {
  const plan = account.checkoutPlans.get(session.id);
  const intent = account.paymentIntents.insert(
    newPaymentIntent(
      {
        amount: session.amount_total ?? 0,
        currency: session.currency ?? 'gbp',
        customer,
        description: plan?.paymentIntentData.description ?? null,
        metadata: plan?.paymentIntentData.metadata ?? {},
      },
      account.now(),
    ),
  );
  account.emit('payment_intent.created', intent);
  attemptPayment(account, intent, method);
  session.payment_intent = intent.id;
}

function complete(
  account: Account,
  session: CheckoutSessionRecord,
  method: PaymentMethodRecord,
  typed: { email: string; name: string },
): void {
  account.clock.clearAlarm(`checkout:${session.id}`);
  // The bank has said yes to this card just now; it is not asked again.
  account.cards.passOnce(method.id);
  const customer = customerFor(account, session, typed.email, typed.name);
  if (customer !== null) attachPaymentMethod(account, method, customer);
  if (session.mode === 'subscription' && customer !== null)
    takeSubscription(account, session, customer, method);
  else takePayment(account, session, customer, method);
  session.customer = customer;
  session.customer_details = {
    address: null,
    business_name: null,
    email: typed.email,
    individual_name: null,
    name: typed.name,
    phone: null,
    tax_exempt: 'none',
    tax_ids: [],
  };
  session.status = 'complete';
  const trial = account.checkoutPlans.get(session.id)?.subscriptionData.trialDays !== undefined;
  session.payment_status = trial ? 'no_payment_required' : 'paid';
  session.url = null;
  account.cards.reset(method.id);
  account.emit('checkout.session.completed', session);
}

/** What happens when a card is given on a session's page. The session must be open. */
export function payCheckout(
  account: Account,
  session: CheckoutSessionRecord,
  form: { number: string; email: string; name: string },
): CheckoutOutcome {
  const card = cardByNumber(form.number);
  if (!card) return { kind: 'refused', message: 'Your card number is invalid.' };
  const email = session.customer_email ?? account.customers.get(session.customer ?? '')?.email ?? form.email;
  if (!email.includes('@')) return { kind: 'refused', message: 'Your email is incomplete.' };
  const typed = { email, name: form.name };
  const method = createPaymentMethod(account, card, typed);
  const answer = account.cards.answer(method);
  if (answer.kind === 'decline') {
    return { kind: 'refused', message: answer.decline.message };
  }
  if (answer.kind === 'authenticate') {
    const plan = account.checkoutPlans.get(session.id);
    if (plan) plan.waiting = { method: method.id, ...typed };
    return { kind: 'authenticate' };
  }
  complete(account, session, method, typed);
  return { kind: 'completed' };
}

/** The end of 3-D Secure on a session's page. */
export function finishCheckoutAuthentication(
  account: Account,
  session: CheckoutSessionRecord,
  passed: boolean,
): CheckoutOutcome {
  const plan = account.checkoutPlans.get(session.id);
  const waiting = plan?.waiting;
  const method = account.paymentMethods.get(waiting?.method ?? '');
  if (!plan || !waiting || !method) return { kind: 'refused', message: 'Nothing waits for authentication.' };
  delete plan.waiting;
  if (!passed) {
    return {
      kind: 'refused',
      message: 'We are unable to authenticate your payment method. Please choose another.',
    };
  }
  complete(account, session, method, waiting);
  return { kind: 'completed' };
}
