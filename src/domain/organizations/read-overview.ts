import { type Actor, requireMember } from '../actor.ts';
import type { Context } from '../context.ts';
import { refuse } from '../errors.ts';
import { monthlyCost } from '../money.ts';
import { permit } from '../permissions.ts';
import type { GrantableRole, Role } from '../roles.ts';

/** How many members, invites and domains the overview shows of each. */
export const OVERVIEW_PAGE = 10;

/** The organization at one moment: every figure comes from the same snapshot. */
export interface Overview {
  name: string;
  description: string | null;
  /** The path under /logos/, or null without a logo. */
  logoPath: string | null;
  prefix: string;
  joinLink: string | null;
  seats: {
    purchased: number;
    /** Active members and pending invites. */
    used: number;
    monthlyCostPence: number;
    /** A change on its way to Stripe, or waiting for payment. */
    wanted: { seats: number; awaitingPayment: boolean } | null;
  };
  /** The first of each list, and how many there are in all. */
  members: {
    total: number;
    byRole: Record<Role, number>;
    first: { userId: string; name: string; role: Role }[];
  };
  /** The next to run out comes first. */
  invitations: {
    total: number;
    first: { id: string; email: string; role: GrantableRole; expiresAt: Date; mailFailed: boolean }[];
  };
  domains: { total: number; first: { host: string; includeSubdomains: boolean }[] };
}

/**
 * What the overview and the App Home show, in one statement on indexes, whatever the organization's size.
 * @throws Refusal `no_organization` or `not_a_member`.
 */
export async function readOverview(
  context: Pick<Context, 'database' | 'now'>,
  actor: Actor,
): Promise<Overview> {
  const member = requireMember(actor);
  permit(member, 'organization.view');
  const [row] = await context.database.$queryRaw<Row[]>`
    WITH asked AS (SELECT ${member.organizationId}::uuid AS id, ${context.now()}::timestamptz AS at)
    SELECT organization.name, organization.description, organization.prefix, organization.join_link,
      organization.seats_purchased, logo.path AS logo_path,
      (SELECT json_build_object('seats', to_quantity, 'awaitingPayment', status = 'awaiting_payment')
        FROM seat_changes
        WHERE organization_id = asked.id AND (status = 'requested' OR status = 'sent' OR status = 'awaiting_payment')
      ) AS seats_wanted,
      (SELECT json_object_agg(role, number) FROM (
        SELECT role, count(*) AS number FROM members
        WHERE organization_id = asked.id AND status = 'active' GROUP BY role
      ) AS counted) AS members_by_role,
      (SELECT json_agg(listed) FROM (
        SELECT user_id AS "userId", name, role FROM members
        WHERE organization_id = asked.id AND status = 'active' ORDER BY role, name, id LIMIT ${OVERVIEW_PAGE}
      ) AS listed) AS members,
      (SELECT count(*)::int FROM invitations
        WHERE organization_id = asked.id AND status = 'pending' AND expires_at > asked.at) AS invitations_total,
      (SELECT json_agg(listed) FROM (
        SELECT id, email, role, expires_at AS "expiresAt", mail_status = 'failed' AS "mailFailed" FROM invitations
        WHERE organization_id = asked.id AND status = 'pending' AND expires_at > asked.at
        ORDER BY expires_at, id LIMIT ${OVERVIEW_PAGE}
      ) AS listed) AS invitations,
      (SELECT count(*)::int FROM authorized_domains WHERE organization_id = asked.id) AS domains_total,
      (SELECT json_agg(listed) FROM (
        SELECT host, include_subdomains AS "includeSubdomains" FROM authorized_domains
        WHERE organization_id = asked.id ORDER BY host LIMIT ${OVERVIEW_PAGE}
      ) AS listed) AS domains
    FROM asked
    JOIN organizations AS organization ON organization.id = asked.id
    LEFT JOIN logos AS logo ON logo.organization_id = asked.id`;
  if (!row) throw refuse('no_organization');
  return toOverview(row);
}

interface Row {
  name: string;
  description: string | null;
  prefix: string;
  join_link: string | null;
  seats_purchased: number;
  logo_path: string | null;
  seats_wanted: Overview['seats']['wanted'];
  members_by_role: Partial<Record<Role, number>> | null;
  members: Overview['members']['first'] | null;
  invitations_total: number;
  invitations: (Omit<Overview['invitations']['first'][number], 'expiresAt'> & { expiresAt: string })[] | null;
  domains_total: number;
  domains: Overview['domains']['first'] | null;
}

function toOverview(row: Row): Overview {
  const byRole = { owner: 0, admin: 0, agent: 0, ...row.members_by_role };
  const members = byRole.owner + byRole.admin + byRole.agent;
  return {
    name: row.name,
    description: row.description,
    logoPath: row.logo_path,
    prefix: row.prefix,
    joinLink: row.join_link,
    seats: {
      purchased: row.seats_purchased,
      used: members + row.invitations_total,
      monthlyCostPence: monthlyCost(row.seats_purchased),
      wanted: row.seats_wanted,
    },
    members: { total: members, byRole, first: row.members ?? [] },
    invitations: {
      total: row.invitations_total,
      first: (row.invitations ?? []).map((entry) => ({ ...entry, expiresAt: new Date(entry.expiresAt) })),
    },
    domains: { total: row.domains_total, first: row.domains ?? [] },
  };
}
