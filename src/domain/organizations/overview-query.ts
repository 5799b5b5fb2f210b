import { Prisma } from '../../database/client.ts';
import { MOST_SEATS } from '../seats/limits.ts';

/** How many members, invites and domains the overview shows of each. */
export const OVERVIEW_PAGE = 10;

/**
 * Pending invites are counted up to here. Nobody can buy more seats, so more invites than this hold seats only where
 * something else went wrong; and the overview of an organization of 100,000 costs no more than this.
 */
export const MOST_COUNTED = MOST_SEATS;

/** Who asks for the overview, of which organization, and as of when. */
export interface OverviewQuestion {
  organizationId: string;
  memberId: string;
  at: Date;
}

/**
 * All that the overview tells active members, as one statement for all who ask at once: each part is an index's beginning,
 * or a count within an index. A row has the `number` of its question; there is none for whoever is no active member of the
 * organization, so that it may be asked by whoever was one a moment ago.
 */
export function overviewQuery(questions: readonly OverviewQuestion[]): Prisma.Sql {
  return Prisma.sql`
    WITH asked AS (
      SELECT question.number, question.at, member.organization_id AS id, member.role::text AS viewer_role
      FROM unnest(${questions.map(({ memberId }) => memberId)}::uuid[],
        ${questions.map(({ organizationId }) => organizationId)}::uuid[],
        ${questions.map(({ at }) => at)}::timestamptz[])
        WITH ORDINALITY AS question (member_id, organization_id, at, number)
      JOIN members AS member ON member.id = question.member_id
        AND member.organization_id = question.organization_id AND member.status = 'active')
    SELECT asked.number::int AS number, asked.viewer_role, organization.name, organization.description, organization.prefix,
      organization.seats_purchased,
      (SELECT json_build_object('path', path, 'contentType', content_type)
        FROM logos WHERE organization_id = asked.id) AS logo,
      (SELECT json_build_object('seats', to_quantity, 'awaitingPayment', status = 'awaiting_payment')
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
    FROM asked
    JOIN organizations AS organization ON organization.id = asked.id`;
}
