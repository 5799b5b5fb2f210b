import type { Context } from '../context.ts';
import { readId } from '../ids.ts';

/** The payment that something at Stripe names in its metadata; null where it is none of ours. */
export async function findNamedPayment(
  { database }: Pick<Context, 'database'>,
  paymentId: string | null,
): Promise<{ id: string; organizationId: string; currency: string } | null> {
  const id = readId(paymentId ?? undefined);
  if (id === undefined) return null;
  return database.payment.findUnique({
    where: { id },
    select: { id: true, organizationId: true, currency: true },
  });
}
