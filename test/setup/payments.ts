import { randomBytes } from 'node:crypto';
import type { Context } from '../../src/domain/context.ts';
import type { PaymentStatus } from '../../src/domain/payments/payment.ts';

export interface SeededPayment {
  status?: PaymentStatus;
  productName?: string;
  unitAmount?: number;
  quantity?: number;
  currency?: string;
  fee?: number;
  refundedAmount?: number;
  refundedFee?: number;
  email?: string;
  reference?: string | null;
  origin?: string | null;
  /** By default now, where the status says that it was paid. */
  paidAt?: Date;
}

/** A payment as it stands in the ledger, with a product of its own; nobody was told of it. */
export async function seedPayment(
  { database, newId, now }: Pick<Context, 'database' | 'newId' | 'now'>,
  organizationId: string,
  {
    status = 'paid',
    productName = 'Blue kettle',
    unitAmount = 1299,
    quantity = 2,
    currency = 'gbp',
    fee = 0,
    paidAt,
    ...rest
  }: SeededPayment = {},
): Promise<string> {
  const [id, productId, at] = [newId(), newId(), now()];
  await database.product.create({
    data: {
      id: productId,
      organizationId,
      name: 'A product',
      unitAmount,
      currency,
      createdAt: at,
      updatedAt: at,
    },
  });
  const paid = status !== 'pending' && status !== 'failed';
  await database.payment.create({
    data: {
      id,
      organizationId,
      productId,
      productName,
      unitAmount,
      quantity,
      currency,
      amount: unitAmount * quantity,
      fee,
      email: 'cara@customer.example',
      reference: 'Order 7',
      origin: 'https://shop.example',
      status,
      accountId: 'acct_test',
      requestKey: id,
      fingerprint: randomBytes(32),
      sessionId: `cs_${id}`,
      paymentIntentId: paid ? `pi_${id}` : null,
      successUrl: 'https://shop.example/thanks',
      cancelUrl: 'https://shop.example/cart',
      createdAt: at,
      expiresAt: new Date(at.getTime() + 86_400_000),
      paidAt: paid ? (paidAt ?? at) : null,
      ...rest,
    },
  });
  return id;
}
