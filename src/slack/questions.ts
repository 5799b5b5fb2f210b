import type { Standing } from '../database/client.ts';
import type { WebsiteOptions } from '../domain/domains/website.ts';

/** What listeners ask of the outside, injected by app.ts. Never asked on the way to an acknowledgement. */
export interface Questions {
  /** What Slack says of a person now; it is also remembered in slack_people. */
  person(teamId: string, userId: string): Promise<SlackProfile>;
  billing: BillingQuestions;
  payments: PaymentQuestions;
  /** The public address of a path of ours, like "/logos/…". */
  publicUrl(path: string): string;
  /** Which websites may be authorized beside those of the open internet. */
  websites: WebsiteOptions;
}

export interface SlackProfile {
  name: string;
  email: string | null;
  standing: Standing;
  deactivated: boolean;
}

export interface BillingQuestions {
  /**
   * What changing to `quantity` seats would cost, prorated from `at` (whole seconds; by default now). Asks Stripe, but for a
   * first purchase.
   */
  preview(organizationId: string, quantity: number, at?: Date): Promise<SeatPreview>;
  /**
   * A Stripe Checkout page for a first subscription of `quantity` seats. The same `requestKey` gives the same page.
   */
  checkout(organizationId: string, quantity: number, requestKey: string): Promise<{ url: string }>;
  /**
   * A short-lived page of Stripe's billing portal, for the Owner's eyes alone.
   * @throws Refusal `nothing_billed`, `customer_gone`.
   */
  portal(organizationId: string): Promise<{ url: string }>;
}

export interface PaymentQuestions {
  /** Stripe's form for the organization's account, which is made where there is none. The link works once, for the Owner alone. */
  onboarding(organizationId: string): Promise<{ url: string }>;
  /** The dashboard of the organization's account. The link works once, for the Owner alone. */
  dashboard(organizationId: string): Promise<{ url: string }>;
}

/** Amounts are in the smallest unit of `currency`. */
export interface SeatPreview {
  /** Charged now, tax and earlier credits counted; below zero the credit of a decrease. */
  amountDue: number;
  /** The tax within `amountDue`; null where Stripe reports none. */
  tax: number | null;
  /** A month, for all seats, before tax; null where Stripe's price is no single monthly amount. */
  newMonthlyTotal: number | null;
  /** ISO 4217, in lower case. */
  currency: string;
  /** The moment for which the proration was computed. */
  prorationAt: Date;
  /** Null where there is none: at a first purchase, and where the subscription ends before. */
  nextInvoiceAt: Date | null;
  /** When the subscription ends because somebody canceled it; null while it goes on. */
  endsAt: Date | null;
}
