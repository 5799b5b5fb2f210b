import type { SeatChange, Transaction } from '../../database/client.ts';
import { type Actor, type Member, requireMember } from '../actor.ts';
import type { Context } from '../context.ts';
import { effect, homeRefresh } from '../effects.ts';
import { refuse } from '../errors.ts';
import { monthlyCost } from '../money.ts';
import { permit } from '../permissions.ts';
import { record } from '../record.ts';
import { noConsequences, seatsChanged } from './consequences.ts';
import { type Ledger, lockLedger } from './ledger.ts';
import { prorationMoment } from './proration-moment.ts';
import { nextSendingOf } from './sending-limits.ts';
import { moveSeatChange } from './transitions.ts';
import { judgeWish, type SeatChangeWish } from './wish.ts';

export type SeatChangeOutcome =
  | RecordedChange
  /** There is no subscription yet: the first seats are bought in Stripe Checkout. */
  | { kind: 'checkout'; organizationId: string; quantity: number };

/** A job carries it to Stripe. */
export interface RecordedChange {
  kind: 'recorded';
  seatChangeId: string;
  from: number;
  to: number;
  /** The seats given up are gone at once. */
  lowered: boolean;
  /** Where Stripe's limits make it wait: the moment from which it is sent, as far as can be foreseen. */
  sendAfter: Date | null;
  /** What `to` seats cost a month, in the smallest unit of `currency`. */
  monthlyCost: number;
  currency: string;
}

/**
 * Records that the Owner wants another number of seats. An increase leaves the purchased figure alone until Stripe says paid;
 * a decrease lowers it here and now, so that no invite takes one of the seats given up. The same wish twice is one change;
 * a newer wish takes the place of one that has not been sent, and waits behind one that has.
 *
 * @throws Refusal `not_allowed`, and those of judgeWish().
 */
export async function requestSeatChange(
  context: Context,
  actor: Actor,
  wish: SeatChangeWish,
): Promise<SeatChangeOutcome> {
  const owner = requireMember(actor);
  permit(owner, 'billing.manage');
  return context.database.$transaction(async (transaction) => {
    const ledger = await lockLedger(transaction, owner.organizationId, context.now());
    if (!ledger) throw refuse('no_organization');
    const judgement = await judgeWish(transaction, owner, ledger, wish);
    if (judgement.kind === 'checkout') {
      return { kind: 'checkout', organizationId: ledger.organizationId, quantity: wish.quantity };
    }
    const change =
      judgement.kind === 'open'
        ? judgement.change
        : await recordWish(transaction, context, owner, ledger, wish);
    return recorded(change, ledger, context.now());
  });
}

async function recordWish(
  transaction: Transaction,
  context: Context,
  owner: Member,
  ledger: Ledger,
  wish: SeatChangeWish,
): Promise<SeatChange> {
  const { organizationId, purchased } = ledger;
  const now = context.now();
  if (ledger.waiting) await moveSeatChange(transaction, ledger.waiting, 'superseded', { settledAt: now });
  // The job decides by what Stripe has; until then the purchased figure stands for it.
  const sendAfter = await nextSendingOf(transaction, organizationId, wish.quantity > purchased, now);
  const change = await transaction.seatChange.create({
    data: {
      id: context.newId(),
      organizationId,
      fromQuantity: purchased,
      toQuantity: wish.quantity,
      requestedBy: owner.userId,
      prorationAt: prorationMoment(now, wish.prorationAt),
      // Who is told in the answer is not told again.
      ...(sendAfter && { sendAfter, waitToldAt: now }),
      createdAt: now,
    },
  });
  const consequences = noConsequences();
  consequences.changes.push({
    organizationId,
    by: owner,
    action: 'seats.requested',
    before: { seats: purchased },
    after: { seats: wish.quantity },
  });
  if (wish.quantity < purchased) {
    await transaction.organization.update({
      where: { id: organizationId },
      data: { seatsPurchased: wish.quantity },
    });
    seatsChanged(consequences, ledger, owner, wish.quantity);
  }
  const payload = { seatChangeId: change.id };
  consequences.effects.push(
    effect('seats.carry', payload, sendAfter ? { availableAt: sendAfter } : {}),
    homeRefresh(ledger.teamId),
  );
  await record(transaction, context, consequences.changes, consequences.effects);
  return change;
}

function recorded(change: SeatChange, { seatPrice, currency }: Ledger, now: Date): RecordedChange {
  const { id, fromQuantity: from, toQuantity: to, sendAfter } = change;
  return {
    kind: 'recorded',
    seatChangeId: id,
    from,
    to,
    lowered: to < from,
    sendAfter: sendAfter !== null && sendAfter > now ? sendAfter : null,
    monthlyCost: monthlyCost(to, seatPrice),
    currency,
  };
}
