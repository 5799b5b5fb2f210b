import { createHash } from 'node:crypto';
import type { Prisma } from '../../../database/client.ts';
import { hasLapsed } from '../../billing/subscription.ts';
import type { Context } from '../../context.ts';
import { MOST_AMOUNT } from '../../currency.ts';
import type { WebsiteOptions } from '../../domains/website.ts';
import { refuse } from '../../errors.ts';
import { readId } from '../../ids.ts';
import { normalizeEmail } from '../../invitations/email.ts';
import { isClosing } from '../../organizations/deletion/open-deletion.ts';
import { record } from '../../record.ts';
import { accountStatus } from '../account/read-account.ts';
import { type FeeTerms, feeOf } from '../fee.ts';
import { followPayment } from './follow-payment.ts';
import { returnUrl } from './return-url.ts';

/** What a website, or a server, asks for. There is no price in it, and no currency: those are the product's. */
export interface PaymentRequest {
  product: string;
  /** 1 to 100. */
  quantity: number;
  email: string;
  /** The website's own word for it, at most 200 characters. */
  reference: string | null;
  successUrl: string;
  cancelUrl: string;
}

/** Who asks, as it was proven. */
export interface PaymentCaller {
  organizationId: string;
  /** The website's; null for a server with a secret key. */
  origin: string | null;
}

export interface PaymentTerms {
  fee: FeeTerms;
  websites: WebsiteOptions;
}

/** As long a page can be paid, in milliseconds. Stripe: half an hour to 24 hours. */
export const PAGE_MS = 60 * 60_000;

/**
 * Writes a payment down before Stripe is asked for anything: pending, with the product's name, price and currency of this moment,
 * the fee, and the account that the money goes to. The same key and request again is the same payment, and nothing else is
 * written; any number at once are one.
 *
 * @throws Refusal `idempotency_mismatch`, `product_unknown`, `product_inactive`, `payments_closed`, `payments_not_active`,
 * `payment_too_large`, `reference_length`, `email_form`, `return_url_form`, `return_url_unlisted`.
 */
export async function beginPayment(
  context: Context,
  caller: PaymentCaller,
  { key, request }: { key: string; request: PaymentRequest },
  terms: PaymentTerms,
): Promise<{ paymentId: string; first: boolean }> {
  const { organizationId, origin } = caller;
  // What a browser makes up never stands in the way of what the organization's own server numbers.
  const requestKey = `${origin === null ? 'server' : 'browser'}:${key}`;
  const fingerprint = fingerprintOf(request);
  const known = await findKnown(context, { organizationId, requestKey, fingerprint });
  if (known !== null) return { paymentId: known, first: false };
  const row = await composeRow(context, caller, request, terms);
  const first = await context.database.$transaction(async (transaction) => {
    const { count } = await transaction.payment.createMany({
      data: [{ ...row, requestKey, fingerprint }],
      skipDuplicates: true,
    });
    if (count > 0) await record(transaction, context, [], [followPayment(context, row.id, 'soon')]);
    return count > 0;
  });
  if (first) return { paymentId: row.id, first };
  const paymentId = await findKnown(context, { organizationId, requestKey, fingerprint });
  if (paymentId === null) throw new Error('A payment was written and is not there.');
  return { paymentId, first };
}

async function findKnown(
  { database }: Pick<Context, 'database'>,
  asked: { organizationId: string; requestKey: string; fingerprint: Uint8Array },
): Promise<string | null> {
  const { organizationId, requestKey } = asked;
  const known = await database.payment.findUnique({
    where: { organizationId_requestKey: { organizationId, requestKey } },
    select: { id: true, fingerprint: true },
  });
  if (known === null) return null;
  if (Buffer.compare(known.fingerprint, asked.fingerprint) !== 0) throw refuse('idempotency_mismatch');
  return known.id;
}

/** SHA-256 of the request as it was understood. */
function fingerprintOf({ product, quantity, email, reference, successUrl, cancelUrl }: PaymentRequest) {
  const said = JSON.stringify([product.toLowerCase(), quantity, email, reference, successUrl, cancelUrl]);
  return new Uint8Array(createHash('sha256').update(said).digest());
}

type Row = Omit<Prisma.PaymentCreateManyInput, 'requestKey' | 'fingerprint'> & { id: string };

async function composeRow(
  context: Context,
  { organizationId, origin }: PaymentCaller,
  request: PaymentRequest,
  { fee, websites: options }: PaymentTerms,
): Promise<Row> {
  const email = normalizeEmail(request.email);
  const seller = await readSeller(context, organizationId, request.product);
  const { product, account, websites } = seller;
  const amount = product.unitAmount * request.quantity;
  if (amount > MOST_AMOUNT) throw refuse('payment_too_large').on('quantity');
  if (request.reference !== null && !/^[^\p{Cc}\p{Cs}]{1,200}$/u.test(request.reference)) {
    throw refuse('reference_length').on('reference');
  }
  const id = context.newId();
  const urlOf = (field: 'successUrl' | 'cancelUrl') =>
    returnUrl(request[field], { websites, options, paymentId: id, field });
  const now = context.now();
  return {
    id,
    organizationId,
    productId: product.id,
    productName: product.name,
    unitAmount: product.unitAmount,
    quantity: request.quantity,
    currency: product.currency,
    amount,
    fee: feeOf(amount, fee, product.currency),
    email,
    reference: request.reference,
    origin,
    accountId: account.accountId,
    successUrl: urlOf('successUrl'),
    cancelUrl: urlOf('cancelUrl'),
    createdAt: now,
    // Whole seconds, as Stripe counts: the same number goes out with every try.
    expiresAt: new Date(1000 * Math.floor((now.getTime() + PAGE_MS) / 1000)),
  };
}

/** Whatever a payment is made of, from rows alone. */
async function readSeller(context: Context, organizationId: string, productText: string) {
  const { database } = context;
  const id = readId(productText);
  const [organization, product, closing] = await Promise.all([
    database.organization.findUnique({
      where: { id: organizationId },
      select: {
        subscriptionId: true,
        subscriptionStatus: true,
        paymentAccount: true,
        domains: { select: { host: true, includeSubdomains: true } },
      },
    }),
    id === undefined ? null : database.product.findFirst({ where: { id, organizationId } }),
    isClosing(context, organizationId),
  ]);
  if (!product) throw refuse('product_unknown').on('product');
  if (!product.active) throw refuse('product_inactive').on('product');
  const lapsed =
    organization && hasLapsed({ id: organization.subscriptionId, status: organization.subscriptionStatus });
  if (!organization || lapsed || closing) throw refuse('payments_closed');
  const { paymentAccount: account, domains: websites } = organization;
  if (!account || accountStatus(account) !== 'active') throw refuse('payments_not_active');
  return { product, account, websites };
}
