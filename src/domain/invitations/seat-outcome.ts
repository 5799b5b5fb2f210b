import { type Refusal, refuse } from '../errors.ts';

/** What the SQL function hold_seat answers. */
export interface SeatOutcome {
  outcome: 'member' | 'invited' | 'full' | 'free';
  purchased: number;
  members: number;
  pending: number;
}

/** The refusal for any answer but `free`. */
export function refuseSeat(seat: SeatOutcome | undefined, email: string): Refusal {
  if (!seat) return refuse('no_organization');
  const { outcome, purchased, members, pending } = seat;
  if (outcome === 'member') return refuse('already_member', { email });
  if (outcome === 'invited') return refuse('already_invited', { email });
  return refuse('no_free_seat', { purchased, members, pending });
}
