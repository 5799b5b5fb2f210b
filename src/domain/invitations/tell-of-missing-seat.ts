import type { Context } from '../context.ts';
import { effect } from '../effects.ts';
import { rolesFor } from '../permissions.ts';
import { record } from '../record.ts';
import type { FoundInvitation } from './find-invitation.ts';

/** Tells those who may manage members that an invite could not be accepted for want of a seat; once for each sending. */
export async function tellOfMissingSeat(context: Context, invitation: FoundInvitation): Promise<void> {
  const { id, organization } = invitation;
  await context.database.$transaction(async (transaction) => {
    const { count } = await transaction.invitation.updateMany({
      where: { id, status: 'pending', seatMissedAt: null },
      data: { seatMissedAt: context.now() },
    });
    if (count === 0) return;
    const managers = await transaction.member.findMany({
      where: {
        organizationId: organization.id,
        status: 'active',
        role: { in: [...rolesFor('members.manage')] },
      },
      select: { userId: true },
    });
    const notice = { kind: 'invitation_without_seat' as const, invitationId: id };
    const effects = managers.map(({ userId }) =>
      effect('notice', { teamId: organization.teamId, userId, notice }),
    );
    await record(transaction, context, [], effects);
  });
}
