import { sendDirectMessage } from '../clients/slack/direct-message.ts';
import { SlackRefused } from '../clients/slack/failures.ts';
import { isUnreachable } from '../clients/slack/unreachable.ts';
import type { Context } from '../domain/context.ts';
import { attachMessage } from '../domain/invitations/attach-message.ts';
import { type FoundInvitation, findInvitation } from '../domain/invitations/find-invitation.ts';
import { rememberPerson } from '../domain/members/remember-person.ts';
import { readSlackUser } from '../domain/members/slack-profile.ts';
import { repeatedMessage, invitationMessage as write } from '../slack/blocks/invitation-message.ts';
import type { JobContext } from './context.ts';
import { defineJob, type JobRun } from './job.ts';
import { updateMessage } from './update-message.ts';

export type InvitationMessageContext = Context & Pick<JobContext, 'slack'>;

/**
 * Offers an invite in a direct message, where its address belongs to a full member of the workspace; guests, bots and
 * deactivated people get none. Sent again, it is a new message, and the old one points to it.
 */
export const invitationMessage = defineJob<'invitation.message', InvitationMessageContext>(
  'invitation.message',
  {
    queue: 'slack',
    run: async (context, { invitationId }, run) => {
      const invitation = await findInvitation(context, { id: invitationId });
      if (invitation?.status !== 'pending') return;
      try {
        await offer(context, invitation, run);
      } catch (error) {
        if (!isUnreachable(error)) throw error;
        run.log.info({ invitationId, err: error }, 'An invite found nobody in the workspace.');
      }
    },
  },
);

async function offer(
  context: InvitationMessageContext,
  invitation: FoundInvitation,
  { outboxId, attempt }: JobRun,
): Promise<void> {
  const client = context.slack(invitation.organization.teamId);
  const userId = await findInvitee(context, invitation);
  if (userId === null) return;
  const message = write(invitation, context.now());
  const posted = await sendDirectMessage(client, { userId, ...message, outboxId, attempt });
  const earlier = await attachMessage(context, { invitationId: invitation.id, userId, ...posted });
  if (earlier) await updateMessage(client, earlier, repeatedMessage(invitation));
}

/** The full member of the workspace who has the address now; remembered, so that accepting needs no question. */
async function findInvitee(
  context: InvitationMessageContext,
  { email, organization: { teamId } }: FoundInvitation,
): Promise<string | null> {
  const asked = context.now();
  const user = await context
    .slack(teamId)
    .users.lookupByEmail({ email })
    .then(
      (answer) => answer.user,
      (error: unknown) => {
        if (error instanceof SlackRefused && error.reason === 'users_not_found') return null;
        throw error;
      },
    );
  if (!user) return null;
  const person = readSlackUser(user, teamId);
  await rememberPerson(context, teamId, person, asked);
  return person.standing === 'full' && !person.deactivated ? person.userId : null;
}
