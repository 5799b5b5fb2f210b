import type { EventRecord } from '../sandbox/stripe/records/event.ts';
import type { StripeSandbox } from '../sandbox/stripe/server.ts';
import type { Fact } from './proration-oracle.ts';

type Json = Record<string, never>;

/** What a hand in Stripe's dashboard is changing at this moment. */
export interface Edit {
  seats: number;
  prorated: 'create_prorations' | 'always_invoice' | 'none';
}

/**
 * Writes down what happened to the one subscription of a Stripe account, without any amount: which quantity was asked for,
 * from which moment and how it was to be billed, and which invoices were made, paid and voided.
 */
export class StripeHistory {
  readonly facts: Fact[] = [];
  /** Set while the dashboard changes the quantity. */
  edit: Edit | undefined;
  private readonly sandbox: StripeSandbox;
  /** The most seats that were ever paid for. */
  highest: number;
  private quantity: number;
  private ended = false;

  constructor(sandbox: StripeSandbox, quantity: number) {
    this.sandbox = sandbox;
    this.quantity = quantity;
    this.highest = quantity;
  }

  note(event: EventRecord): void {
    const object = event.data.object as Record<string, unknown>;
    const invoice = String(object.id);
    if (event.type === 'invoice.created') this.noteInvoice(event, object, invoice);
    else if (event.type === 'invoice.finalized') this.facts.push({ kind: 'finalized', invoice });
    else if (event.type === 'invoice.paid') this.facts.push({ kind: 'paid', invoice });
    else if (event.type === 'invoice.voided') this.facts.push({ kind: 'voided', invoice });
    else if (event.type === 'customer.subscription.deleted') this.ended = true;
    else if (event.type === 'customer.subscription.updated') this.noteQuantity(event, object);
  }

  private noteInvoice(
    { created, request }: EventRecord,
    object: Record<string, unknown>,
    invoice: string,
  ): void {
    const { facts } = this;
    if (object.billing_reason === 'subscription_create') {
      facts.push({ kind: 'started', invoice, at: created, quantity: this.quantity });
    } else if (object.billing_reason === 'subscription_cycle') {
      facts.push({ kind: 'renewed', invoice });
    } else if (this.ended) {
      facts.push({ kind: 'ended', invoice });
    } else if (this.edit) {
      facts.push({ kind: 'billed_at_once', invoice, from: created, quantity: this.edit.seats, waits: false });
    } else {
      const { quantity, from } = this.asked(request.id);
      facts.push({ kind: 'billed_at_once', invoice, from, quantity, waits: true });
    }
  }

  /** A quantity that was billed on an invoice of its own is there already. */
  private noteQuantity({ created, request }: EventRecord, object: Record<string, unknown>): void {
    const quantity = (object.items as { data: { quantity: number }[] }).data[0]?.quantity ?? 0;
    if (quantity === this.quantity) return;
    this.quantity = quantity;
    this.highest = Math.max(this.highest, quantity);
    if (this.edit) {
      const free = this.edit.prorated === 'none';
      if (this.edit.prorated !== 'always_invoice')
        this.facts.push({ kind: 'moved', from: created, quantity, free });
      return;
    }
    if (request.id === null) return;
    const asked = this.asked(request.id);
    if (asked.behavior === 'create_prorations') {
      this.facts.push({ kind: 'moved', from: asked.from, quantity, free: false });
    }
  }

  /** What the product asked Stripe for. */
  private asked(requestId: string | null): { quantity: number; from: number; behavior: string } {
    const entry = this.sandbox.requests.entries.find(({ id }) => id === requestId);
    const params = (entry?.params ?? {}) as Record<string, unknown>;
    const items = Object.values((params.items ?? {}) as Json) as { quantity?: string }[];
    return {
      quantity: Number(items[0]?.quantity),
      from: Number(params.proration_date),
      behavior: String(params.proration_behavior),
    };
  }
}
