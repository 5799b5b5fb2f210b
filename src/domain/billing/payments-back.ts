import type { Logger } from '../../logger.ts';
import type { Context } from '../context.ts';
import { reportFinding, resolveFinding } from './findings.ts';

/** Money that goes back to the Owner, in the currency's smallest unit. `id` is the refund's or the dispute's. */
export interface MoneyBack {
  id: string;
  organizationId: string;
  amount: number;
  currency: string;
}

/**
 * Writes a refund down and tells the Owner, once. The seats do not move: they follow the subscription's status alone.
 * `unwound`: the second subscription that it gives back; the message about that tells it.
 */
export async function noteRefund(
  context: Context,
  { id: subject, organizationId, amount, currency, unwound }: MoneyBack & { unwound: string | null },
  log: Logger,
): Promise<void> {
  const detail = { amount, currency, ...(unwound !== null && { unwound }) };
  const tell = unwound === null ? ({ kind: 'payment_refunded', amount, currency } as const) : undefined;
  await reportFinding(context, { kind: 'refund', subject, organizationId, detail }, { log, tell });
}

/** The same for a refund that did not arrive: somebody has to pay it in another way. */
export async function noteFailedRefund(
  context: Context,
  { id: subject, organizationId, amount, currency }: MoneyBack,
  log: Logger,
): Promise<void> {
  const finding = { kind: 'refund_failed', subject, organizationId, detail: { amount, currency } } as const;
  await reportFinding(context, finding, { log, tell: { kind: 'refund_failed', amount, currency } });
}

/** The same for a dispute, which stands on the operator's list until the bank has decided. */
export async function noteDispute(
  context: Context,
  {
    id: subject,
    organizationId,
    amount,
    currency,
    closed,
    lost,
  }: MoneyBack & { closed: boolean; lost: boolean },
  log: Logger,
): Promise<void> {
  const finding = { kind: 'dispute', subject, organizationId, detail: { amount, currency } } as const;
  const tell = { kind: 'payment_disputed', amount, currency } as const;
  // Of one that was won before it was ever seen there is nothing to tell.
  if (!closed || lost) await reportFinding(context, finding, { log, tell });
  if (closed) await resolveFinding(context, finding);
}
