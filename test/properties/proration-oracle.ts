/**
 * What Stripe has to bill for a subscription, worked out from its history alone, by the rules that Stripe documents
 * (docs.stripe.com/billing/subscriptions/prorations, …/billing-mode, docs.stripe.com/currencies). It shares nothing with
 * the double of Stripe: the two were written apart, so that they can be held against each other. Amounts are in the
 * currency's smallest unit, moments Unix seconds.
 */
export type Fact =
  /** The first invoice, for a whole period. */
  | { kind: 'started'; invoice: string; at: number; quantity: number }
  /** Another quantity from `from` on, billed at once on an invoice of its own; it holds when that invoice is paid. */
  | { kind: 'billed_at_once'; invoice: string; from: number; quantity: number; waits: boolean }
  /** Another quantity, credited or debited on the next invoice; or `free`, not prorated at all. */
  | { kind: 'moved'; from: number; quantity: number; free: boolean }
  /** The next period has begun, with a draft of its invoice. */
  | { kind: 'renewed'; invoice: string }
  /** The subscription has ended, and what was open is billed on a last invoice. */
  | { kind: 'ended'; invoice: string }
  | { kind: 'finalized'; invoice: string }
  | { kind: 'paid'; invoice: string }
  | { kind: 'voided'; invoice: string };

/** What an invoice has to ask for; null while it is a draft. */
export type Expected = Map<string, { due: number | null; paid: boolean }>;

interface Billed {
  amount: number;
  from: number;
  until: number;
}

interface Invoice {
  total: number;
  due: number | null;
  balanceUsed: number;
  paid: boolean;
  /** What holds once it is paid. */
  then: (() => void) | null;
}

/** The least that Stripe charges in pounds; less is carried on to the next invoice. */
const LEAST_CHARGE = 30;

export function expectedInvoices(facts: readonly Fact[], price: number): Expected {
  const invoices = new Map<string, Invoice>();
  let quantity = 0;
  let anchor = 0;
  let months = 0;
  let period = { from: 0, until: 0 };
  let billed: Billed = { amount: 0, from: 0, until: 0 };
  let open = 0;
  let balance = 0;

  const enter = () => {
    period = { from: monthsAfter(anchor, months), until: monthsAfter(anchor, months + 1) };
    billed = { amount: quantity * price, from: period.from, until: period.until };
  };
  /** The credit for what was billed and is not used, and the debit for the rest of the period. */
  const proration = (from: number, next: number) => {
    const credit = -share(billed.amount, billed.until - from, billed.until - billed.from);
    const debit = share(next * price, period.until - from, period.until - period.from);
    return { sum: credit + debit, billed: { amount: debit, from, until: period.until } };
  };
  const add = (id: string, total: number, then: (() => void) | null = null) =>
    invoices.set(id, { total, due: null, balanceUsed: 0, paid: false, then });
  const invoiceOf = (id: string) => {
    const invoice = invoices.get(id);
    if (!invoice) throw new Error(`Nothing in the history explains the invoice ${id}.`);
    return invoice;
  };

  for (const fact of facts) {
    switch (fact.kind) {
      case 'started':
        quantity = fact.quantity;
        anchor = fact.at;
        enter();
        add(fact.invoice, billed.amount);
        break;
      case 'renewed': {
        months += 1;
        enter();
        add(fact.invoice, billed.amount + open);
        open = 0;
        break;
      }
      case 'ended':
        add(fact.invoice, open);
        open = 0;
        break;
      case 'billed_at_once': {
        const change = proration(fact.from, fact.quantity);
        const hold = () => {
          quantity = fact.quantity;
          billed = change.billed;
        };
        add(fact.invoice, open + change.sum, fact.waits ? hold : null);
        open = 0;
        if (!fact.waits) hold();
        break;
      }
      case 'moved': {
        if (!fact.free) {
          const change = proration(fact.from, fact.quantity);
          open += change.sum;
          billed = change.billed;
        }
        quantity = fact.quantity;
        break;
      }
      case 'finalized': {
        const invoice = invoiceOf(fact.invoice);
        const wanted = invoice.total + balance;
        invoice.due = wanted >= LEAST_CHARGE ? wanted : 0;
        invoice.balanceUsed = balance - (wanted - invoice.due);
        balance = wanted - invoice.due;
        break;
      }
      case 'paid': {
        const invoice = invoiceOf(fact.invoice);
        invoice.paid = true;
        invoice.then?.();
        break;
      }
      case 'voided':
        balance += invoiceOf(fact.invoice).balanceUsed;
        break;
    }
  }
  return new Map([...invoices].map(([id, { due, paid }]) => [id, { due, paid }]));
}

/** The part of an amount, to the nearest smallest unit, halves away from zero. */
function share(amount: number, seconds: number, of: number): number {
  if (seconds <= 0) return 0;
  const exact = (Math.abs(amount) * seconds) / of;
  return Math.sign(amount) * Math.floor(exact + 0.5);
}

/** The same day and time so many months later, or the last day of a shorter month. */
function monthsAfter(anchor: number, months: number): number {
  const at = new Date(anchor * 1000);
  const month = at.getUTCMonth() + months;
  const last = new Date(Date.UTC(at.getUTCFullYear(), month + 1, 0)).getUTCDate();
  const day = Math.min(at.getUTCDate(), last);
  const time = (anchor % 86_400) * 1000;
  return Math.floor((Date.UTC(at.getUTCFullYear(), month, day) + time) / 1000);
}
