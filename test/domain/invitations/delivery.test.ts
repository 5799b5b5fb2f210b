import { describe, expect, it } from 'vitest';
import { attachMessage } from '../../../src/domain/invitations/attach-message.ts';
import { recordMailFailed, recordMailSent } from '../../../src/domain/invitations/record-mail.ts';
import { resendInvitation } from '../../../src/domain/invitations/resend-invitation.ts';
import { revokeInvitation } from '../../../src/domain/invitations/revoke-invitation.ts';
import { hashToken } from '../../../src/domain/invitations/token.ts';
import { seedInvitation, seedOrganization } from '../../setup/organization.ts';
import { useStage } from './stage.ts';

const stage = useStage();

const rowOf = (id: string) => stage.database.invitation.findUniqueOrThrow({ where: { id } });

async function invited() {
  const organization = await seedOrganization(stage.context);
  const invitation = await seedInvitation(stage.context, organization);
  const mail = { invitationId: invitation.id, tokenHash: hashToken(invitation.token) };
  const reason = 'The address was refused.';
  const fail = () => recordMailFailed(stage.database, stage.context, { ...mail, reason });
  return { organization, invitation, mail, fail };
}

describe("a mail's outcome", () => {
  it('is shown at the invite, and a failure is told once', async () => {
    const { organization, invitation, fail } = await invited();
    await fail();
    await fail();
    expect(await rowOf(invitation.id)).toMatchObject({
      mailStatus: 'failed',
      mailError: 'The address was refused.',
    });
    const told = (await stage.effectsOf(organization)).filter(({ topic }) => topic === 'notice');
    expect(told.map(({ payload }) => payload)).toEqual([
      {
        teamId: organization.teamId,
        userId: organization.owner.userId,
        notice: { kind: 'invitation_mail_failed', invitationId: invitation.id },
      },
    ]);
  });

  it('is that of the latest sending: an earlier mail changes nothing', async () => {
    const { organization, invitation, mail, fail } = await invited();
    await resendInvitation(stage.context, organization.owner, { invitationId: invitation.id });
    await recordMailSent(stage.context, mail);
    expect((await rowOf(invitation.id)).mailStatus).toBe('queued');
    await fail();
    expect((await rowOf(invitation.id)).mailStatus).toBe('queued');
  });

  it('is no failure once it was sent, nor on a settled invite', async () => {
    const { organization, mail, fail, invitation } = await invited();
    await recordMailSent(stage.context, mail);
    await fail();
    expect((await rowOf(invitation.id)).mailStatus).toBe('sent');
    const other = await invited();
    await revokeInvitation(stage.context, other.organization.owner, { invitationId: other.invitation.id });
    await other.fail();
    expect((await rowOf(other.invitation.id)).mailStatus).toBe('queued');
    const told = await stage.effectsOf(organization);
    expect(told.filter(({ topic }) => topic === 'notice')).toHaveLength(0);
  });
});

describe('the direct message', () => {
  it('is remembered with its user, and replaces the earlier one', async () => {
    const { invitation, organization } = await invited();
    const message = { invitationId: invitation.id, userId: 'UADA', channel: 'D1' };
    expect(await attachMessage(stage.context, { ...message, ts: '1.1' })).toBeNull();
    // The same again: a job that ran twice.
    expect(await attachMessage(stage.context, { ...message, ts: '1.1' })).toBeNull();
    expect(await attachMessage(stage.context, { ...message, ts: '2.2' })).toEqual({
      channel: 'D1',
      ts: '1.1',
    });
    expect(await rowOf(invitation.id)).toMatchObject({
      inviteeUserId: 'UADA',
      messageChannel: 'D1',
      messageTs: '2.2',
    });
    expect(await stage.effectsOf(organization)).toEqual([]);
  });

  it('is brought up to date where the invite was settled while it was on its way', async () => {
    const { invitation, organization } = await invited();
    await revokeInvitation(stage.context, organization.owner, { invitationId: invitation.id });
    await stage.database.outboxRow.deleteMany();
    await attachMessage(stage.context, {
      invitationId: invitation.id,
      userId: 'UADA',
      channel: 'D1',
      ts: '1.1',
    });
    expect(await stage.effectsOf(organization)).toEqual([
      { topic: 'invitation.message-update', payload: { invitationId: invitation.id } },
    ]);
  });
});
