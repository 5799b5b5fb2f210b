import type { Context } from '../../context.ts';
import { type FindingKind, resolveFinding } from '../findings.ts';

/**
 * Takes the findings of these kinds off the open list that were not seen again since `since`: whoever has looked everywhere
 * and reported what is there knows that the rest is gone.
 */
export async function resolveUnseen(
  context: Context,
  kinds: readonly FindingKind[],
  since: Date,
): Promise<number> {
  const unseen = await context.database.billingFinding.findMany({
    where: { resolvedAt: null, kind: { in: [...kinds] }, seenAt: { lt: since } },
    select: { kind: true, subject: true },
  });
  let resolved = 0;
  for (const { kind, subject } of unseen) {
    if (await resolveFinding(context, { kind: kind as FindingKind, subject })) resolved += 1;
  }
  return resolved;
}
