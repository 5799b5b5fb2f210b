import type { Transaction } from '../../database/client.ts';
import type { Context } from '../context.ts';
import { effect, homeRefresh } from '../effects.ts';
import { record } from '../record.ts';
import { findInvitation } from './find-invitation.ts';

/** Which of an invite's mails: the one whose link has this hash. A later sending has another. */
export interface InvitationMail {
  invitationId: string;
  tokenHash: Uint8Array<ArrayBuffer>;
}

export interface FailedMail {
  invitationId: string;
  /** Null where the link cannot be known any more: then it is the mail that is still on its way. */
  tokenHash: Uint8Array<ArrayBuffer> | null;
  /** A sentence for whoever sent the invite. */
  reason: string;
}

/** The relay has taken the mail. */
export async function recordMailSent(
  context: Context,
  { invitationId, tokenHash }: InvitationMail,
): Promise<void> {
  await context.database.invitation.updateMany({
    where: { id: invitationId, tokenHash },
    data: { mailStatus: 'sent', mailError: null },
  });
}

/**
 * The mail will not arrive. Shown at the invite with the reason, and told to whoever looks after it; once for each
 * sending, and not if the invite was settled or sent again meanwhile.
 */
export async function recordMailFailed(
  transaction: Transaction,
  context: Pick<Context, 'now' | 'newId'>,
  { invitationId, tokenHash, reason }: FailedMail,
): Promise<void> {
  const { count } = await transaction.invitation.updateMany({
    where: { id: invitationId, status: 'pending', mailStatus: 'queued', ...(tokenHash && { tokenHash }) },
    data: { mailStatus: 'failed', mailError: reason },
  });
  const invitation =
    count === 0
      ? null
      : await findInvitation({ database: transaction, now: context.now }, { id: invitationId });
  if (!invitation) return;
  const { keeperUserId: userId, organization } = invitation;
  const notice = { kind: 'invitation_mail_failed' as const, invitationId };
  const told = userId === null ? [] : [effect('notice', { teamId: organization.teamId, userId, notice })];
  await record(transaction, context, [], [homeRefresh(organization.teamId), ...told]);
}
