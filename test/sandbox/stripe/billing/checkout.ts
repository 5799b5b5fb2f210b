import type { Account } from '../account.ts';
import { attemptPayment, settleDelayed } from '../payments/intents.ts';
import { attachPaymentMethod, createPaymentMethod } from '../payments/payment-methods.ts';
import { cardByNumber, directDebit } from '../payments/test-cards.ts';
import type { CheckoutSessionRecord } from '../records/checkout-session.ts';
import { newCustomer } from '../records/customer.ts';
import { newPaymentIntent, type PaymentIntentRecord, type PaymentMethodRecord } from '../records/payment.ts';
import { startSubscription } from './starting.ts';

export type CheckoutOutcome =
  | { kind: 'completed' }
  | { kind: 'authenticate' }
  | { kind: 'refused'; message: string };

/** Ends an open session without payment; `checkout.session.expired` tells of it. */
export function expireCheckout(account: Account, session: CheckoutSessionRecord): CheckoutSessionRecord {
  account.clock.clearAlarm(`checkout:${session.id}`);
  const intent = account.paymentIntents.get(session.payment_intent ?? '');
  if (intent) {
    intent.status = 'canceled';
    account.emit('payment_intent.canceled', intent);
  }
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

/** The payment of a session, made with the first card that is tried on its page. */
function intentOf(
  account: Account,
  session: CheckoutSessionRecord,
  customer: string | null,
): PaymentIntentRecord {
  const known = account.paymentIntents.get(session.payment_intent ?? '');
  if (known) return known;
  const data = account.checkoutPlans.get(session.id)?.paymentIntentData;
  const intent = account.paymentIntents.insert(
    newPaymentIntent(
      {
        amount: session.amount_total ?? 0,
        currency: session.currency ?? 'gbp',
        customer,
        description: data?.description ?? null,
        metadata: data?.metadata ?? {},
        application_fee_amount: data?.application_fee_amount ?? null,
        transfer_data: data?.transfer_data ? { destination: data.transfer_data.destination } : null,
      },
      account.now(),
    ),
  );
  account.emit('payment_intent.created', intent);
  session.payment_intent = intent.id;
  return intent;
}

/** A direct debit was agreed to: the page is done, and days later the bank says whether there was money. */
function agreeToDebit(
  account: Account,
  session: CheckoutSessionRecord,
  method: PaymentMethodRecord,
  typed: { email: string; name: string },
): void {
  account.clock.clearAlarm(`checkout:${session.id}`);
  const intent = intentOf(account, session, session.customer);
  intent.status = 'processing';
  intent.payment_method = method.id;
  account.emit('payment_intent.processing', intent);
  close(session, 'unpaid', typed);
  account.emit('checkout.session.completed', session);
}

/** The bank has said whether there was money for a debit. */
export function endDebit(account: Account, session: CheckoutSessionRecord, paid: boolean): void {
  const intent = account.paymentIntents.require(session.payment_intent ?? '', 'payment_intent');
  const method = account.paymentMethods.require(intent.payment_method ?? '', 'payment_method');
  settleDelayed(account, intent, method, paid);
  if (paid) session.payment_status = 'paid';
  account.emit(
    paid ? 'checkout.session.async_payment_succeeded' : 'checkout.session.async_payment_failed',
    session,
  );
}

function close(
  session: CheckoutSessionRecord,
  paymentStatus: CheckoutSessionRecord['payment_status'],
  typed: { email: string; name: string },
): void {
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
  session.payment_status = paymentStatus;
  session.url = null;
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
  else attemptPayment(account, intentOf(account, session, customer), method);
  session.customer = customer;
  const trial = account.checkoutPlans.get(session.id)?.subscriptionData.trialDays !== undefined;
  close(session, trial ? 'no_payment_required' : 'paid', typed);
  account.cards.reset(method.id);
  account.emit('checkout.session.completed', session);
}

/** What happens when a card is given on a session's page. The session must be open. */
export function payCheckout(
  account: Account,
  session: CheckoutSessionRecord,
  form: { number: string; email: string; name: string; debit?: boolean },
): CheckoutOutcome {
  const card = form.debit ? directDebit : cardByNumber(form.number);
  if (!card) return { kind: 'refused', message: 'Your card number is invalid.' };
  const email = session.customer_email ?? account.customers.get(session.customer ?? '')?.email ?? form.email;
  if (!email.includes('@')) return { kind: 'refused', message: 'Your email is incomplete.' };
  const typed = { email, name: form.name };
  const method = createPaymentMethod(account, card, typed);
  if (form.debit && session.mode === 'payment') {
    agreeToDebit(account, session, method, typed);
    return { kind: 'completed' };
  }
  const answer = account.cards.answer(method);
  if (answer.kind === 'decline') {
    if (session.mode === 'payment')
      attemptPayment(account, intentOf(account, session, session.customer), method);
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
