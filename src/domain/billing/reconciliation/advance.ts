import type { Transaction } from '../../../database/client.ts';
import type { Context } from '../../context.ts';
import { record } from '../../record.ts';
import { nextPage } from './begin.ts';
import { carryForgottenWishes } from './forgotten-wishes.ts';
import type { PageDone, Reconciliation } from './reconciliation.ts';

/** Null where there is no such reconciliation. */
export function readReconciliation(
  context: Pick<Context, 'database'>,
  id: string,
): Promise<Reconciliation | null> {
  return context.database.reconciliation.findUnique({ where: { id } });
}

/**
 * Notes that the page at which `at` stands was done: moves on, adds the figures and, with `goOn`, writes the effect that does
 * the next page, all at once. False, and nothing of it, where another has done the same page meanwhile.
 */
export async function advance(
  context: Context,
  at: Reconciliation,
  { figures, next }: PageDone,
  { goOn }: { goOn: boolean },
): Promise<boolean> {
  return context.database.$transaction(async (transaction) => {
    const { id, phase, cursor, startedAt } = at;
    const { compared, repaired, replayed } = figures;
    const moved = await transaction.reconciliation.updateMany({
      where: { id, phase, cursor, finishedAt: null },
      data: {
        ...(next ?? { finishedAt: context.now() }),
        compared: { increment: compared },
        repaired: { increment: repaired },
        replayed: { increment: replayed },
        found: await countFoundSince(transaction, startedAt),
      },
    });
    if (moved.count === 0) return false;
    if (phase === 'organizations' && next?.phase !== phase) {
      const carried = await carryForgottenWishes(transaction, context);
      await transaction.reconciliation.update({ where: { id }, data: { repaired: { increment: carried } } });
    }
    if (next && goOn) await record(transaction, context, [], [nextPage(id)]);
    return true;
  });
}

/** Counted anew each time: a page that is done twice after a crash counts nothing twice. */
function countFoundSince(transaction: Transaction, since: Date): Promise<number> {
  return transaction.billingFinding.count({ where: { foundAt: { gte: since }, resolvedAt: null } });
}
