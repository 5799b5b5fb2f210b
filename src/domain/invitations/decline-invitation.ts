import type { Actor } from '../actor.ts';
import type { Context } from '../context.ts';
import { effect } from '../effects.ts';
import { refuse } from '../errors.ts';
import type { Author } from '../record.ts';
import { type FoundInvitation, findInvitation, type InvitationKey } from './find-invitation.ts';
import { refuseSettled, settle } from './settle.ts';
import { hashToken } from './token.ts';

/**
 * Declines an invite by the Slack user it was sent to: its seat is free at once, and who looks after it is told.
 * @throws Refusal `invitation_unknown`, `invitation_not_yours`, `invitation_settled`.
 */
export async function declineInvitation(
  context: Context,
  actor: Actor,
  input: { invitationId: string },
): Promise<FoundInvitation> {
  const key = { id: input.invitationId, teamId: actor.teamId };
  const invitation = await findInvitation(context, key);
  if (!invitation) throw refuse('invitation_unknown');
  if (invitation.inviteeUserId !== actor.userId) throw refuse('invitation_not_yours');
  return decline(context, invitation, key, actor);
}

/**
 * Declines the invite of a link, by whoever has the link.
 * @throws Refusal `invitation_unknown` (also for a link that was replaced), `invitation_settled`.
 */
export async function declineByLink(context: Context, input: { token: string }): Promise<FoundInvitation> {
  const key = { tokenHash: hashToken(input.token) };
  const invitation = await findInvitation(context, key);
  if (!invitation) throw refuse('invitation_unknown');
  return decline(context, invitation, key, 'The invite link');
}

async function decline(
  context: Context,
  invitation: FoundInvitation,
  key: InvitationKey,
  by: Author,
): Promise<FoundInvitation> {
  if (invitation.status !== 'pending') throw refuseSettled(invitation);
  const { id, keeperUserId: userId, organization } = invitation;
  const notice = { kind: 'invitation_declined' as const, invitationId: id };
  const settled = await settle(context, invitation, {
    status: 'declined',
    by,
    effects: userId === null ? [] : [effect('notice', { teamId: organization.teamId, userId, notice })],
    ...('tokenHash' in key && { tokenHash: key.tokenHash }),
  });
  if (!settled) throw refuseSettled(await findInvitation(context, key));
  return { ...invitation, status: 'declined' };
}
