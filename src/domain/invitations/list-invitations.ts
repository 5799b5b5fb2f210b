import { z } from 'zod';
import { Prisma } from '../../database/client.ts';
import { type Actor, requireMember } from '../actor.ts';
import type { Context } from '../context.ts';
import { monthlyCost } from '../money.ts';
import { mayNow, permit } from '../permissions.ts';
import type { GrantableRole } from '../roles.ts';

/** How many pending invites a page shows. */
export const PAGE_SIZE = 10;

export interface PendingInvitation {
  id: string;
  email: string;
  role: GrantableRole;
  expiresAt: Date;
  mailStatus: 'queued' | 'sent' | 'failed';
  mailError: string | null;
  /** Null once the inviter is no active member. */
  inviterName: string | null;
}

/** One page of the pending invites, the one sent last first, with the seats that they and the members hold. */
export interface InvitationPage {
  seats: {
    purchased: number;
    members: number;
    pending: number;
    /** In the smallest unit of `currency`. */
    monthlyCost: number;
    currency: string;
  };
  invitations: PendingInvitation[];
  /** What to ask for to see the pages beside this one; null where there is none. */
  newer: PageKey | null;
  older: PageKey | null;
  /** Whether invites can be sent now; where not, they can still be withdrawn. */
  mayInvite: boolean;
}

/** `after:` or `before:`, and the place of an invite in the order. */
export type PageKey = string;

const keySchema = z
  .string()
  .max(100)
  .transform((key) => key.split('|'))
  .pipe(z.tuple([z.enum(['after', 'before']), z.iso.datetime(), z.uuid()]));

/**
 * By a constant number of statements, each on an index. A `page` that is no key, or that is empty by now, is the first page.
 * @throws Refusal `no_organization`, `not_a_member`, `not_allowed`.
 */
export async function listInvitations(
  context: Context,
  actor: Actor,
  { page }: { page?: PageKey } = {},
): Promise<InvitationPage> {
  const member = requireMember(actor);
  permit(member, 'members.manage');
  const { organizationId } = member;
  const now = context.now();
  const key = page === undefined ? undefined : keySchema.safeParse(page).data;
  const [seats, found] = await Promise.all([
    readSeats(context, organizationId, now),
    readPage(context, organizationId, now, key),
  ]);
  if (found.length === 0 && key) return listInvitations(context, actor);

  const backwards = key?.[0] === 'before';
  const more = found.length > PAGE_SIZE;
  const invitations = found.slice(0, PAGE_SIZE);
  if (backwards) invitations.reverse();
  const [first, last] = [invitations.at(0), invitations.at(-1)];
  return {
    seats,
    invitations,
    newer: first && (backwards ? more : key) ? keyOf('before', first) : null,
    older: last && (backwards || more) ? keyOf('after', last) : null,
    mayInvite: mayNow(member, 'members.invite'),
  };
}

function keyOf(direction: 'after' | 'before', { expiresAt, id }: PendingInvitation): PageKey {
  return `${direction}|${expiresAt.toISOString()}|${id}`;
}

async function readPage(
  context: Context,
  organizationId: string,
  now: Date,
  key: z.infer<typeof keySchema> | undefined,
): Promise<PendingInvitation[]> {
  const [direction, expiresAt, id] = key ?? [];
  const place = Prisma.sql`(${expiresAt}::timestamptz, ${id}::uuid)`;
  const [beside, order] =
    direction === 'before'
      ? [Prisma.sql`AND (i.expires_at, i.id) > ${place}`, Prisma.sql`i.expires_at, i.id`]
      : [
          direction === 'after' ? Prisma.sql`AND (i.expires_at, i.id) < ${place}` : Prisma.empty,
          Prisma.sql`i.expires_at DESC, i.id DESC`,
        ];
  return context.database.$queryRaw<PendingInvitation[]>`
    SELECT i.id, i.email, i.role::text AS role, i.expires_at AS "expiresAt", i.mail_status::text AS "mailStatus",
      i.mail_error AS "mailError", CASE WHEN m.status = 'active' THEN m.name END AS "inviterName"
    FROM invitations i JOIN members m ON m.id = i.invited_by_id
    WHERE i.organization_id = ${organizationId}::uuid AND i.status = 'pending' AND i.expires_at > ${now}::timestamptz
      ${beside}
    ORDER BY ${order} LIMIT ${PAGE_SIZE + 1}`;
}

async function readSeats(
  context: Context,
  organizationId: string,
  now: Date,
): Promise<InvitationPage['seats']> {
  const [row] = await context.database.$queryRaw<[SeatsRow]>`
    SELECT o.seats_purchased AS purchased, o.seat_price AS "seatPrice", o.currency,
      (SELECT count(*)::int FROM members m WHERE m.organization_id = o.id AND m.status = 'active') AS members,
      (SELECT count(*)::int FROM invitations i WHERE i.organization_id = o.id AND i.status = 'pending'
        AND i.expires_at > ${now}::timestamptz) AS pending
    FROM organizations o WHERE o.id = ${organizationId}::uuid`;
  const { seatPrice, ...seats } = row;
  return { ...seats, monthlyCost: monthlyCost(seats.purchased, seatPrice ?? undefined) };
}

interface SeatsRow extends Omit<InvitationPage['seats'], 'monthlyCost'> {
  seatPrice: number | null;
}
