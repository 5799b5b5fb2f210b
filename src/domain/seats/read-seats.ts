import type { SeatChangeStatus, SubscriptionStatus } from '../../database/client.ts';
import { type Actor, requireMember } from '../actor.ts';
import { grantsSeats, isResting } from '../billing/subscription.ts';
import type { Context } from '../context.ts';
import { DEFAULT_CURRENCY, monthlyCost, SEAT_PRICE_PENCE } from '../money.ts';
import { may, permit } from '../permissions.ts';

/** A wish that is not settled, as the Owner sees it. Amounts are in the currency of the seats. */
export interface OpenSeatChange {
  to: number;
  status: Extract<SeatChangeStatus, 'requested' | 'sent' | 'awaiting_payment'>;
  amountPence: number | null;
  paymentUrl: string | null;
  /** Where it has to wait for Stripe: the moment from which it is sent, and the minutes until then. */
  waits: { until: Date; minutes: number } | null;
}

/** The three figures that are always shown together, and what stands behind them. */
export interface Seats {
  purchased: number;
  /** Active members and pending invites. */
  used: number;
  members: number;
  pending: number;
  /** A month, for what is purchased, in the smallest unit of `currency`. */
  monthlyCost: number;
  /** What a seat costs a month: Stripe's price of the subscription, or that of a first purchase. */
  seatPrice: number;
  /** ISO 4217, in lower case. */
  currency: string;
  /** Whether a subscription is there to be changed; otherwise the first seats are bought in Checkout. */
  subscribed: boolean;
  status: SubscriptionStatus | null;
  /** Whether a subscription rests: nothing can be changed or bought until it is paid, resumed or over. */
  resting: boolean;
  /** Where what is overdue can be paid. Only for who may change the number. */
  overdueUrl: string | null;
  periodEndsAt: Date | null;
  /** The Slack user who can change the number. */
  ownerUserId: string | null;
  mayChange: boolean;
  /** Newest first: one that waits, one that is with Stripe. Only for who may change the number. */
  open: OpenSeatChange[];
}

interface Row
  extends Pick<
    Seats,
    'purchased' | 'members' | 'pending' | 'status' | 'overdueUrl' | 'ownerUserId' | 'currency'
  > {
  subscriptionId: string | null;
  periodEndsAt: Date | null;
  seatPrice: number | null;
  open: (Omit<OpenSeatChange, 'waits'> & { sendAfter: string | null })[];
}

/** The organization's seats, in one statement. For every member. */
export async function readSeats(context: Context, actor: Actor): Promise<Seats> {
  const member = requireMember(actor);
  permit(member, 'organization.view');
  const [{ subscriptionId, ...row }] = await context.database.$queryRaw<[Row]>`
    SELECT o.seats_purchased AS purchased, o.subscription_status::text AS status, o.period_ends_at AS "periodEndsAt",
      o.subscription_id AS "subscriptionId", o.seat_price AS "seatPrice", o.currency,
      -- The oldest; of an unpaid subscription the newest, which alone brings it back.
      (SELECT url FROM overdue_invoices WHERE organization_id = o.id
        ORDER BY CASE WHEN o.subscription_status = 'unpaid' THEN issued_at END DESC, issued_at, invoice_id LIMIT 1
      ) AS "overdueUrl",
      (SELECT count(*)::int FROM members m
        WHERE m.organization_id = o.id AND m.status = 'active') AS members,
      (SELECT count(*)::int FROM invitations i
        WHERE i.organization_id = o.id AND i.status = 'pending' AND i.expires_at > ${context.now()}::timestamptz) AS pending,
      (SELECT m.user_id FROM members m
        WHERE m.organization_id = o.id AND m.role = 'owner' AND m.status = 'active') AS "ownerUserId",
      (SELECT coalesce(jsonb_agg(jsonb_build_object('to', c.to_quantity, 'status', c.status,
          'amountPence', c.amount_due, 'paymentUrl', c.payment_url, 'sendAfter', c.send_after) ORDER BY c.created_at DESC, c.id DESC), '[]')
        FROM seat_changes c
        WHERE c.organization_id = o.id
          AND (c.status = 'requested' OR c.status = 'sent' OR c.status = 'awaiting_payment')) AS open
    FROM organizations o WHERE o.id = ${member.organizationId}::uuid`;
  const mayChange = may(member.role, 'billing.manage');
  const subscribed = grantsSeats(row.status);
  const seatPrice = (subscribed ? row.seatPrice : null) ?? SEAT_PRICE_PENCE;
  return {
    ...row,
    used: row.members + row.pending,
    monthlyCost: monthlyCost(row.purchased, seatPrice),
    seatPrice,
    currency: subscribed ? row.currency : DEFAULT_CURRENCY,
    subscribed,
    resting: subscriptionId !== null && isResting(row.status),
    overdueUrl: mayChange ? row.overdueUrl : null,
    mayChange,
    open: mayChange ? row.open.map((change) => openChange(change, context.now())) : [],
  };
}

function openChange({ sendAfter, ...change }: Row['open'][number], now: Date): OpenSeatChange {
  return { ...change, waits: waitUntil(sendAfter, now) };
}

/** A moment as the database says it in JSON, and the minutes until then, rounded up; null where it is not ahead. */
export function waitUntil(at: string | null, now: Date): OpenSeatChange['waits'] {
  if (at === null) return null;
  const until = new Date(at);
  const minutes = Math.ceil((until.getTime() - now.getTime()) / 60_000);
  return minutes > 0 ? { until, minutes } : null;
}
