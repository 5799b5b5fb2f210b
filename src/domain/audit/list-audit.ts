import type { Prisma } from '../../database/client.ts';
import { type Actor, requireMember } from '../actor.ts';
import type { Context } from '../context.ts';
import { readId } from '../ids.ts';
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
  /** What to ask for `before` to see the next older page; null where nothing is older. */
  older: string | null;
  /** What to ask for `after` to see the next newer page; null where nothing is newer. */
  newer: string | null;
}

/**
 * A page of the audit trail, newest first; each costs a constant number of statements on an index however long the trail is.
 * `before` and `after` are the `older` and `newer` of another page; what is no such cursor shows the newest page.
 * @throws Refusal `no_organization`, `not_a_member`, `not_allowed`.
 */
export async function listAudit(
  context: Context,
  actor: Actor,
  input: { before?: string; after?: string } = {},
): Promise<AuditPage> {
  const member = requireMember(actor);
  permit(member, 'audit.view');
  const before = readId(input.before);
  const after = readId(input.after);
  if (after === undefined) {
    const lines = await readLines(
      context,
      member.organizationId,
      before === undefined ? undefined : { lt: before },
    );
    const shown = lines.slice(0, AUDIT_PAGE);
    const more = lines.length > AUDIT_PAGE;
    return { lines: shown, older: more ? edge(shown, -1) : null, newer: before ? edge(shown, 0) : null };
  }
  const lines = await readLines(context, member.organizationId, { gt: after });
  // Nothing lies above: the newest page as a whole, with what was written meanwhile.
  if (lines.length <= AUDIT_PAGE) return listAudit(context, actor);
  const shown = lines.slice(0, AUDIT_PAGE).reverse();
  return { lines: shown, older: edge(shown, -1), newer: edge(shown, 0) };
}

/** One more than a page, from the cursor away; ids are UUIDv7, so that their order is the order of writing. */
async function readLines(
  context: Context,
  organizationId: string,
  id?: { lt: string } | { gt: string },
): Promise<AuditLine[]> {
  const lines = await context.database.auditEntry.findMany({
    where: { organizationId, ...(id && { id }) },
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
    orderBy: { id: id && 'gt' in id ? 'asc' : 'desc' },
    take: AUDIT_PAGE + 1,
  });
  return lines as AuditLine[];
}

function edge(lines: readonly AuditLine[], index: 0 | -1): string | null {
  return lines.at(index)?.id ?? null;
}
