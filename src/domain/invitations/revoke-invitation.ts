import { type Actor, requireMember } from '../actor.ts';
import type { Context } from '../context.ts';
import { permit } from '../permissions.ts';
import { findInvitation } from './find-invitation.ts';
import { refuseSettled, settle } from './settle.ts';

/**
 * Withdraws a pending invite: its link is dead and its seat free, at once. Of several who press at the same time one does it.
 * @throws Refusal `no_organization`, `not_a_member`, `not_allowed`, `invitation_unknown`, `invitation_settled`.
 */
export async function revokeInvitation(
  context: Context,
  actor: Actor,
  input: { invitationId: string },
): Promise<{ email: string }> {
  const member = requireMember(actor);
  permit(member, 'members.manage');
  const key = { id: input.invitationId, organizationId: member.organizationId };
  const invitation = await findInvitation(context, key);
  if (invitation?.status !== 'pending') throw refuseSettled(invitation);
  const settled = await settle(context, invitation, { status: 'revoked', by: member });
  if (!settled) throw refuseSettled(await findInvitation(context, key));
  return { email: invitation.email };
}
