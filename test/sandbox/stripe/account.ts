import type Stripe from 'stripe';
import type { PlannedChange } from './billing/planned-change.ts';
import type { Debit } from './billing/proration.ts';
import type { SandboxClock } from './clock.ts';
import { Collection } from './collection.ts';
import type { Destination } from './connect/destination.ts';
import { newId } from './identifiers.ts';
import type { CardBehaviours } from './payments/card-behaviours.ts';
import type { PriceRecord, ProductRecord } from './records/catalogue.ts';
import type { ChargeRecord, DisputeRecord, RefundRecord } from './records/charge.ts';
import type { CheckoutLineRecord, CheckoutSessionRecord } from './records/checkout-session.ts';
import type { AccountLinkRecord, ConnectedAccountRecord } from './records/connected-account.ts';
import type { CustomerRecord } from './records/customer.ts';
import type { EventRecord } from './records/event.ts';
import type { InvoiceRecord } from './records/invoice.ts';
import type { InvoiceItemRecord } from './records/invoice-item.ts';
import type { InvoicePaymentRecord, PaymentIntentRecord, PaymentMethodRecord } from './records/payment.ts';
import type { PortalConfigurationRecord } from './records/portal-configuration.ts';
import type { PortalSessionRecord } from './records/portal-session.ts';
import type { SubscriptionRecord } from './records/subscription.ts';
import type { ApplicationFeeRecord, TransferRecord } from './records/transfer.ts';
import type { SandboxSettings } from './settings.ts';

/** The API version the sandbox speaks: the one stripe 23.1.0 pins. */
export const apiVersion = '2026-10-28.endive';

/** What a Checkout session remembers beyond what Stripe shows of it. */
export interface CheckoutPlan {
  lines: CheckoutLineRecord[];
  subscriptionData: { metadata?: Record<string, string>; description?: string; trialDays?: number };
  paymentIntentData: { metadata?: Record<string, string>; description?: string } & Destination;
  /** The card that is being authenticated on the page, and what was typed beside it. */
  waiting?: { method: string; email: string; name: string };
}

/** Everything one Stripe account holds, in memory. The rules that act on it live beside it, not in it. */
export class Account {
  readonly clock: SandboxClock;
  readonly settings: SandboxSettings;
  readonly cards: CardBehaviours;

  readonly products = new Collection<ProductRecord>('product');
  readonly prices = new Collection<PriceRecord>('price');
  readonly customers = new Collection<CustomerRecord>('customer');
  readonly paymentMethods = new Collection<PaymentMethodRecord>('PaymentMethod');
  readonly subscriptions = new Collection<SubscriptionRecord>('subscription');
  readonly invoices = new Collection<InvoiceRecord>('invoice');
  readonly invoiceItems = new Collection<InvoiceItemRecord>('invoiceitem');
  readonly invoicePayments = new Collection<InvoicePaymentRecord>('invoice_payment');
  readonly paymentIntents = new Collection<PaymentIntentRecord>('payment_intent');
  readonly charges = new Collection<ChargeRecord>('charge');
  readonly refunds = new Collection<RefundRecord>('refund');
  readonly disputes = new Collection<DisputeRecord>('dispute');
  readonly checkoutSessions = new Collection<CheckoutSessionRecord>('checkout.session');
  readonly portalConfigurations = new Collection<PortalConfigurationRecord>('portal configuration');
  readonly portalSessions = new Collection<PortalSessionRecord>('billing_portal.session');
  readonly connectedAccounts = new Collection<ConnectedAccountRecord>('account');
  readonly accountLinks = new Collection<AccountLinkRecord>('account_link');
  readonly transfers = new Collection<TransferRecord>('transfer');
  readonly applicationFees = new Collection<ApplicationFeeRecord>('application_fee');
  readonly webhookEndpoints = new Collection<Omit<Stripe.WebhookEndpoint, 'secret'>>('webhook endpoint');
  readonly events = new Collection<EventRecord>('event');
  readonly testClocks = new Collection<Stripe.TestHelpers.TestClock>('test clock');

  /** What was billed for each subscription item in its current period; credits are computed from it. */
  readonly debits = new Map<string, Debit[]>();
  /** The change that waits behind each subscription's `pending_update`, and the invoice it waits for. */
  readonly pendingChanges = new Map<string, { change: PlannedChange; invoice: string }>();
  readonly checkoutPlans = new Map<string, CheckoutPlan>();
  /** Moments of each subscription's new invoices and quantity updates, for the limits. */
  readonly invoiceMoments = new Map<string, number[]>();
  readonly quantityMoments = new Map<string, number[]>();

  /** The API request being answered; events name it. */
  origin: EventRecord['request'] | null = null;
  /** Where the sandbox listens, without a trailing slash. */
  baseUrl = '';
  private readonly subscribers: ((event: EventRecord) => void)[] = [];

  constructor(parts: { clock: SandboxClock; settings: SandboxSettings; cards: CardBehaviours }) {
    this.clock = parts.clock;
    this.settings = parts.settings;
    this.cards = parts.cards;
  }

  now(): number {
    return this.clock.seconds();
  }

  onEvent(subscriber: (event: EventRecord) => void): void {
    this.subscribers.push(subscriber);
  }

  /**
   * Records an event with a copy of the object as it is now, and tells the webhooks. With `connected` it is that account's, for
   * the Connect endpoint alone.
   */
  emit(
    type: EventRecord['type'],
    object: object,
    previous?: Record<string, unknown>,
    connected?: string,
  ): EventRecord {
    const event: EventRecord = {
      id: newId('evt'),
      object: 'event',
      ...(connected !== undefined && { account: connected }),
      api_version: apiVersion,
      created: this.now(),
      data: structuredClone({
        object,
        ...(previous ? { previous_attributes: previous } : {}),
      }),
      livemode: false,
      pending_webhooks: 0,
      request: this.origin ?? { id: null, idempotency_key: null },
      type,
    };
    this.events.insert(event);
    for (const subscriber of this.subscribers) subscriber(event);
    return event;
  }
}
