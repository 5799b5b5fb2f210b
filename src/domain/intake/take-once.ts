import type { Transaction } from '../../database/client.ts';
import type { Context } from '../context.ts';

/** True for whoever brings `key` first, false ever after; holds under any concurrency. */
export async function takeOnce(
  context: Pick<Context, 'now'> & { database: Pick<Transaction, '$executeRaw'> },
  key: string,
): Promise<boolean> {
  const now = context.now();
  const taken = await context.database.$executeRaw`
    INSERT INTO intake (key, received_at, handled_at) VALUES (${key}, ${now}, ${now}) ON CONFLICT DO NOTHING`;
  return taken === 1;
}
