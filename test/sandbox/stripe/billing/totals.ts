import type { Account } from '../account.ts';
import type { CustomerRecord } from '../records/customer.ts';

export interface AmountDue {
  amountDue: number;
  startingBalance: number;
  endingBalance: number;
}

/**
 * What a total comes to once the customer's balance is applied: a credit is used up first, a debt is added, a negative
 * total becomes credit, and less than the currency's minimum charge is carried on to the next invoice as debt.
 */
export function amountDueOf(
  account: Account,
  customer: CustomerRecord,
  total: number,
  currency: string,
): AmountDue {
  const startingBalance = customer.balance;
  const wanted = total + startingBalance;
  const minimum = account.settings.minimumCharge[currency] ?? 50;
  const amountDue = wanted >= minimum ? wanted : 0;
  return { amountDue, startingBalance, endingBalance: wanted - amountDue };
}
