import { z } from 'zod';
import { Prisma } from '../../database/client.ts';
import { queryRows } from '../../database/statements.ts';
import { type Actor, requireMember } from '../actor.ts';
import type { Context } from '../context.ts';
import { permit } from '../permissions.ts';
import { type PaymentStatus, paymentStatuses } from './payment.ts';

/** Payments on one page. */
export const PAYMENTS_PAGE = 10;

/** What is shown of all payments; what is no such value is no filter. */
export interface PaymentFilter {
  status?: string;
}

/** Amounts are in the smallest unit of the currency. */
export interface ListedPayment {
  id: string;
  productName: string;
  quantity: number;
  amount: number;
  currency: string;
  email: string;
  reference: string | null;
  status: PaymentStatus;
  refundedAmount: number;
  createdAt: Date;
}

export interface PaymentPage {
  /** The one that was begun last comes first. */
  payments: ListedPayment[];
  /** What to ask for to see the pages beside this one; null where there is none. */
  newer: string | null;
  older: string | null;
}

const keySchema = z
  .string()
  .max(100)
  .transform((key) => key.split('|'))
  .pipe(z.tuple([z.enum(['after', 'before']), z.uuid()]));
type Key = z.infer<typeof keySchema>;

/**
 * A page of the organization's payments, by one statement on an index, however many there are. A `page` that is no key, or
 * that is empty by now, is the first one.
 * @throws Refusal `no_organization`, `not_a_member`, `not_allowed`.
 */
export async function listPayments(
  context: Pick<Context, 'database'>,
  actor: Actor,
  { page, ...filter }: PaymentFilter & { page?: string } = {},
): Promise<PaymentPage> {
  const member = requireMember(actor);
  permit(member, 'payments.view');
  const key = page === undefined ? undefined : keySchema.safeParse(page).data;
  const statement = paymentsQuery(member.organizationId, filter, key);
  const rows = await queryRows<ListedPayment>(context.database, statement);
  if (rows.length === 0 && key) return listPayments(context, actor, filter);
  const backwards = key?.[0] === 'before';
  const more = rows.length > PAYMENTS_PAGE;
  const payments = rows.slice(0, PAYMENTS_PAGE);
  if (backwards) payments.reverse();
  const [first, last] = [payments.at(0), payments.at(-1)];
  return {
    payments,
    newer: first && (backwards ? more : key) ? `before|${first.id}` : null,
    older: last && (backwards || more) ? `after|${last.id}` : null,
  };
}

/** One more row than a page has, from the key away; ids are UUIDv7, so that their order is the order of beginning. */
export function paymentsQuery(organizationId: string, filter: PaymentFilter, key?: Key): Prisma.Sql {
  const backwards = key?.[0] === 'before';
  const status = paymentStatuses.find((each) => each === filter.status);
  return Prisma.sql`
    SELECT p.id, p.product_name AS "productName", p.quantity, p.amount, p.currency, p.email, p.reference,
      p.status::text AS status, p.refunded_amount AS "refundedAmount", p.created_at AS "createdAt"
    FROM payments p
    WHERE p.organization_id = ${organizationId}::uuid
      ${status ? Prisma.sql`AND p.status = ${Prisma.raw(`'${status}'`)}` : Prisma.empty}
      ${key ? Prisma.sql`AND p.id ${Prisma.raw(backwards ? '>' : '<')} ${key[1]}::uuid` : Prisma.empty}
    ORDER BY p.id ${Prisma.raw(backwards ? 'ASC' : 'DESC')} LIMIT ${PAYMENTS_PAGE + 1}`;
}
