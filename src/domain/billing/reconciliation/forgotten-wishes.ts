import type { Transaction } from '../../../database/client.ts';
import type { Context } from '../../context.ts';
import { effect } from '../../effects.ts';
import { record } from '../../record.ts';

/** A younger wish may be between two rows of the outbox at this very moment. */
const GRACE_MS = 10 * 60_000;

/**
 * Carries those seat changes again that nothing carries any more: sent or to be sent, without a row of the outbox that is
 * open. Not those that wait behind one that is being sent, nor those that wait for their payment. Gives how many.
 */
export async function carryForgottenWishes(transaction: Transaction, context: Context): Promise<number> {
  const before = new Date(context.now().getTime() - GRACE_MS);
  const forgotten = await transaction.$queryRaw<{ id: string; sendAfter: Date | null }[]>`
    SELECT wish.id, wish.send_after AS "sendAfter" FROM seat_changes wish
     WHERE (wish.status = 'sent' OR wish.status = 'requested' AND NOT EXISTS (
             SELECT FROM seat_changes ahead WHERE ahead.organization_id = wish.organization_id
               AND ahead.status = 'sent'))
       AND coalesce(wish.sent_at, wish.created_at) < ${before}
       AND NOT EXISTS (
             SELECT FROM outbox WHERE topic = 'seats.carry' AND status IN ('pending', 'queued')
               AND payload ->> 'seatChangeId' = wish.id::text)`;
  const effects = forgotten.map(({ id, sendAfter }) =>
    effect('seats.carry', { seatChangeId: id }, sendAfter ? { availableAt: sendAfter } : {}),
  );
  await record(transaction, context, [], effects);
  return forgotten.length;
}
