import type { Context } from '../context.ts';

/**
 * The moment at which a reading of Stripe begins; taken before the question is sent. It is the database's clock, not the
 * process's: readings of several processes are compared with each other, and only one clock puts them in order.
 * Every change at Stripe is followed by a webhook, whose reading begins after it; so the newest reading has seen it.
 */
export async function readingMoment(context: Pick<Context, 'database'>): Promise<Date> {
  const [row] = await context.database.$queryRaw<[{ at: Date }]>`SELECT clock_timestamp() AS at`;
  return row.at;
}
