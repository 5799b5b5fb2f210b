import type { Prisma, Transaction } from '../../database/client.ts';
import type { Logger } from '../../logger.ts';
import type { Context } from '../context.ts';
import { type Effect, effect } from '../effects.ts';
import type { Notice } from '../notices.ts';
import { type Change, record } from '../record.ts';

/**
 * What can be found at Stripe that nobody may repair unasked, or that somebody has to know, by kind; how loud it is in the log,
 * and whether it stays on the operator's list until it is gone, and comes back to it (`open`) or does not (`once`), or is only
 * written down (`noted`).
 */
export const findingKinds = {
  /** An organization pays for two subscriptions. The subject is the one that its seats do not come from. */
  two_subscriptions: { level: 'error', standing: 'open' },
  /** A subscription is in a status that this version does not know: it gives no seats. */
  unknown_status: { level: 'error', standing: 'open' },
  /** It cannot be told which item of a subscription stands for the seats: they are closed. */
  seats_unclear: { level: 'error', standing: 'open' },
  /** A seat costs something else than a new subscription's does. */
  price_differs: { level: 'warn', standing: 'open' },
  /** The organization's subscription is not there at Stripe. */
  subscription_missing: { level: 'error', standing: 'open' },
  /** A subscription that names an organization of ours which is not here. */
  orphan_subscription: { level: 'error', standing: 'open' },
  /** The payer's bank disputes a charge. The subject is the dispute. */
  dispute: { level: 'error', standing: 'once' },
  /** A charge was paid back. The subject is the refund. */
  refund: { level: 'warn', standing: 'noted' },
  /** A bank sent a refund back, and the money is ours again. The subject is the refund. */
  refund_failed: { level: 'error', standing: 'noted' },
  /** A second subscription was bought in Checkout, and we ended it and gave its payment back. The subject is that one. */
  paid_twice: { level: 'warn', standing: 'once' },
} as const satisfies Record<string, Weight>;

interface Weight {
  level: 'error' | 'warn';
  standing: 'open' | 'once' | 'noted';
}

export type FindingKind = keyof typeof findingKinds;

export interface Finding {
  kind: FindingKind;
  /** The id at Stripe of what it is about. One subject has one row of a kind, however often it is seen. */
  subject: string;
  /** Null where it belongs to no organization that is here. */
  organizationId: string | null;
  /** Ids, amounts and numbers; never a person's words. */
  detail: Prisma.InputJsonObject;
}

/** `new` also where it was resolved and is there again. */
export type Report = 'new' | 'known';

/**
 * Writes a finding down. Where it is new, and only then: a line in the operator's log, one in the audit trail, and `tell` as a
 * direct message to the Owner. Any number of reports of one thing, at once or one after the other, are one.
 */
export async function reportFinding(
  context: Context,
  finding: Finding,
  { log, tell }: { log: Logger; tell?: Notice | undefined },
): Promise<Report> {
  const report = await context.database.$transaction(async (transaction) => {
    const owned = await readOwner(transaction, finding.organizationId);
    if (!(await writeDown(transaction, context, finding))) return 'known';
    await record(
      transaction,
      context,
      owned ? [auditLine(finding, 'billing.found')] : [],
      toOwner(owned, tell),
    );
    return 'new';
  });
  if (report === 'new') logFinding(log, finding);
  return report;
}

/**
 * Takes a finding off the open list, once, with a line in the audit trail and `tell` as a direct message to the Owner; false
 * where it does not stand on it.
 */
export async function resolveFinding(
  context: Context,
  { kind, subject }: Pick<Finding, 'kind' | 'subject'>,
  { tell }: { tell?: Notice } = {},
): Promise<boolean> {
  return context.database.$transaction(async (transaction) => {
    const [row] = await transaction.$queryRaw<{ organizationId: string | null; detail: Prisma.JsonObject }[]>`
      UPDATE billing_findings SET resolved_at = ${context.now()}::timestamptz
      WHERE kind = ${kind} AND subject = ${subject} AND resolved_at IS NULL
      RETURNING organization_id AS "organizationId", detail`;
    if (!row) return false;
    const { organizationId } = row;
    const owned = await readOwner(transaction, organizationId);
    const detail = row.detail as Prisma.InputJsonObject;
    const finding = { kind, subject, organizationId, detail };
    const lines = owned ? [auditLine(finding, 'billing.resolved')] : [];
    await record(transaction, context, lines, toOwner(owned, tell));
    return true;
  });
}

/**
 * Takes the findings about an organization that is deleted off the open list: its subscriptions are canceled, and nobody reads
 * them again. Those that happened once stay until the money that hangs on them is where it belongs.
 */
export async function resolveFindingsOf(
  transaction: Transaction,
  { now }: Pick<Context, 'now'>,
  organizationId: string,
): Promise<void> {
  const kinds = Object.entries(findingKinds).flatMap(([kind, { standing }]) =>
    standing === 'open' ? [kind] : [],
  );
  await transaction.billingFinding.updateMany({
    where: { organizationId, kind: { in: kinds }, resolvedAt: null },
    data: { resolvedAt: now() },
  });
}

async function writeDown(transaction: Transaction, context: Context, finding: Finding): Promise<boolean> {
  const { kind, subject, organizationId } = finding;
  const [now, detail] = [context.now(), JSON.stringify(finding.detail)];
  const { standing } = findingKinds[kind];
  const resolvedAt = standing === 'noted' ? now : null;
  const inserted = await transaction.$executeRaw`
    INSERT INTO billing_findings (id, kind, subject, organization_id, detail, found_at, seen_at, resolved_at)
    VALUES (${context.newId()}::uuid, ${kind}, ${subject}, ${organizationId}::uuid, ${detail}::jsonb,
      ${now}::timestamptz, ${now}::timestamptz, ${resolvedAt}::timestamptz)
    ON CONFLICT (kind, subject) DO NOTHING`;
  if (inserted > 0) return true;
  if (standing !== 'open') return seenAgain(transaction, finding, now);
  const returned = await transaction.$executeRaw`
    UPDATE billing_findings SET resolved_at = NULL, found_at = ${now}::timestamptz, seen_at = ${now}::timestamptz,
      organization_id = ${organizationId}::uuid, detail = ${detail}::jsonb
    WHERE kind = ${kind} AND subject = ${subject} AND resolved_at IS NOT NULL`;
  if (returned > 0) return true;
  return seenAgain(transaction, finding, now);
}

async function seenAgain(
  transaction: Transaction,
  { kind, subject, detail }: Finding,
  now: Date,
): Promise<false> {
  await transaction.$executeRaw`
    UPDATE billing_findings SET seen_at = ${now}::timestamptz, detail = ${JSON.stringify(detail)}::jsonb
    WHERE kind = ${kind} AND subject = ${subject}`;
  return false;
}

interface Owned {
  teamId: string;
  ownerUserId: string | null;
}

function toOwner(owned: Owned | null, notice: Notice | undefined): Effect[] {
  if (!notice || !owned?.ownerUserId) return [];
  return [effect('notice', { teamId: owned.teamId, userId: owned.ownerUserId, notice })];
}

async function readOwner(transaction: Transaction, organizationId: string | null): Promise<Owned | null> {
  if (organizationId === null) return null;
  const [row] = await transaction.$queryRaw<Owned[]>`
    SELECT o.team_id AS "teamId", m.user_id AS "ownerUserId" FROM organizations o
    LEFT JOIN members m ON m.organization_id = o.id AND m.role = 'owner' AND m.status = 'active'
    WHERE o.id = ${organizationId}::uuid`;
  return row ?? null;
}

function auditLine({ kind, subject, organizationId, detail }: Finding, action: Change['action']): Change {
  return { organizationId: organizationId ?? '', by: 'Stripe', action, subject, after: { kind, ...detail } };
}

function logFinding(log: Logger, { kind, subject, organizationId, detail }: Finding): void {
  log[findingKinds[kind].level](
    { finding: kind, subject, organizationId, detail },
    `Found at Stripe: ${kind.replaceAll('_', ' ')}.`,
  );
}
