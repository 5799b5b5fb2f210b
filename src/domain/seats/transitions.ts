import type { Prisma, SeatChange, SeatChangeStatus, Transaction } from '../../database/client.ts';

/**
 * The life of a seat change, from the press of Update to Stripe's answer:
 *
 * | From               | To                 | When                                                                          |
 * |--------------------|--------------------|-------------------------------------------------------------------------------|
 * | `requested`        | `sent`             | its job claims it: the call to Stripe goes out, now or by who retries it       |
 * |                    | `applied`          | Stripe has the number already                                                 |
 * |                    | `superseded`       | a newer wish came before it was sent, or a deletion                           |
 * |                    | `refused`          | the seats are in use by now, the subscription is over, or the job was given up |
 * | `sent`             | `awaiting_payment` | Stripe holds it back: 3-D Secure, or the card was declined                     |
 * |                    | `applied`          | Stripe has the number; an increase was paid then, and that is one step         |
 * |                    | `superseded`       | Stripe was too busy to do it, and a newer wish waits, or a deletion           |
 * |                    | `refused`          | Stripe says no, the subscription is over, or the job was given up              |
 * | `awaiting_payment` | `applied`          | its invoice is paid                                                           |
 * |                    | `expired`          | Stripe gave it up unpaid                                                      |
 * |                    | `superseded`       | its invoice is withdrawn, for a newer wish or a deletion                       |
 * |                    | `refused`          | the subscription is over, or the job was given up                             |
 *
 * What is settled stays settled. In an organization at most one is requested and at most one is with Stripe: two unique
 * indexes hold that, and two checks that what is with Stripe has a `sentAt` and what is settled a `settledAt`.
 */
export const transitions = {
  requested: ['sent', 'applied', 'superseded', 'refused'],
  sent: ['awaiting_payment', 'applied', 'superseded', 'refused'],
  awaiting_payment: ['applied', 'expired', 'superseded', 'refused'],
  applied: [],
  expired: [],
  superseded: [],
  refused: [],
} as const satisfies Record<SeatChangeStatus, readonly SeatChangeStatus[]>;

/** The statuses that lead on to others. */
export type OpenStatus = {
  [S in SeatChangeStatus]: (typeof transitions)[S] extends readonly [] ? never : S;
}[SeatChangeStatus];

/** The statuses that a change ends in. */
export type SettledStatus = Exclude<SeatChangeStatus, OpenStatus>;

export const openStatuses = [
  'requested',
  'sent',
  'awaiting_payment',
] as const satisfies readonly OpenStatus[];

/**
 * Takes a change from the status in which it was read to `to`, in one guarded update.
 * @throws Error where the table has no such step, or where the row has moved on: callers hold the organization's lock.
 */
export async function moveSeatChange(
  transaction: Transaction,
  change: Pick<SeatChange, 'id' | 'status'>,
  to: SeatChangeStatus,
  data: Omit<Prisma.SeatChangeUpdateInput, 'status'>,
): Promise<SeatChange> {
  if (!(transitions[change.status] as readonly SeatChangeStatus[]).includes(to)) {
    throw new Error(`A seat change that is ${change.status} cannot be ${to}.`);
  }
  return transaction.seatChange.update({
    where: { id: change.id, status: change.status },
    data: { ...data, status: to },
  });
}
