import { Prisma } from '../database/client.ts';
import type { AuditAction } from './audit/actions.ts';
import type { Context } from './context.ts';
import type { Effect } from './effects.ts';

/** Who did it: a person, what acts by itself, or somebody of whom only the link of an invite is known. */
export type Author = { userId: string; name: string } | 'Slack' | 'Stripe' | 'The clock' | 'The invite link';

/** One line of the audit trail. `before` and `after` are what changed, as it was and as it is. */
export interface Change {
  organizationId: string;
  by: Author;
  action: AuditAction;
  subject?: string;
  before?: Prisma.InputJsonValue;
  after?: Prisma.InputJsonValue;
}

/**
 * The audit lines and outbox rows of one operation, as the clauses `audited AS (…), queued AS (…)` of a WITH list, so that
 * an operation can write them in the statement that does its work. Nothing is written where `condition` is false.
 */
export function recordClauses(
  context: Pick<Context, 'now' | 'newId'>,
  changes: readonly Change[],
  effects: readonly Effect[],
  condition: Prisma.Sql = Prisma.sql`true`,
): Prisma.Sql {
  const clauses: Prisma.Sql[] = [];
  if (changes.length > 0) clauses.push(audited(context, changes, condition));
  if (effects.length > 0) clauses.push(queued(context, effects, condition));
  return Prisma.join(clauses, ', ');
}

/** Writes audit lines and outbox rows inside a transaction, in one round trip. */
export async function record(
  transaction: Pick<Prisma.TransactionClient, '$executeRaw'>,
  context: Pick<Context, 'now' | 'newId'>,
  changes: readonly Change[],
  effects: readonly Effect[],
): Promise<void> {
  if (changes.length + effects.length === 0) return;
  await transaction.$executeRaw`WITH ${recordClauses(context, changes, effects)} SELECT 1`;
}

function audited(context: Pick<Context, 'now' | 'newId'>, changes: readonly Change[], condition: Prisma.Sql) {
  const rows = changes.map(({ organizationId, by, action, subject, before, after }) => {
    const author = typeof by === 'string' ? { userId: null, name: by } : by;
    return Prisma.sql`(${context.newId()}::uuid, ${organizationId}::uuid, ${action}, ${author.userId}::text, ${author.name},
      ${subject ?? null}::text, ${json(before)}::jsonb, ${json(after)}::jsonb)`;
  });
  return Prisma.sql`audited AS (
    INSERT INTO audit_entries (id, organization_id, action, actor_user_id, actor_name, subject, before, after, at)
    SELECT entry.*, ${context.now()}::timestamptz FROM (VALUES ${Prisma.join(rows)}) AS entry WHERE ${condition})`;
}

/**
 * A row under a key that waits already is locked until this transaction ends, so that no relay takes it before what it is to
 * show can be seen: relays pass locked rows over.
 */
export const leanOnWaitingRow = Prisma.sql`ON CONFLICT (key) WHERE status = 'pending' DO UPDATE SET key = excluded.key`;

function queued(context: Pick<Context, 'now' | 'newId'>, effects: readonly Effect[], condition: Prisma.Sql) {
  const now = context.now();
  const rows = withoutRepeats(effects).map(
    ({ topic, payload, key, availableAt }) =>
      Prisma.sql`(${context.newId()}::uuid, ${topic}, ${JSON.stringify(payload)}::jsonb, ${key ?? null}::text,
        ${availableAt ?? now}::timestamptz)`,
  );
  return Prisma.sql`queued AS (
    INSERT INTO outbox (id, topic, payload, key, available_at, created_at)
    SELECT effect.*, ${now}::timestamptz FROM (VALUES ${Prisma.join(rows)}) AS effect WHERE ${condition}
    ${leanOnWaitingRow})`;
}

/** The first of those under one key: a statement may not lean on the same row twice. */
function withoutRepeats(effects: readonly Effect[]): Effect[] {
  const seen = new Set<string>();
  return effects.filter(({ key }) => key === undefined || (!seen.has(key) && seen.add(key)));
}

function json(value: Prisma.InputJsonValue | undefined): string | null {
  return value === undefined ? null : JSON.stringify(value);
}
