import type { PaymentStatus, RefundStatus } from '../../database/client.ts';

export type { PaymentStatus, RefundStatus };

/** In the order in which they are offered as filters. */
export const paymentStatuses = [
  'paid',
  'partially_refunded',
  'refunded',
  'pending',
  'failed',
] as const satisfies readonly PaymentStatus[];
