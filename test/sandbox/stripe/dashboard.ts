import type { Account } from './account.ts';
import { type CancellationTerms, endSubscription } from './billing/cancellation.ts';
import { endDebit } from './billing/checkout.ts';
import { deleteCustomer, requireCustomer } from './billing/customers.ts';
import { intentOf } from './billing/invoicing.ts';
import { pauseSubscription } from './billing/pausing.ts';
import { endAuthentication } from './billing/paying.ts';
import type { ProrationBehavior } from './billing/plan-change.ts';
import { resumeSubscription, startSubscription } from './billing/starting.ts';
import { disconnect, type Onboarding, onboard, restrict } from './connect/onboarding.ts';
import { attachPaymentMethod, createPaymentMethod } from './payments/payment-methods.ts';
import { disputeCharge, failRefund, refundCharge, settleRefund } from './payments/refunding.ts';
import { cardByToken } from './payments/test-cards.ts';
import { newPortalConfiguration } from './records/portal-configuration.ts';
import type { SubscriptionRecord } from './records/subscription.ts';
import { setCancelAtPeriodEnd, updateSubscription } from './resources/subscription-update.ts';
import { tracked } from './tracked.ts';

export interface SaleTerms {
  quantity?: number;
  trialDays?: number;
  metadata?: Record<string, string>;
}

/** What people do by hand: in Stripe's dashboard, and at their bank. Each sends its events like any change. */
export class Dashboard {
  private readonly account: Account;

  constructor(account: Account) {
    this.account = account;
  }

  /** Sets the quantity of the subscription's first item. */
  changeQuantity(
    subscriptionId: string,
    quantity: number,
    behavior: ProrationBehavior = 'create_prorations',
  ): void {
    const [item] = this.subscription(subscriptionId).items.data;
    updateSubscription(this.account, subscriptionId, {
      items: [{ id: item?.id, quantity }],
      proration_behavior: behavior,
    });
  }

  /** Ends a subscription now, or at the end of its period. */
  cancel(subscriptionId: string, options: { atPeriodEnd?: boolean } & Partial<CancellationTerms> = {}): void {
    const subscription = this.subscription(subscriptionId);
    const { atPeriodEnd, ...terms } = options;
    if (!atPeriodEnd) {
      endSubscription(this.account, subscription, { reason: 'cancellation_requested', ...terms });
      return;
    }
    tracked(this.account, 'customer.subscription.updated', subscription, () =>
      setCancelAtPeriodEnd(subscription, true, this.account.now()),
    );
  }

  /** Takes back an end at the end of the period. */
  keep(subscriptionId: string): void {
    const subscription = this.subscription(subscriptionId);
    tracked(this.account, 'customer.subscription.updated', subscription, () =>
      setCancelAtPeriodEnd(subscription, false, this.account.now()),
    );
  }

  /** Sells somebody a subscription by hand, paid with the card on file; with a trial where days are given. */
  sell(
    customerId: string,
    priceId: string,
    { quantity = 1, trialDays, metadata = {} }: SaleTerms = {},
  ): string {
    const price = this.account.prices.require(priceId, 'price');
    return startSubscription(this.account, {
      customer: requireCustomer(this.account, customerId, 'customer').id,
      currency: price.currency,
      items: [{ price, quantity }],
      paymentBehavior: 'allow_incomplete',
      ...(trialDays !== undefined && { trialEnd: this.account.now() + trialDays * 86_400 }),
      fields: { metadata },
    }).id;
  }

  /** Moves the subscription's first item to another price, without proration. */
  changePrice(subscriptionId: string, price: string): void {
    const [item] = this.subscription(subscriptionId).items.data;
    updateSubscription(this.account, subscriptionId, {
      items: [{ id: item?.id, price }],
      proration_behavior: 'none',
    });
  }

  /** Adds one of something else to a subscription. */
  addItem(subscriptionId: string, price: string): void {
    updateSubscription(this.account, subscriptionId, { items: [{ price }], proration_behavior: 'none' });
  }

  /** A state that Stripe may invent one day. */
  setStatus(subscriptionId: string, status: string): void {
    const subscription = this.subscription(subscriptionId);
    tracked(this.account, 'customer.subscription.updated', subscription, () => {
      subscription.status = status as SubscriptionRecord['status'];
    });
  }

  pause(subscriptionId: string): void {
    pauseSubscription(this.account, this.subscription(subscriptionId), 'pause_requested');
  }

  /** Resumes a paused subscription with a new period from now. */
  resume(subscriptionId: string): void {
    resumeSubscription(this.account, this.subscription(subscriptionId), true);
  }

  /** Pauses only the collection of payments (the subscription stays active), or ends that pause with null. */
  pauseCollection(
    subscriptionId: string,
    behavior: 'keep_as_draft' | 'mark_uncollectible' | 'void' | null,
  ): void {
    updateSubscription(this.account, subscriptionId, {
      pause_collection: behavior === null ? null : { behavior },
    });
  }

  /** Presses "Save" on the settings of the billing portal: there is a default configuration from then on. */
  savePortalSettings(): void {
    const configuration = newPortalConfiguration({ is_default: true }, this.account.now());
    const { features } = configuration;
    features.invoice_history.enabled = true;
    features.payment_method_update.enabled = true;
    features.subscription_cancel.enabled = true;
    this.account.portalConfigurations.insert(configuration);
  }

  deleteCustomer(customerId: string): void {
    deleteCustomer(this.account, requireCustomer(this.account, customerId, 'customer'));
  }

  /** Makes a test card (such as `pm_card_visa`) the customer's default, and that of their subscriptions. */
  setCard(customerId: string, token: string): string {
    const card = cardByToken(token);
    if (!card) throw new Error(`There is no test card ${token}.`);
    const method = attachPaymentMethod(this.account, createPaymentMethod(this.account, card), customerId);
    const customer = requireCustomer(this.account, customerId, 'customer');
    tracked(this.account, 'customer.updated', customer, () => {
      customer.invoice_settings.default_payment_method = method.id;
    });
    for (const subscription of this.account.subscriptions.all()) {
      if (subscription.customer === customerId) subscription.default_payment_method = null;
    }
    return method.id;
  }

  /** Refunds a charge, whole or in part (minor units). */
  refund(
    chargeId: string,
    amount?: number,
    back: { reverseTransfer?: boolean; refundFee?: boolean } = {},
  ): string {
    const charge = this.account.charges.require(chargeId, 'charge');
    return refundCharge(this.account, charge, { ...(amount === undefined ? {} : { amount }), ...back }).id;
  }

  /** The bank takes a refund that was pending. */
  settleRefund(refundId: string): void {
    settleRefund(this.account, this.account.refunds.require(refundId, 'refund'));
  }

  /** The bank says whether there was money for the direct debit of a Checkout session. */
  endDebit(sessionId: string, paid: boolean): void {
    endDebit(this.account, this.account.checkoutSessions.require(sessionId, 'session'), paid);
  }

  /** A connected account's owner comes through the onboarding, as on its page. */
  onboard(accountId: string, outcome: Onboarding = 'complete'): void {
    onboard(this.account, accountId, outcome);
  }

  /** Stripe switches a connected account off. */
  restrict(accountId: string, disabledReason = 'requirements.past_due'): void {
    restrict(this.account, accountId, disabledReason);
  }

  /** A connected account is taken off the platform. */
  disconnect(accountId: string): void {
    disconnect(this.account, accountId);
  }

  /** A refund comes back from the customer's bank. */
  failRefund(refundId: string): void {
    const refund = this.account.refunds.require(refundId, 'refund');
    failRefund(this.account, this.account.charges.require(String(refund.charge), 'charge'), refund);
  }

  dispute(chargeId: string): string {
    return disputeCharge(this.account, this.account.charges.require(chargeId, 'charge')).id;
  }

  /** The bank has decided. */
  closeDispute(disputeId: string, outcome: 'won' | 'lost'): void {
    const dispute = this.account.disputes.require(disputeId, 'dispute');
    dispute.status = outcome;
    this.account.emit('charge.dispute.closed', dispute);
  }

  /** The card's owner passes 3-D Secure for a PaymentIntent, or for the one of an invoice or a subscription's latest. */
  completeAuthentication(id: string): void {
    endAuthentication(this.account, this.intentFor(id), true);
  }

  /** The card's owner fails 3-D Secure. */
  failAuthentication(id: string): void {
    endAuthentication(this.account, this.intentFor(id), false);
  }

  private intentFor(id: string) {
    const invoice = this.account.subscriptions.get(id)?.latest_invoice ?? id;
    const intent = this.account.paymentIntents.get(id) ?? intentOf(this.account, invoice);
    if (!intent) throw new Error(`${id} has no payment that could be authenticated.`);
    return intent;
  }

  private subscription(id: string): SubscriptionRecord {
    return this.account.subscriptions.require(id, 'subscription');
  }
}
