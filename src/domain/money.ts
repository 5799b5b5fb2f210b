/** £5.99 a seat and month, in pence, the owner's seat included. */
export const SEAT_PRICE_PENCE = 599;

const pounds = new Intl.NumberFormat('en-GB', { style: 'currency', currency: 'GBP' });

/** 1797 -> "£17.97". Takes whole pence. */
export function formatPence(pence: number): string {
  return pounds.format(pence / 100);
}

/** What `seats` cost a month, in whole pence. */
export function monthlyCost(seats: number): number {
  return seats * SEAT_PRICE_PENCE;
}
