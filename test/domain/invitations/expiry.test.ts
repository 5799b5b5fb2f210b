import { describe, expect, it } from 'vitest';
import { claimExpired, NAMED } from '../../../src/domain/invitations/claim-expired.ts';
import { expireInvitations } from '../../../src/domain/invitations/expire-invitations.ts';
import { sendInvitation } from '../../../src/domain/invitations/send-invitation.ts';
import { type SeededOrganization, seedMember, seedOrganization } from '../../setup/organization.ts';
import { useStage } from './stage.ts';

const stage = useStage();

const send = (actor: SeededOrganization['owner'], email: string) =>
  sendInvitation(stage.context, actor, { email, role: 'agent' });

/** The outbox rows that will tell somebody, as the relay would find them. */
async function news(organization: SeededOrganization) {
  const members = await stage.database.member.findMany({ where: { organizationId: organization.id } });
  const rows = await stage.database.outboxRow.findMany({
    where: { topic: 'invitations.tell-expired', status: 'pending' },
    orderBy: { id: 'asc' },
  });
  return rows
    .map(({ id, payload }) => ({ id, ...(payload as { memberId: string }) }))
    .filter(({ memberId }) => members.some(({ id }) => id === memberId));
}

describe('the sweep', () => {
  it('marks what ran out, writes the audit trail and frees nothing twice', async () => {
    const organization = await seedOrganization(stage.context, { seats: 5 });
    await send(organization.owner, 'late@new.example');
    stage.context.advance({ days: 1 });
    const alive = await send(organization.owner, 'alive@new.example');
    stage.context.advance({ days: 6, milliseconds: -1 });
    expect(await expireInvitations(stage.context)).toBe(0);
    stage.context.advance({ milliseconds: 1 });
    expect(await expireInvitations(stage.context)).toBe(1);
    expect(await expireInvitations(stage.context)).toBe(0);
    expect((await stage.pendingOf(organization)).map(({ id }) => id)).toEqual([alive.id]);
    expect((await stage.auditOf(organization)).at(-1)).toBe(
      'invitation.expired late@new.example by The clock',
    );
  });

  it('queues one message an inviter, and one refresh a workspace', async () => {
    const organization = await seedOrganization(stage.context, { seats: 20 });
    const admin = await seedMember(stage.context, organization, { role: 'admin' });
    for (let index = 0; index < 4; index++) {
      await send(index % 2 ? admin : organization.owner, `late${index}@new.example`);
    }
    await stage.database.outboxRow.deleteMany();
    stage.context.advance({ days: 7 });
    await expireInvitations(stage.context);
    const queued = await news(organization);
    expect(queued.map(({ memberId }) => memberId).sort()).toEqual(
      [admin.memberId, organization.owner.memberId].sort(),
    );
    const topics = (await stage.effectsOf(organization)).map(({ topic }) => topic);
    expect(topics.filter((topic) => topic === 'home.refresh')).toHaveLength(1);
  });

  it('tells of what an earlier sweep settled before it died', async () => {
    const organization = await seedOrganization(stage.context);
    const { id } = await send(organization.owner, 'late@new.example');
    stage.context.advance({ days: 7 });
    const data = { status: 'expired' as const, settledAt: stage.context.now() };
    await stage.database.invitation.update({ where: { id }, data });
    expect(await expireInvitations(stage.context)).toBe(0);
    expect(await news(organization)).toHaveLength(1);
    await expireInvitations(stage.context);
    expect(await news(organization)).toHaveLength(1);
  });

  it('takes the buttons off the direct messages', async () => {
    const organization = await seedOrganization(stage.context);
    const { id } = await send(organization.owner, 'late@new.example');
    await stage.database.invitation.update({
      where: { id },
      data: { messageChannel: 'D1', messageTs: '1.2' },
    });
    await stage.database.outboxRow.deleteMany();
    stage.context.advance({ days: 7 });
    await expireInvitations(stage.context);
    expect(await stage.effectsOf(organization)).toContainEqual({
      topic: 'invitation.message-update',
      payload: { invitationId: id },
    });
  });

  it('settles each invite once, however many sweeps run at once over several batches', async () => {
    const organizations = await Promise.all([1, 2, 3].map(() => seedOrganization(stage.context)));
    const late = new Date(stage.context.now().getTime() + 1000);
    await stage.database.invitation.createMany({
      data: organizations.flatMap((organization) =>
        Array.from({ length: 1_500 }, (_, index) => ({
          id: stage.context.newId(),
          organizationId: organization.id,
          email: `late${index}@new.example`,
          role: 'agent' as const,
          tokenHash: new Uint8Array(stage.context.randomBytes(32)),
          invitedById: organization.owner.memberId,
          expiresAt: late,
          createdAt: stage.context.now(),
        })),
      ),
    });
    stage.context.advance({ seconds: 1 });
    const counts = await Promise.all(Array.from({ length: 6 }, () => expireInvitations(stage.context)));
    counts.push(await expireInvitations(stage.context));
    expect(counts.reduce((sum, count) => sum + count)).toBe(4_500);
    for (const organization of organizations) {
      expect(await stage.auditOf(organization)).toHaveLength(1_500);
      expect(await news(organization)).toHaveLength(1);
    }
  });
});

describe('what an inviter is told', () => {
  async function expired(addresses: string[], seats = 50) {
    const organization = await seedOrganization(stage.context, { seats });
    for (const address of addresses) await send(organization.owner, address);
    stage.context.advance({ days: 7 });
    await expireInvitations(stage.context);
    const [row] = await news(organization);
    const claim = () =>
      claimExpired(stage.context, { memberId: organization.owner.memberId, outboxId: row?.id ?? '' });
    return { organization, claim };
  }

  it('is all of theirs in one, the same however often the effect runs', async () => {
    const { organization, claim } = await expired(['b@new.example', 'a@new.example']);
    const claims = await Promise.all([claim(), claim(), claim()]);
    for (const told of claims) {
      expect(told).toMatchObject({
        teamId: organization.teamId,
        userId: organization.owner.userId,
        organizationName: 'Harbour Support',
        total: 2,
      });
      expect(told?.invitations.map(({ email }) => email)).toEqual(['a@new.example', 'b@new.example']);
    }
    // What runs out after the claim is not slipped into a message that may have been posted already.
    await send(organization.owner, 'c@new.example');
    stage.context.advance({ days: 7 });
    await expireInvitations(stage.context);
    expect((await claim())?.total).toBe(2);
    const rows = await stage.database.invitation.findMany({ where: { organizationId: organization.id } });
    expect(rows.filter(({ expiryToldAt }) => expiryToldAt === null)).toHaveLength(1);
  });

  it('names ten and counts the others', async () => {
    const { claim } = await expired(Array.from({ length: 14 }, (_, index) => `late${index}@new.example`));
    const told = await claim();
    expect(told?.invitations).toHaveLength(NAMED);
    expect(told?.total).toBe(14);
  });

  it('leaves out who was invited anew or joined since', async () => {
    const { organization, claim } = await expired([
      'again@new.example',
      'joined@new.example',
      'gone@new.example',
    ]);
    await send(organization.owner, 'again@new.example');
    await seedMember(stage.context, organization, { email: 'joined@new.example' });
    expect((await claim())?.invitations.map(({ email }) => email)).toEqual(['gone@new.example']);
  });

  it('is nothing where all of them are on board by now', async () => {
    const { organization, claim } = await expired(['again@new.example']);
    await send(organization.owner, 'again@new.example');
    expect(await claim()).toBeNull();
  });

  it.each(['removed', 'demoted'])(
    'goes to the Owner where the inviter was %s before the sweep',
    async (fate) => {
      const organization = await seedOrganization(stage.context);
      const admin = await seedMember(stage.context, organization, { role: 'admin' });
      await send(admin, 'late@new.example');
      await stage.database.member.update({
        where: { id: admin.memberId },
        data: fate === 'removed' ? { status: 'removed' } : { role: 'agent' },
      });
      stage.context.advance({ days: 7 });
      await expireInvitations(stage.context);
      const [row, ...others] = await news(organization);
      expect(others).toHaveLength(0);
      expect(row?.memberId).toBe(organization.owner.memberId);
      const told = await claimExpired(stage.context, {
        memberId: row?.memberId ?? '',
        outboxId: row?.id ?? '',
      });
      expect(told).toMatchObject({ userId: organization.owner.userId, total: 1 });
    },
  );

  it('goes to the Owner where the inviter was removed between the sweep and the message', async () => {
    const organization = await seedOrganization(stage.context);
    const admin = await seedMember(stage.context, organization, { role: 'admin' });
    await send(admin, 'late@new.example');
    stage.context.advance({ days: 7 });
    await expireInvitations(stage.context);
    await stage.database.member.update({ where: { id: admin.memberId }, data: { status: 'removed' } });
    const [first] = await news(organization);
    expect(
      await claimExpired(stage.context, { memberId: admin.memberId, outboxId: first?.id ?? '' }),
    ).toBeNull();
    const passed = (await news(organization)).find(
      ({ memberId }) => memberId === organization.owner.memberId,
    );
    const told = await claimExpired(stage.context, {
      memberId: organization.owner.memberId,
      outboxId: passed?.id ?? '',
    });
    expect(told?.invitations.map(({ email }) => email)).toEqual(['late@new.example']);
  });

  it("has nothing of another organization's", async () => {
    const one = await expired(['one@new.example']);
    const two = await expired(['two@new.example']);
    expect((await one.claim())?.invitations.map(({ email }) => email)).toEqual(['one@new.example']);
    expect((await two.claim())?.invitations.map(({ email }) => email)).toEqual(['two@new.example']);
  });
});
