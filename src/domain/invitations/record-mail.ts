import type { Transaction } from '../../database/client.ts';
import type { Context } from '../context.ts';
import { effect, homeRefresh } from '../effects.ts';
import { record } from '../record.ts';
import { hashToken } from './token.ts';

/** Which of an invite's mails: the one that carried this token. A later sending has another. */
export interface InvitationMail {
  invitationId: string;
  token: string;
}

/** The mail is with the invitee's mail server, as far as SMTP tells. */
export async function recordMailSent(
  context: Context,
  { invitationId, token }: InvitationMail,
): Promise<void> {
  await context.database.invitation.updateMany({
    where: { id: invitationId, tokenHash: hashToken(token) },
    data: { mailStatus: 'sent', mailError: null },
  });
}

/**
 * The mail will not arrive. Shown at the invite with `reason`, a sentence, and told to whoever looks after it; once for each
 * sending, and not if the invite was settled or sent again meanwhile.
 */
export async function recordMailFailed(
  transaction: Transaction,
  context: Pick<Context, 'now' | 'newId'>,
  { invitationId, token }: InvitationMail,
  { reason, keeperUserId }: { reason: string; keeperUserId: string | null },
): Promise<void> {
  const [failed] = await transaction.invitation.updateManyAndReturn({
    where: { id: invitationId, tokenHash: hashToken(token), status: 'pending', mailStatus: 'queued' },
    data: { mailStatus: 'failed', mailError: reason },
    select: { organization: { select: { teamId: true } } },
  });
  if (!failed) return;
  const { teamId } = failed.organization;
  const notice = { kind: 'invitation_mail_failed' as const, invitationId };
  const told = keeperUserId === null ? [] : [effect('notice', { teamId, userId: keeperUserId, notice })];
  await record(transaction, context, [], [homeRefresh(teamId), ...told]);
}
