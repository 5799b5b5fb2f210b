import type { Account } from './account.ts';
import type { ChargeRecord, RefundRecord } from './records/charge.ts';
import type { CheckoutSessionRecord } from './records/checkout-session.ts';
import type { ConnectedAccountRecord } from './records/connected-account.ts';
import type { CustomerRecord } from './records/customer.ts';
import type { EventRecord } from './records/event.ts';
import type { InvoiceRecord } from './records/invoice.ts';
import type { InvoiceItemRecord } from './records/invoice-item.ts';
import type { SubscriptionRecord } from './records/subscription.ts';
import type { ApplicationFeeRecord, TransferRecord } from './records/transfer.ts';

interface OfCustomer {
  customer?: string;
}

/** What the account holds, read from outside: copies, oldest first. */
export class AccountState {
  private readonly account: Account;

  constructor(account: Account) {
    this.account = account;
  }

  customers(): CustomerRecord[] {
    return structuredClone(this.account.customers.all());
  }

  subscriptions(which: OfCustomer = {}): SubscriptionRecord[] {
    return this.select(this.account.subscriptions.all(), which);
  }

  /** Throws when there is none. */
  subscription(id: string): SubscriptionRecord {
    return structuredClone(this.account.subscriptions.require(id, 'id'));
  }

  invoices(which: OfCustomer & { subscription?: string } = {}): InvoiceRecord[] {
    const invoices = this.select(this.account.invoices.all(), which);
    const { subscription } = which;
    return subscription === undefined
      ? invoices
      : invoices.filter(({ parent }) => parent?.subscription_details?.subscription === subscription);
  }

  /** Invoice items that wait for the next invoice. */
  pendingInvoiceItems(which: OfCustomer = {}): InvoiceItemRecord[] {
    return this.select(this.account.invoiceItems.all(), which).filter(({ invoice }) => invoice === null);
  }

  charges(which: OfCustomer = {}): ChargeRecord[] {
    return this.select(this.account.charges.all(), which);
  }

  refunds(which: OfCustomer = {}): RefundRecord[] {
    return this.select(this.account.refunds.all(), which);
  }

  checkoutSessions(which: OfCustomer = {}): CheckoutSessionRecord[] {
    return this.select(this.account.checkoutSessions.all(), which);
  }

  connectedAccounts(): ConnectedAccountRecord[] {
    return structuredClone(this.account.connectedAccounts.all());
  }

  transfers(): TransferRecord[] {
    return structuredClone(this.account.transfers.all());
  }

  applicationFees(): ApplicationFeeRecord[] {
    return structuredClone(this.account.applicationFees.all());
  }

  events(type?: EventRecord['type']): EventRecord[] {
    const events = this.account.events.all();
    return structuredClone(type === undefined ? events : events.filter((event) => event.type === type));
  }

  /** What was really taken from cards, refunds deducted, in minor units. */
  taken(which: OfCustomer = {}): number {
    const paid = this.charges(which).filter((charge) => charge.paid);
    return paid.reduce((sum, charge) => sum + charge.amount_captured - charge.amount_refunded, 0);
  }

  private select<T extends { customer: string | null }>(records: T[], { customer }: OfCustomer): T[] {
    return structuredClone(
      records.filter((record) => customer === undefined || record.customer === customer),
    );
  }
}
