import { z } from 'zod';
import type { Prisma } from '../../database/client.ts';
import { type Actor, requireMember } from '../actor.ts';
import type { Context } from '../context.ts';
import { permit } from '../permissions.ts';
import type { AuditAction } from './actions.ts';

/** Lines on one page of the trail. */
export const AUDIT_PAGE = 15;

export interface AuditLine {
  id: string;
  action: AuditAction;
  /** The Slack user who did it; null where the clock, Slack or Stripe did. */
  actorUserId: string | null;
  actorName: string;
  subject: string | null;
  before: Prisma.JsonValue;
  after: Prisma.JsonValue;
  at: Date;
}

export interface AuditPage {
  /** Newest first. */
  lines: AuditLine[];
  /** Where the next older page begins; null where nothing is older. */
  older: string | null;
}

const cursorSchema = z.uuid();

/**
 * A page of the audit trail, newest first; each costs one statement on an index however long the trail is. `before` is the
 * `older` of the page above; what is no such cursor begins at the newest.
 * @throws Refusal `no_organization`, `not_a_member`, `not_allowed`.
 */
export async function listAudit(
  context: Context,
  actor: Actor,
  input: { before?: string } = {},
): Promise<AuditPage> {
  const member = requireMember(actor);
  permit(member, 'audit.view');
  const cursor = cursorSchema.safeParse(input.before);
  const lines = await context.database.auditEntry.findMany({
    where: { organizationId: member.organizationId, ...(cursor.success && { id: { lt: cursor.data } }) },
    select: {
      id: true,
      action: true,
      actorUserId: true,
      actorName: true,
      subject: true,
      before: true,
      after: true,
      at: true,
    },
    // Ids are UUIDv7: their order is the order of writing.
    orderBy: { id: 'desc' },
    take: AUDIT_PAGE + 1,
  });
  const shown = lines.slice(0, AUDIT_PAGE) as AuditLine[];
  return { lines: shown, older: lines.length > AUDIT_PAGE ? (shown.at(-1)?.id ?? null) : null };
}
