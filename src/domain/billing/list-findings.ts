import type { Context } from '../context.ts';
import { type Finding, type FindingKind, findingKinds } from './findings.ts';

export interface OpenFinding extends Omit<Finding, 'detail'> {
  detail: unknown;
  foundAt: Date;
  seenAt: Date;
}

/** How many findings of each kind are open, for the metric; every kind is there. */
export async function countOpenFindings(
  context: Pick<Context, 'database'>,
): Promise<Record<FindingKind, number>> {
  const rows = await context.database.$queryRaw<{ kind: FindingKind; open: number }[]>`
    SELECT kind, count(*)::int AS open FROM billing_findings WHERE resolved_at IS NULL GROUP BY kind`;
  const none = Object.fromEntries(Object.keys(findingKinds).map((kind) => [kind, 0]));
  return Object.assign(none, Object.fromEntries(rows.map(({ kind, open }) => [kind, open]))) as Record<
    FindingKind,
    number
  >;
}

/** The open findings, oldest first, at most `limit`: all, of one kind, or of one organization. */
export async function listOpenFindings(
  context: Pick<Context, 'database'>,
  { kind, organizationId, limit = 100 }: { kind?: FindingKind; organizationId?: string; limit?: number } = {},
): Promise<OpenFinding[]> {
  const rows = await context.database.billingFinding.findMany({
    where: { resolvedAt: null, ...(kind && { kind }), ...(organizationId && { organizationId }) },
    orderBy: [{ foundAt: 'asc' }, { id: 'asc' }],
    take: limit,
    select: { kind: true, subject: true, organizationId: true, detail: true, foundAt: true, seenAt: true },
  });
  return rows as OpenFinding[];
}
