import type { InvitationStatus } from '../../database/client.ts';

/** How long an invite is valid, counted from when it was sent last: to the millisecond, whatever runs meanwhile. */
export const VALID_DAYS = 7;

/** The moment from which an invite that is sent at `now` is dead. */
export function expiryOf(now: Date): Date {
  return new Date(now.getTime() + VALID_DAYS * 86_400_000);
}

/** What an invite is at `now`: past its time it has expired, whether or not the sweep has been there. */
export function statusAt(
  now: Date,
  { status, expiresAt }: { status: InvitationStatus; expiresAt: Date },
): InvitationStatus {
  return status === 'pending' && expiresAt.getTime() <= now.getTime() ? 'expired' : status;
}
