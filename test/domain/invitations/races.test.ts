import { describe, expect, it } from 'vitest';
import { acceptInvitation } from '../../../src/domain/invitations/accept-invitation.ts';
import { declineByLink } from '../../../src/domain/invitations/decline-invitation.ts';
import { expireInvitations } from '../../../src/domain/invitations/expire-invitations.ts';
import { resendInvitation } from '../../../src/domain/invitations/resend-invitation.ts';
import { revokeInvitation } from '../../../src/domain/invitations/revoke-invitation.ts';
import { sendInvitation } from '../../../src/domain/invitations/send-invitation.ts';
import {
  type SeededOrganization,
  seedInvitation,
  seedOrganization,
  seedVisitor,
} from '../../setup/organization.ts';
import { tally, useStage } from './stage.ts';

const stage = useStage();

const times = <T>(count: number, make: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, index) => make(index));

/** An invite and the Slack user it was sent to. */
async function offered(organization: SeededOrganization, email?: string) {
  const invitation = await seedInvitation(stage.context, organization, { ...(email && { email }) });
  const visitor = await seedVisitor(stage.context, {
    teamId: organization.teamId,
    organizationId: organization.id,
    email: invitation.email,
  });
  await stage.database.invitation.update({
    where: { id: invitation.id },
    data: { inviteeUserId: visitor.userId },
  });
  return { invitation, visitor, input: { invitationId: invitation.id } };
}

async function usedSeats(organization: SeededOrganization): Promise<number> {
  const members = await stage.membersOf(organization);
  const pending = await stage.pendingOf(organization);
  return members.filter(({ status }) => status === 'active').length + pending.length;
}

describe('many at once', () => {
  it('200 parallel invites for 5 seats: exactly 5 are sent, 195 hear that no seat is free', async () => {
    const organization = await seedOrganization(stage.context, { seats: 6 });
    const sentences = new Set<string>();
    const counts = await tally(
      times(200, (index) =>
        sendInvitation(stage.context, organization.owner, {
          email: `race${index}@new.example`,
          role: 'agent',
        }).catch((error: Error) => {
          sentences.add(error.message);
          throw error;
        }),
      ),
    );
    expect(counts).toEqual({ done: 5, no_free_seat: 195 });
    expect([...sentences]).toEqual([
      'No seat free: 6 seats purchased, 1 member and 5 pending invites hold them. The Owner can add seats with `/org seats`.',
    ]);
    expect(await stage.pendingOf(organization)).toHaveLength(5);
    expect(await stage.auditOf(organization)).toHaveLength(5);
    const topics = (await stage.effectsOf(organization)).map(({ topic }) => topic);
    expect(topics.filter((topic) => topic === 'invitation.mail')).toHaveLength(5);
    expect(topics.filter((topic) => topic === 'home.refresh')).toHaveLength(1);
  });

  it('50 parallel invites of one address take one seat', async () => {
    const organization = await seedOrganization(stage.context, { seats: 60 });
    const input = { email: 'same@new.example', role: 'agent' };
    const counts = await tally(times(50, () => sendInvitation(stage.context, organization.owner, input)));
    expect(counts).toEqual({ done: 1, already_invited: 49 });
    expect(await stage.pendingOf(organization)).toHaveLength(1);
  });

  it('50 parallel invites of an address whose invite ran out settle the old one once', async () => {
    const organization = await seedOrganization(stage.context, { seats: 2 });
    await seedInvitation(stage.context, organization, { email: 'again@new.example' });
    stage.context.advance({ days: 8 });
    const input = { email: 'again@new.example', role: 'agent' };
    const counts = await tally([
      ...times(50, () => sendInvitation(stage.context, organization.owner, input)),
      expireInvitations(stage.context),
    ]);
    expect(counts.done).toBe(2);
    const audit = await stage.auditOf(organization);
    expect(audit.filter((line) => line.startsWith('invitation.expired'))).toHaveLength(1);
  });

  it('50 parallel accepts of one invite make one member, and tell the inviter once', async () => {
    const organization = await seedOrganization(stage.context, { seats: 2 });
    const { visitor, input } = await offered(organization);
    const counts = await tally(times(50, () => acceptInvitation(stage.context, visitor, input)));
    // To the person who pressed fifty times, it is done each time.
    expect(counts).toEqual({ done: 50 });
    expect(await stage.membersOf(organization)).toHaveLength(2);
    expect(await stage.auditOf(organization)).toHaveLength(1);
    const topics = (await stage.effectsOf(organization)).map(({ topic }) => topic);
    expect(topics.filter((topic) => topic === 'notice')).toHaveLength(1);
  });

  it('inviting an address while its invite is being accepted never takes a second seat', async () => {
    const organization = await seedOrganization(stage.context, { seats: 40 });
    const invitees = await Promise.all(times(12, () => offered(organization)));
    const counts = await tally(
      invitees.flatMap(({ visitor, input, invitation }) => [
        sendInvitation(stage.context, organization.owner, { email: invitation.email, role: 'agent' }),
        acceptInvitation(stage.context, visitor, input),
        sendInvitation(stage.context, organization.owner, { email: invitation.email, role: 'agent' }),
      ]),
    );
    expect(counts.done).toBe(12);
    expect((counts.already_invited ?? 0) + (counts.already_member ?? 0)).toBe(24);
    expect(await stage.pendingOf(organization)).toHaveLength(0);
    expect(await usedSeats(organization)).toBe(13);
  });

  it('accepting, declining, revoking and sending again at once settle each invite once, without a deadlock', async () => {
    const organization = await seedOrganization(stage.context, { seats: 21 });
    const invitees = await Promise.all(times(20, () => offered(organization)));
    await tally(
      invitees.flatMap(({ visitor, input, invitation }) => [
        acceptInvitation(stage.context, visitor, input),
        declineByLink(stage.context, { token: invitation.token }),
        revokeInvitation(stage.context, organization.owner, input),
        resendInvitation(stage.context, organization.owner, input),
      ]),
    );
    const settlements = (await stage.auditOf(organization)).filter(
      (line) => !line.startsWith('invitation.resent'),
    );
    expect(settlements).toHaveLength(20);
    const accepted = settlements.filter((line) => line.startsWith('invitation.accepted'));
    expect(await usedSeats(organization)).toBe(1 + accepted.length);
  });

  it('an accept in the last millisecond and an invite in the first of the freed seat share no seat', async () => {
    for (let round = 0; round < 10; round++) {
      const organization = await seedOrganization(stage.context, { seats: 2 });
      const { visitor, input } = await offered(organization);
      const early = {
        ...stage.context,
        now: () => new Date(stage.context.now().getTime() + 7 * 86_400_000 - 1),
      };
      const late = { ...stage.context, now: () => new Date(stage.context.now().getTime() + 7 * 86_400_000) };
      await tally([
        acceptInvitation(early, visitor, input),
        sendInvitation(late, organization.owner, { email: `next${round}@new.example`, role: 'agent' }),
      ]);
      const live = await stage.database.invitation.count({
        where: { organizationId: organization.id, status: 'pending', expiresAt: { gt: late.now() } },
      });
      const members = (await stage.membersOf(organization)).length;
      expect(members + live).toBe(2);
    }
  });
});
