/** An amount that Stripe told for a change, in the currency's smallest unit; below zero it is a credit. */
export interface Amount {
  amountDue: number;
  /** ISO 4217, in lower case. */
  currency: string;
}

/** By how much an amount may differ from the one that was shown and still be agreed to, in the currency's smallest unit. */
const TOLERANCE = 1;

/** Whether the person who was shown an amount has to be asked again, now that it is another one. */
export function hasMoved(shown: Amount, present: Amount): boolean {
  return shown.currency !== present.currency || Math.abs(shown.amountDue - present.amountDue) > TOLERANCE;
}
