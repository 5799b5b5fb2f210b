import { describe, expect, it } from 'vitest';
import { acceptByLink, acceptInvitation } from '../../../src/domain/invitations/accept-invitation.ts';
import { declineByLink, declineInvitation } from '../../../src/domain/invitations/decline-invitation.ts';
import { expireInvitations } from '../../../src/domain/invitations/expire-invitations.ts';
import { revokeInvitation } from '../../../src/domain/invitations/revoke-invitation.ts';
import { sendInvitation } from '../../../src/domain/invitations/send-invitation.ts';
import { seedInvitation, seedMember, seedOrganization, seedVisitor } from '../../setup/organization.ts';
import { proven, refusal, tokenOf, useStage } from './stage.ts';

const stage = useStage();

describe('accepting by the link', () => {
  it('makes a member with the role of the invite, at full capacity too, and tells the inviter', async () => {
    const organization = await seedOrganization(stage.context, { seats: 2 });
    const sent = await sendInvitation(stage.context, organization.owner, {
      email: 'Ada@New.example',
      role: 'admin',
    });
    const token = await tokenOf(stage, organization);
    const person = proven(organization, 'ADA@new.example ');
    await acceptByLink(stage.context, person, { token });
    expect(await stage.membersOf(organization)).toContainEqual({
      userId: person.userId,
      role: 'admin',
      status: 'active',
    });
    expect(await stage.pendingOf(organization)).toHaveLength(0);
    expect((await stage.auditOf(organization)).at(-1)).toBe(
      `invitation.accepted ada@new.example by ${person.name}`,
    );
    const effects = (await stage.effectsOf(organization)).slice(3);
    expect(effects).toEqual([
      { topic: 'invitation.message-update', payload: { invitationId: sent.id } },
      {
        topic: 'notice',
        payload: {
          teamId: organization.teamId,
          userId: organization.owner.userId,
          notice: { kind: 'invitation_accepted', invitationId: sent.id },
        },
      },
    ]);
  });

  it('gives somebody who was removed their row back, with the role of the invite', async () => {
    const organization = await seedOrganization(stage.context);
    const former = await seedMember(stage.context, organization, { role: 'admin', email: 'ada@new.example' });
    await stage.database.member.update({
      where: { id: former.memberId },
      data: { status: 'removed', removedAt: stage.context.now() },
    });
    const { token } = await seedInvitation(stage.context, organization, { email: 'ada@new.example' });
    await acceptByLink(stage.context, proven(organization, 'ada@new.example', former.userId), { token });
    const row = await stage.database.member.findUniqueOrThrow({ where: { id: former.memberId } });
    expect(row).toMatchObject({ status: 'active', role: 'agent', removedAt: null });
  });

  it('is refused one millisecond after the 7 days, and done one before, whether the sweep ran or not', async () => {
    const organization = await seedOrganization(stage.context);
    const [early, late] = await Promise.all(
      ['early@new.example', 'late@new.example'].map((email) =>
        seedInvitation(stage.context, organization, { email }),
      ),
    );
    stage.context.advance({ days: 7, milliseconds: -1 });
    await acceptByLink(stage.context, proven(organization, 'early@new.example'), {
      token: early?.token ?? '',
    });
    stage.context.advance({ milliseconds: 1 });
    const tooLate = () =>
      refusal(
        acceptByLink(stage.context, proven(organization, 'late@new.example'), { token: late?.token ?? '' }),
      );
    expect(await tooLate()).toMatchObject({ code: 'invitation_settled', detail: { status: 'expired' } });
    expect(await expireInvitations(stage.context)).toBe(1);
    expect(await tooLate()).toMatchObject({ code: 'invitation_settled', detail: { status: 'expired' } });
    expect(await stage.membersOf(organization)).toHaveLength(2);
  });

  it('is refused to another person, another workspace, an unverified address and a guest', async () => {
    const organization = await seedOrganization(stage.context);
    const other = await seedOrganization(stage.context);
    const { token } = await seedInvitation(stage.context, organization, { email: 'ada@new.example' });
    const right = proven(organization, 'ada@new.example');
    const code = async (person: typeof right) =>
      (await refusal(acceptByLink(stage.context, person, { token }))).code;
    expect(await code({ ...right, email: 'eve@new.example' })).toBe('invitation_not_yours');
    expect(await code({ ...right, email: null })).toBe('invitation_not_yours');
    expect(await code({ ...right, teamId: other.teamId })).toBe('invitation_other_workspace');
    expect(await code({ ...right, emailVerified: false })).toBe('email_unverified');
    expect(await code({ ...right, standing: 'guest' })).toBe('guests_cannot');
    expect(await code({ ...right, standing: 'stranger' })).toBe('guests_cannot');
    expect(await stage.pendingOf(organization)).toHaveLength(1);
    expect(await stage.auditOf(organization)).toHaveLength(0);
    await acceptByLink(stage.context, right, { token });
  });

  it('is no error for the person who accepted it, and refused to anybody else', async () => {
    const organization = await seedOrganization(stage.context);
    const { token } = await seedInvitation(stage.context, organization, { email: 'ada@new.example' });
    const person = proven(organization, 'ada@new.example');
    await acceptByLink(stage.context, person, { token });
    expect((await acceptByLink(stage.context, person, { token })).again).toBe(true);
    const double = { ...person, userId: 'UDOUBLE' };
    expect(await refusal(acceptByLink(stage.context, double, { token }))).toMatchObject({
      code: 'invitation_settled',
      detail: { status: 'accepted' },
    });
  });

  it('cannot bring back somebody who was removed after accepting it', async () => {
    const organization = await seedOrganization(stage.context);
    const { token } = await seedInvitation(stage.context, organization, { email: 'ada@new.example' });
    const person = proven(organization, 'ada@new.example');
    await acceptByLink(stage.context, person, { token });
    await stage.database.member.updateMany({ where: { userId: person.userId }, data: { status: 'removed' } });
    expect((await refusal(acceptByLink(stage.context, person, { token }))).code).toBe('invitation_settled');
  });

  it('tells a member so, and the invite holds no seat any more', async () => {
    const organization = await seedOrganization(stage.context, { seats: 3, name: 'Harbour Support' });
    const member = await seedMember(stage.context, organization, { email: 'old@new.example', role: 'admin' });
    const { token } = await seedInvitation(stage.context, organization, { email: 'renamed@new.example' });
    const person = proven(organization, 'renamed@new.example', member.userId);
    const refused = await refusal(acceptByLink(stage.context, person, { token }));
    expect(refused).toMatchObject({
      code: 'already_joined',
      message: 'You are a member of Harbour Support already.',
    });
    expect(await stage.pendingOf(organization)).toHaveLength(0);
    expect(await stage.membersOf(organization)).toContainEqual({
      userId: member.userId,
      role: 'admin',
      status: 'active',
    });
  });

  it('is refused where seats were cut below use, and the admins are told once', async () => {
    const organization = await seedOrganization(stage.context, { seats: 4 });
    const admin = await seedMember(stage.context, organization, { role: 'admin' });
    await seedMember(stage.context, organization, { role: 'agent' });
    const { id, token } = await seedInvitation(stage.context, organization, { email: 'ada@new.example' });
    await stage.database.organization.update({ where: { id: organization.id }, data: { seatsPurchased: 3 } });
    const person = proven(organization, 'ada@new.example');
    for (let attempt = 0; attempt < 3; attempt++) {
      expect((await refusal(acceptByLink(stage.context, person, { token }))).code).toBe('seats_were_cut');
    }
    const told = (await stage.effectsOf(organization)).filter(({ topic }) => topic === 'notice');
    expect(told.map(({ payload }) => payload.userId).sort()).toEqual(
      [organization.owner.userId, admin.userId].sort(),
    );
    expect(told[0]?.payload.notice).toEqual({ kind: 'invitation_without_seat', invitationId: id });
    // Pending still: with a seat bought back it can be accepted.
    await stage.database.organization.update({ where: { id: organization.id }, data: { seatsPurchased: 4 } });
    await acceptByLink(stage.context, person, { token });
  });

  it('stands after its inviter was removed; the Owner is told', async () => {
    const organization = await seedOrganization(stage.context);
    const admin = await seedMember(stage.context, organization, { role: 'admin' });
    await sendInvitation(stage.context, admin, { email: 'ada@new.example', role: 'agent' });
    const token = await tokenOf(stage, organization);
    await stage.database.member.update({ where: { id: admin.memberId }, data: { status: 'removed' } });
    await acceptByLink(stage.context, proven(organization, 'ada@new.example'), { token });
    const told = (await stage.effectsOf(organization)).filter(({ topic }) => topic === 'notice');
    expect(told.map(({ payload }) => payload.userId)).toEqual([organization.owner.userId]);
  });

  it.each(['', 'nonsense', 'A'.repeat(43), '\0', '../..'])('knows no link %j', async (token) => {
    const organization = await seedOrganization(stage.context);
    const person = proven(organization, 'ada@new.example');
    expect((await refusal(acceptByLink(stage.context, person, { token }))).code).toBe('invitation_unknown');
  });
});

describe('accepting by the message', () => {
  async function offered(standing: 'full' | 'guest' | null = 'full') {
    const organization = await seedOrganization(stage.context);
    const invitation = await seedInvitation(stage.context, organization);
    const visitor = await seedVisitor(stage.context, {
      teamId: organization.teamId,
      organizationId: organization.id,
      standing,
    });
    const sentTo = { inviteeUserId: visitor.userId };
    await stage.database.invitation.update({ where: { id: invitation.id }, data: sentTo });
    return { organization, invitation, visitor, input: { invitationId: invitation.id } };
  }

  it('is for the Slack user it was sent to, whatever their address is by now', async () => {
    const { organization, visitor, input } = await offered();
    const other = await seedVisitor(stage.context, {
      teamId: organization.teamId,
      organizationId: organization.id,
    });
    expect((await refusal(acceptInvitation(stage.context, other, input))).code).toBe('invitation_not_yours');
    expect((await refusal(declineInvitation(stage.context, other, input))).code).toBe('invitation_not_yours');
    await acceptInvitation(stage.context, { ...visitor, email: 'changed@new.example' }, input);
    expect(await stage.membersOf(organization)).toContainEqual({
      userId: visitor.userId,
      role: 'agent',
      status: 'active',
    });
  });

  it('is for nobody while it was sent to nobody', async () => {
    const { invitation, visitor, input } = await offered();
    await stage.database.invitation.update({ where: { id: invitation.id }, data: { inviteeUserId: null } });
    expect((await refusal(acceptInvitation(stage.context, visitor, input))).code).toBe(
      'invitation_not_yours',
    );
  });

  it.each(['guest', null] as const)('is refused to somebody of standing %s', async (standing) => {
    const { visitor, input } = await offered(standing);
    expect((await refusal(acceptInvitation(stage.context, visitor, input))).code).toBe('guests_cannot');
  });

  it('is refused from another workspace with the same user id', async () => {
    const { visitor, input } = await offered();
    const other = await seedOrganization(stage.context);
    const away = { ...visitor, teamId: other.teamId, organizationId: other.id };
    expect((await refusal(acceptInvitation(stage.context, away, input))).code).toBe('invitation_unknown');
    expect((await refusal(declineInvitation(stage.context, away, input))).code).toBe('invitation_unknown');
  });
});

describe('declining', () => {
  it('works by the link alone, frees the seat and tells the inviter', async () => {
    const organization = await seedOrganization(stage.context, { seats: 2 });
    const { id, token } = await seedInvitation(stage.context, organization, { email: 'ada@new.example' });
    expect((await declineByLink(stage.context, { token })).status).toBe('declined');
    expect(await stage.auditOf(organization)).toEqual([
      'invitation.declined ada@new.example by The invite link',
    ]);
    const told = (await stage.effectsOf(organization)).filter(({ topic }) => topic === 'notice');
    expect(told.map(({ payload }) => payload.notice)).toEqual([
      { kind: 'invitation_declined', invitationId: id },
    ]);
    await sendInvitation(stage.context, organization.owner, { email: 'next@new.example', role: 'agent' });
  });

  it.each([
    ['declined', (token: string) => declineByLink(stage.context, { token })],
    ['expired', () => stage.context.advance({ days: 7 })],
  ] as const)('is refused once it is %s', async (status, settle) => {
    const organization = await seedOrganization(stage.context);
    const { token } = await seedInvitation(stage.context, organization);
    await settle(token);
    expect(await refusal(declineByLink(stage.context, { token }))).toMatchObject({ detail: { status } });
  });

  it('is refused once it is withdrawn', async () => {
    const organization = await seedOrganization(stage.context);
    const { id, token } = await seedInvitation(stage.context, organization);
    await revokeInvitation(stage.context, organization.owner, { invitationId: id });
    expect(await refusal(declineByLink(stage.context, { token }))).toMatchObject({
      detail: { status: 'revoked' },
    });
  });
});
