import { queryRows } from '../../database/statements.ts';
import { type Actor, requireMember } from '../actor.ts';
import type { Context } from '../context.ts';
import { refuse } from '../errors.ts';
import { monthlyCost } from '../money.ts';
import { permit } from '../permissions.ts';
import type { GrantableRole, Role } from '../roles.ts';
import { type OpenSeatChange, waitUntil } from '../seats/read-seats.ts';
import type { OpenDeletion } from './deletion/open-deletion.ts';
import type { LogoType } from './logo-upload.ts';
import { MOST_COUNTED, overviewQuery } from './overview-query.ts';
import { type Standing, type StandingRow, standingIn } from './standing.ts';

/** The organization at one moment: every figure comes from the same snapshot. */
export interface Overview {
  /** The role of whoever asked, at that moment. */
  viewerRole: Role;
  name: string;
  description: string | null;
  /** Under /logos/<path>. */
  logo: { path: string; contentType: LogoType } | null;
  prefix: string;
  standing: Standing;
  /** Null where it is not being deleted. */
  deletion: Omit<OpenDeletion, 'id'> | null;
  seats: {
    purchased: number;
    /** Active members and pending invites. */
    used: number;
    /** In the smallest unit of `currency`. */
    monthlyCost: number;
    currency: string;
    /** A change on its way to Stripe, or waiting for payment or for Stripe's limits. */
    wanted: { seats: number; awaitingPayment: boolean; waits: OpenSeatChange['waits'] } | null;
  };
  /** The first of each list, and how many there are in all. */
  members: {
    total: number;
    byRole: Record<Role, number>;
    first: { userId: string; name: string; role: Role }[];
  };
  /** The next to run out comes first. `total` stops at MOST_COUNTED; `more` says that it did. */
  invitations: {
    total: number;
    more: boolean;
    first: { id: string; email: string; role: GrantableRole; expiresAt: Date; mailFailed: boolean }[];
  };
  domains: { total: number; first: { host: string; includeSubdomains: boolean }[] };
}

/**
 * What the overview and the App Home show, in one statement on indexes, whatever the organization's size. The statement asks
 * for the membership again, so that `actor` may be a little old.
 * @throws Refusal `no_organization` or `not_a_member`.
 */
export async function readOverview(
  context: Pick<Context, 'database' | 'now'>,
  actor: Actor,
): Promise<Overview> {
  const member = requireMember(actor);
  permit(member, 'organization.view');
  const [row] = await queryRows<OverviewRow>(context.database, overviewQuery(member, context.now()));
  if (!row) throw refuse('not_a_member');
  return toOverview(row, context.now());
}

/** What overviewQuery gives. */
export interface OverviewRow extends StandingRow {
  viewer_role: Role;
  name: string;
  description: string | null;
  prefix: string;
  seats_purchased: number;
  logo: Overview['logo'];
  deletion: { status: OpenDeletion['status']; deleteAt: string | null } | null;
  seat_price: number | null;
  currency: string;
  seats_wanted: { seats: number; awaitingPayment: boolean; sendAfter: string | null } | null;
  members_by_role: Partial<Record<Role, number>> | null;
  members: Overview['members']['first'] | null;
  invitations_total: number;
  invitations: (Omit<Overview['invitations']['first'][number], 'expiresAt'> & { expiresAt: string })[] | null;
  domains_total: number;
  domains: Overview['domains']['first'] | null;
}

export function toOverview(row: OverviewRow, now: Date): Overview {
  const byRole = { owner: 0, admin: 0, agent: 0, ...row.members_by_role };
  const invitations = Math.min(row.invitations_total, MOST_COUNTED);
  const members = byRole.owner + byRole.admin + byRole.agent;
  return {
    viewerRole: row.viewer_role,
    name: row.name,
    description: row.description,
    logo: row.logo,
    prefix: row.prefix,
    standing: standingIn(row),
    deletion: deletionIn(row),
    seats: {
      purchased: row.seats_purchased,
      used: members + invitations,
      monthlyCost: monthlyCost(row.seats_purchased, row.seat_price ?? undefined),
      currency: row.currency,
      wanted: wantedIn(row, now),
    },
    members: { total: members, byRole, first: row.members ?? [] },
    invitations: {
      total: invitations,
      more: row.invitations_total > MOST_COUNTED,
      first: (row.invitations ?? []).map((entry) => ({ ...entry, expiresAt: new Date(entry.expiresAt) })),
    },
    domains: { total: row.domains_total, first: row.domains ?? [] },
  };
}

function deletionIn({ deletion }: OverviewRow): Overview['deletion'] {
  return (
    deletion && { ...deletion, deleteAt: deletion.deleteAt === null ? null : new Date(deletion.deleteAt) }
  );
}

function wantedIn({ seats_wanted: wanted }: OverviewRow, now: Date): Overview['seats']['wanted'] {
  if (!wanted) return null;
  const { sendAfter, ...change } = wanted;
  return { ...change, waits: waitUntil(sendAfter, now) };
}
