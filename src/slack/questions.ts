import type { Standing } from '../database/client.ts';

/** What listeners ask of the outside, injected by app.ts. Never asked on the way to an acknowledgement. */
export interface Questions {
  /** What Slack says of a person now; it is also remembered in slack_people. */
  person(teamId: string, userId: string): Promise<SlackProfile>;
  billing: BillingQuestions;
  /** The public address of a path of ours, like "/logos/…". */
  publicUrl(path: string): string;
}

export interface SlackProfile {
  name: string;
  email: string | null;
  standing: Standing;
  deactivated: boolean;
}

export interface BillingQuestions {
  /** What changing to `quantity` seats would cost now, in pence; negative for a credit. Asks Stripe. */
  preview(organizationId: string, quantity: number): Promise<SeatPreview>;
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

export interface SeatPreview {
  amountDuePence: number;
  /** The moment for which the proration was computed. */
  prorationAt: Date;
  nextInvoiceAt: Date | null;
}
