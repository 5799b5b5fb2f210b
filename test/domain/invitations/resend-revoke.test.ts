import { describe, expect, it } from 'vitest';
import { acceptByLink } from '../../../src/domain/invitations/accept-invitation.ts';
import { declineByLink } from '../../../src/domain/invitations/decline-invitation.ts';
import { expireInvitations } from '../../../src/domain/invitations/expire-invitations.ts';
import { resendInvitation } from '../../../src/domain/invitations/resend-invitation.ts';
import { revokeInvitation } from '../../../src/domain/invitations/revoke-invitation.ts';
import { sendInvitation } from '../../../src/domain/invitations/send-invitation.ts';
import { seedInvitation, seedMember, seedOrganization } from '../../setup/organization.ts';
import { proven, refusal, tokenOf, useStage } from './stage.ts';

const stage = useStage();

describe('sending an invite again', () => {
  it('gives 7 days from now and a new link; the old link is dead, no second seat is taken', async () => {
    const organization = await seedOrganization(stage.context, { seats: 2 });
    const old = await seedInvitation(stage.context, organization, { email: 'ada@new.example' });
    stage.context.advance({ days: 6 });
    const resent = await resendInvitation(stage.context, organization.owner, { invitationId: old.id });
    expect(resent).toMatchObject({ id: old.id, email: 'ada@new.example' });
    expect(resent.expiresAt.getTime() - stage.context.now().getTime()).toBe(7 * 86_400_000);
    expect(await stage.pendingOf(organization)).toHaveLength(1);
    const row = await stage.database.invitation.findUnique({ where: { id: old.id } });
    expect(row).toMatchObject({ sends: 2, mailStatus: 'queued' });

    const person = proven(organization, 'ada@new.example');
    const dead = await refusal(acceptByLink(stage.context, person, { token: old.token }));
    expect(dead.code).toBe('invitation_unknown');
    expect((await refusal(declineByLink(stage.context, { token: old.token }))).code).toBe(
      'invitation_unknown',
    );
    const token = await tokenOf(stage, organization);
    expect((await acceptByLink(stage.context, person, { token })).again).toBe(false);
  });

  it('mails and messages again, and says so in the audit trail', async () => {
    const organization = await seedOrganization(stage.context, { seats: 2 });
    const { id } = await seedInvitation(stage.context, organization, { email: 'ada@new.example' });
    await resendInvitation(stage.context, organization.owner, { invitationId: id });
    const topics = (await stage.effectsOf(organization)).map(({ topic }) => topic);
    expect(topics).toEqual(['invitation.mail', 'invitation.message', 'home.refresh']);
    expect(await stage.auditOf(organization)).toEqual(['invitation.resent ada@new.example by Olivia Owner']);
  });

  it.each(['swept', 'unswept'])('needs a free seat where it ran out and was %s', async (state) => {
    const organization = await seedOrganization(stage.context, { seats: 2 });
    const { id } = await seedInvitation(stage.context, organization, { email: 'late@new.example' });
    stage.context.advance({ days: 7 });
    if (state === 'swept') await expireInvitations(stage.context);
    const other = await sendInvitation(stage.context, organization.owner, {
      email: 'other@new.example',
      role: 'agent',
    });
    const full = await refusal(resendInvitation(stage.context, organization.owner, { invitationId: id }));
    expect(full.code).toBe('no_free_seat');
    await revokeInvitation(stage.context, organization.owner, { invitationId: other.id });
    await resendInvitation(stage.context, organization.owner, { invitationId: id });
    expect((await stage.pendingOf(organization)).map(({ email }) => email)).toEqual(['late@new.example']);
  });

  it('does not revive an invite whose address was invited anew, or is a member by now', async () => {
    const organization = await seedOrganization(stage.context, { seats: 5 });
    const [twice, joined] = await Promise.all(
      ['twice@new.example', 'joined@new.example'].map((email) =>
        seedInvitation(stage.context, organization, { email }),
      ),
    );
    stage.context.advance({ days: 7 });
    await expireInvitations(stage.context);
    await sendInvitation(stage.context, organization.owner, { email: 'twice@new.example', role: 'agent' });
    await seedMember(stage.context, organization, { email: 'joined@new.example' });
    const again = (id = '') =>
      refusal(resendInvitation(stage.context, organization.owner, { invitationId: id }));
    expect((await again(twice?.id)).code).toBe('already_invited');
    expect((await again(joined?.id)).code).toBe('already_member');
    expect(await stage.pendingOf(organization)).toHaveLength(1);
  });

  it('works at full capacity for an invite that still holds its seat, even if seats were cut below use', async () => {
    const organization = await seedOrganization(stage.context, { seats: 2 });
    const { id } = await seedInvitation(stage.context, organization);
    await stage.database.organization.update({ where: { id: organization.id }, data: { seatsPurchased: 1 } });
    await resendInvitation(stage.context, organization.owner, { invitationId: id });
    expect(await stage.pendingOf(organization)).toHaveLength(1);
  });

  it('passes an invite whose inviter was removed to whoever sends it again', async () => {
    const organization = await seedOrganization(stage.context);
    const admin = await seedMember(stage.context, organization, { role: 'admin' });
    const mine = await seedInvitation(stage.context, organization);
    const { id } = await sendInvitation(stage.context, admin, { email: 'a@new.example', role: 'agent' });
    await resendInvitation(stage.context, organization.owner, { invitationId: id });
    const inviter = async (of: string) =>
      (await stage.database.invitation.findUniqueOrThrow({ where: { id: of } })).invitedById;
    expect(await inviter(id)).toBe(admin.memberId);
    await stage.database.member.update({ where: { id: admin.memberId }, data: { status: 'removed' } });
    await resendInvitation(stage.context, organization.owner, { invitationId: id });
    expect(await inviter(id)).toBe(organization.owner.memberId);
    expect(await inviter(mine.id)).toBe(organization.owner.memberId);
  });
});

describe('withdrawing an invite', () => {
  it('kills the link and frees the seat at once', async () => {
    const organization = await seedOrganization(stage.context, { seats: 2 });
    const invitation = await seedInvitation(stage.context, organization, { email: 'ada@new.example' });
    await revokeInvitation(stage.context, organization.owner, { invitationId: invitation.id });
    const accept = acceptByLink(stage.context, proven(organization, 'ada@new.example'), {
      token: invitation.token,
    });
    expect(await refusal(accept)).toMatchObject({
      code: 'invitation_settled',
      detail: { status: 'revoked' },
    });
    await sendInvitation(stage.context, organization.owner, { email: 'next@new.example', role: 'agent' });
    expect((await stage.auditOf(organization))[0]).toBe('invitation.revoked ada@new.example by Olivia Owner');
    const topics = (await stage.effectsOf(organization)).map(({ topic }) => topic);
    expect(topics.slice(0, 2)).toEqual(['invitation.message-update', 'home.refresh']);
  });

  it('is refused for one that ran out, and for one that was withdrawn before', async () => {
    const organization = await seedOrganization(stage.context);
    const revoked = await seedInvitation(stage.context, organization);
    const late = await seedInvitation(stage.context, organization);
    const revoke = (invitationId: string) =>
      revokeInvitation(stage.context, organization.owner, { invitationId });
    await revoke(revoked.id);
    expect(await refusal(revoke(revoked.id))).toMatchObject({ detail: { status: 'revoked' } });
    stage.context.advance({ days: 7 });
    expect(await refusal(revoke(late.id))).toMatchObject({ detail: { status: 'expired' } });
    expect(await stage.auditOf(organization)).toHaveLength(1);
  });
});

describe.each([
  ['resend', resendInvitation],
  ['revoke', revokeInvitation],
])('%s', (_, operation) => {
  it('is for those who manage members', async () => {
    const organization = await seedOrganization(stage.context);
    const agent = await seedMember(stage.context, organization, { role: 'agent' });
    const { id } = await seedInvitation(stage.context, organization);
    expect((await refusal(operation(stage.context, agent, { invitationId: id }))).code).toBe('not_allowed');
  });

  it("knows neither another organization's invites nor what is no id", async () => {
    const organization = await seedOrganization(stage.context);
    const other = await seedOrganization(stage.context);
    const foreign = await seedInvitation(stage.context, other);
    for (const invitationId of [foreign.id, stage.context.newId(), 'x', "'; DROP TABLE invitations"]) {
      const refused = await refusal(operation(stage.context, organization.owner, { invitationId }));
      expect(refused.code).toBe('invitation_unknown');
    }
    expect(await stage.pendingOf(other)).toHaveLength(1);
  });
});
