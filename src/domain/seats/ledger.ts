import type { SeatChange, SubscriptionStatus, Transaction } from '../../database/client.ts';
import { SEAT_PRICE_PENCE } from '../money.ts';
import { openStatuses } from './transitions.ts';

/** An organization's seats as they stand behind its lock: nobody else moves them until the transaction ends. */
export interface Ledger {
  organizationId: string;
  teamId: string;
  purchased: number;
  members: number;
  /** Invites that are pending and not expired. */
  pending: number;
  /** Active members and pending invites. */
  used: number;
  /** Whom to tell; null only for an organization without an Owner. */
  ownerUserId: string | null;
  customerId: string | null;
  subscriptionId: string | null;
  status: SubscriptionStatus | null;
  readAt: Date | null;
  /** What a seat costs a month, in the smallest unit of `currency`. */
  seatPrice: number;
  currency: string;
  /** When the subscription ends because somebody canceled it; null while it goes on. */
  endsAt: Date | null;
  /** The organization is being deleted: nothing more is bought. */
  closing: boolean;
  /** The wish that has not been sent to Stripe. */
  waiting: SeatChange | null;
  /** The wish that is with Stripe: sent, or awaiting its payment. */
  inFlight: SeatChange | null;
}

interface OrganizationRow {
  team_id: string;
  stripe_customer_id: string | null;
  subscription_id: string | null;
  subscription_status: SubscriptionStatus | null;
  subscription_read_at: Date | null;
  seat_price: number | null;
  currency: string;
  ends_at: Date | null;
  owner: string | null;
  closing: boolean;
}

/**
 * Locks the organization's seats and reads them; null where there is no such organization. Whoever writes seat changes or
 * purchased seats does it behind this lock, so what is read here stays true.
 */
export async function lockLedger(
  transaction: Transaction,
  organizationId: string,
  now: Date,
): Promise<Ledger | null> {
  const [seats] = await transaction.$queryRaw<{ purchased: number; members: number; pending: number }[]>`
    SELECT purchased, members, pending FROM lock_seats(${organizationId}::uuid, ${now}::timestamptz)`;
  if (!seats) return null;
  const [organization] = await transaction.$queryRaw<[OrganizationRow]>`
    SELECT o.team_id, o.stripe_customer_id, o.subscription_id, o.subscription_status::text, o.subscription_read_at,
      o.seat_price, o.currency, o.ends_at,
      (SELECT m.user_id FROM members m
        WHERE m.organization_id = o.id AND m.role = 'owner' AND m.status = 'active') AS owner,
      EXISTS (SELECT FROM organization_deletions AS d WHERE d.organization_id = o.id
        AND (d.status = 'requested' OR d.status = 'exporting' OR d.status = 'scheduled' OR d.status = 'deleting')) AS closing
    FROM organizations o WHERE o.id = ${organizationId}::uuid`;
  const open = await transaction.seatChange.findMany({
    where: { organizationId, status: { in: [...openStatuses] } },
  });
  return {
    organizationId,
    teamId: organization.team_id,
    ...seats,
    used: seats.members + seats.pending,
    ownerUserId: organization.owner,
    customerId: organization.stripe_customer_id,
    subscriptionId: organization.subscription_id,
    status: organization.subscription_status,
    readAt: organization.subscription_read_at,
    seatPrice: organization.seat_price ?? SEAT_PRICE_PENCE,
    currency: organization.currency,
    endsAt: organization.ends_at,
    closing: organization.closing,
    waiting: open.find((change) => change.status === 'requested') ?? null,
    inFlight: open.find((change) => change.status !== 'requested') ?? null,
  };
}

/** The newest wish that is not settled. */
export function newestWish(ledger: Pick<Ledger, 'waiting' | 'inFlight'>): SeatChange | null {
  return ledger.waiting ?? ledger.inFlight;
}
