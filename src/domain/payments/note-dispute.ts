import type { Logger } from '../../logger.ts';
import { reportFinding, resolveFinding } from '../billing/findings.ts';
import type { Context } from '../context.ts';

/**
 * Writes down that a customer's bank disputes a payment, and tells the Owner, once; it stands on the operator's list until the bank
 * has decided. The payment's status stays: Stripe takes what is disputed from the platform, and from nobody else.
 */
export async function notePaymentDispute(
  context: Context,
  payment: { id: string; organizationId: string },
  dispute: { id: string; amount: number; currency: string; closed: boolean; lost: boolean },
  log: Logger,
): Promise<void> {
  const { amount, currency, closed, lost } = dispute;
  const { id: paymentId, organizationId } = payment;
  const detail = { amount, currency, paymentId };
  const finding = { kind: 'dispute', subject: dispute.id, organizationId, detail } as const;
  const tell = { kind: 'customer_dispute', paymentId, amount, currency } as const;
  // Of one that was won before it was ever seen there is nothing to tell.
  if (!closed || lost) await reportFinding(context, finding, { log, tell });
  if (closed) await resolveFinding(context, finding);
}
