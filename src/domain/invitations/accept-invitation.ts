import type { Standing } from '../../database/client.ts';
import type { Actor } from '../actor.ts';
import type { Context } from '../context.ts';
import { refuse } from '../errors.ts';
import { sameEmail } from './email.ts';
import { findInvitation } from './find-invitation.ts';
import { type Joined, join } from './join.ts';
import { hashToken } from './token.ts';

/** A person as Sign in with Slack proved them, and as the workspace has them. */
export interface ProvenPerson {
  teamId: string;
  userId: string;
  name: string;
  email: string | null;
  emailVerified: boolean;
  standing: Standing;
}

/**
 * Accepts an invite by the Slack user it was sent to: they become a member, with the seat that the invite held. Accepting
 * again what one accepted is no error and changes nothing.
 * @throws Refusal `invitation_unknown`, `invitation_not_yours`, `guests_cannot`, `invitation_settled`, `organization_closing`, `seats_were_cut` (the
 * admins are told, once), `already_joined` (and the invite holds no seat any more).
 */
export async function acceptInvitation(
  context: Context,
  actor: Actor,
  input: { invitationId: string },
): Promise<Joined> {
  const key = { id: input.invitationId, teamId: actor.teamId };
  const invitation = await findInvitation(context, key);
  if (!invitation) throw refuse('invitation_unknown');
  if (invitation.inviteeUserId !== actor.userId) throw refuse('invitation_not_yours');
  if (actor.standing !== 'full') throw refuse('guests_cannot');
  return join(context, actor, invitation, key);
}

/**
 * The same by the link, for whom Sign in with Slack proved to be of this workspace and to have this address.
 * @throws Refusal as `acceptInvitation`, and `invitation_other_workspace`, `email_unverified`.
 */
export async function acceptByLink(
  context: Context,
  person: ProvenPerson,
  input: { token: string },
): Promise<Joined> {
  const key = { tokenHash: hashToken(input.token) };
  const invitation = await findInvitation(context, key);
  if (!invitation) throw refuse('invitation_unknown');
  checkInvitee(person, invitation);
  if (person.standing !== 'full') throw refuse('guests_cannot');
  return join(context, person, invitation, key);
}

/** @throws Refusal `invitation_other_workspace`, `email_unverified` or `invitation_not_yours`. */
export function checkInvitee(
  person: Pick<ProvenPerson, 'teamId' | 'email' | 'emailVerified'>,
  invitation: { email: string; organization: { teamId: string } },
): void {
  if (person.teamId !== invitation.organization.teamId) throw refuse('invitation_other_workspace');
  if (!sameEmail(person.email, invitation.email)) throw refuse('invitation_not_yours');
  if (!person.emailVerified) throw refuse('email_unverified');
}
