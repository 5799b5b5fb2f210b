import { Prisma } from '../../database/client.ts';
import { MOST_SEATS } from '../seats/limits.ts';

/** How many members, invites and domains the overview shows of each. */
export const OVERVIEW_PAGE = 10;

/**
 * Pending invites are counted up to here. Nobody can buy more seats, so more invites than this hold seats only where
 * something else went wrong; and the overview of an organization of 100,000 costs no more than this.
 */
export const MOST_COUNTED = MOST_SEATS;

/**
 * All that the overview tells an active member, as one statement: each part is an index's beginning, or a count within an
 * index. No row for anybody else, so that it may be asked by whoever was a member a moment ago. `further` are columns more.
 */
export function overviewQuery(
  { organizationId, memberId }: { organizationId: string; memberId: string },
  at: Date,
  further: Prisma.Sql = Prisma.empty,
): Prisma.Sql {
  return Prisma.sql`
    WITH asked AS (
      SELECT organization_id AS id, role::text AS viewer_role, ${at}::timestamptz AS at FROM members
      WHERE id = ${memberId}::uuid AND organization_id = ${organizationId}::uuid AND status = 'active')
    SELECT asked.viewer_role, organization.name, organization.description, organization.prefix,
      organization.seats_purchased, organization.seat_price, organization.currency,
      organization.subscription_id, organization.subscription_status::text,
      organization.ends_at,
      -- Of money nobody else is told; and most owe nothing.
      CASE WHEN asked.viewer_role = 'owner' THEN
        (SELECT json_agg(json_build_object('amountDue', amount_due, 'url', url, 'attempt', attempt,
            'nextAttemptAt', next_attempt_at) ORDER BY issued_at, invoice_id)
          FROM overdue_invoices WHERE organization_id = asked.id)
      END AS overdue,
      (SELECT json_build_object('path', path, 'contentType', content_type)
        FROM logos WHERE organization_id = asked.id) AS logo,
      (SELECT json_build_object('status', status, 'deleteAt', delete_at) FROM organization_deletions
        WHERE organization_id = asked.id
          AND (status = 'requested' OR status = 'exporting' OR status = 'scheduled' OR status = 'deleting')
      ) AS deletion,
      (SELECT json_build_object('seats', to_quantity, 'awaitingPayment', status = 'awaiting_payment',
          'sendAfter', send_after)
        FROM seat_changes
        WHERE organization_id = asked.id AND (status = 'requested' OR status = 'sent' OR status = 'awaiting_payment')
        ORDER BY created_at DESC, id DESC LIMIT 1
      ) AS seats_wanted,
      (SELECT json_object_agg(role, number) FROM (
        SELECT role, count(*) AS number FROM members
        WHERE organization_id = asked.id AND status = 'active' GROUP BY role
      ) AS counted) AS members_by_role,
      (SELECT json_agg(listed) FROM (
        SELECT user_id AS "userId", name, role FROM members
        WHERE organization_id = asked.id AND status = 'active' ORDER BY role, name, id LIMIT ${OVERVIEW_PAGE}
      ) AS listed) AS members,
      (SELECT count(*)::int FROM (
        SELECT FROM invitations
        WHERE organization_id = asked.id AND status = 'pending' AND expires_at > asked.at
        ORDER BY expires_at LIMIT ${MOST_COUNTED + 1}
      ) AS counted) AS invitations_total,
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
      ${further}
    FROM asked
    JOIN organizations AS organization ON organization.id = asked.id`;
}
