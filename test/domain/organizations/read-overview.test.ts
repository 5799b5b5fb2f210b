import { describe, expect, it } from 'vitest';
import { changeSettings } from '../../../src/domain/organizations/change-settings.ts';
import { inspectLogo } from '../../../src/domain/organizations/inspect-logo.ts';
import { readOverview } from '../../../src/domain/organizations/read-overview.ts';
import { setLogo } from '../../../src/domain/organizations/set-logo.ts';
import {
  type SeededOrganization,
  seedInvitation,
  seedMember,
  seedOrganization,
  seedVisitor,
} from '../../setup/organization.ts';
import { png } from './images.ts';
import { useStage } from './setup.ts';

const stage = useStage();

describe('readOverview', () => {
  it('tells everything that the overview shows', async () => {
    const { context } = stage;
    const organization = await seedOrganization(context, { name: 'Harbour', prefix: 'SUP', seats: 3 });
    const { id, owner } = organization;
    await changeSettings(context, owner, {
      description: 'Open at nine.',
      joinLink: 'https://join.slack.com/t/h',
    });
    const image = await inspectLogo(png(16, 12));
    const path = await setLogo(context, owner, { organizationId: id, image, requestedAt: context.now() });
    const agent = await seedMember(context, organization, { name: 'Bo' });
    const admin = await seedMember(context, organization, { name: 'Zoe', role: 'admin' });
    await stage.database.member.update({ where: { id: admin.memberId }, data: { email: null } });
    const gone = await seedMember(context, organization, { name: 'Gone' });
    await stage.database.member.update({ where: { id: gone.memberId }, data: { status: 'removed' } });
    const later = await seedInvitation(context, organization, { email: 'later@h.example', days: 7 });
    const sooner = await seedInvitation(context, organization, {
      email: 'sooner@h.example',
      days: 1,
      role: 'admin',
    });
    await stage.database.invitation.update({ where: { id: later.id }, data: { mailStatus: 'failed' } });
    const revoked = await seedInvitation(context, organization);
    await stage.database.invitation.update({ where: { id: revoked.id }, data: { status: 'revoked' } });
    await stage.database.authorizedDomain.createMany({
      data: [
        { organizationId: id, host: 'shop.example', includeSubdomains: true, createdAt: context.now() },
        { organizationId: id, host: 'harbour.example', createdAt: context.now() },
      ],
    });

    const day = (days: number) => new Date(context.now().getTime() + days * 86_400_000);
    expect(await readOverview(context, agent)).toEqual({
      viewerRole: 'agent',
      deletion: null,
      standing: { readOnly: null, status: 'active', endsAt: null, overdue: [] },
      name: 'Harbour',
      description: 'Open at nine.',
      logo: { path, contentType: 'image/png' },
      prefix: 'SUP',
      seats: { purchased: 3, used: 5, monthlyCost: 1797, currency: 'gbp', wanted: null },
      members: {
        total: 3,
        byRole: { owner: 1, admin: 1, agent: 1 },
        first: [
          { userId: owner.userId, name: owner.name, role: 'owner' },
          { userId: admin.userId, name: 'Zoe', role: 'admin' },
          { userId: agent.userId, name: 'Bo', role: 'agent' },
        ],
      },
      invitations: {
        total: 2,
        more: false,
        first: [
          { id: sooner.id, email: 'sooner@h.example', role: 'admin', expiresAt: day(1), mailFailed: false },
          { id: later.id, email: 'later@h.example', role: 'agent', expiresAt: day(7), mailFailed: true },
        ],
      },
      domains: {
        total: 2,
        first: [
          { host: 'harbour.example', includeSubdomains: false },
          { host: 'shop.example', includeSubdomains: true },
        ],
      },
    });
  });

  it('counts an invite no longer from the second in which it runs out', async () => {
    const organization = await seedOrganization(stage.context);
    await seedInvitation(stage.context, organization, { days: 7 });
    const figures = async () => {
      const { seats, invitations } = await readOverview(stage.context, organization.owner);
      return [seats.used, invitations.total, invitations.first.length];
    };
    stage.context.advance({ days: 7, milliseconds: -1 });
    expect(await figures()).toEqual([2, 1, 1]);
    stage.context.advance({ milliseconds: 1 });
    expect(await figures()).toEqual([1, 0, 0]);
  });

  it('tells of a seat change that is on its way', async () => {
    const { id, owner } = await seedOrganization(stage.context);
    const now = stage.context.now();
    const change = await stage.database.seatChange.create({
      data: {
        organizationId: id,
        fromQuantity: 5,
        toQuantity: 9,
        requestedBy: owner.userId,
        prorationAt: now,
        createdAt: now,
      },
    });
    const wanted = async (status: 'awaiting_payment' | 'applied') => {
      const [sentAt, settledAt] = [now, status === 'applied' ? now : null];
      await stage.database.seatChange.update({
        where: { id: change.id },
        data: { status, sentAt, settledAt },
      });
      return (await readOverview(stage.context, owner)).seats.wanted;
    };
    expect((await readOverview(stage.context, owner)).seats.wanted).toEqual({
      seats: 9,
      awaitingPayment: false,
      waits: null,
    });
    expect(await wanted('awaiting_payment')).toEqual({ seats: 9, awaitingPayment: true, waits: null });
    expect(await wanted('applied')).toBeNull();
  });

  it('is refused to who is no member, with what to do', async () => {
    const { id, teamId } = await seedOrganization(stage.context);
    const visitor = await seedVisitor(stage.context, { teamId, organizationId: id });
    const founder = await seedVisitor(stage.context, { teamId: 'TEMPTY' });
    await expect(readOverview(stage.context, visitor)).rejects.toMatchObject({
      code: 'not_a_member',
      message: expect.stringContaining('Ask an Admin or the Owner'),
    });
    await expect(readOverview(stage.context, founder)).rejects.toMatchObject({
      code: 'no_organization',
      message: expect.stringContaining('/org create'),
    });
  });

  it('gives everybody who asks at once their own, and refuses whoever is no member any more', async () => {
    const context = stage.context;
    const organizations = await Promise.all(
      Array.from({ length: 12 }, (_, index) => seedOrganization(context, { name: `Number ${index}` })),
    );
    const leaver = await seedMember(context, organizations[5] as SeededOrganization);
    await stage.database.member.update({
      where: { id: leaver.memberId },
      data: { status: 'removed', removedAt: context.now() },
    });
    const stranger = { ...leaver, memberId: organizations[3]?.owner.memberId as string };
    const asked = [...organizations.map(({ owner }) => owner), leaver, stranger];
    const answers = await Promise.allSettled(asked.map((actor) => readOverview(context, actor)));
    expect(answers.slice(0, 12).map((answer) => answer.status === 'fulfilled' && answer.value.name)).toEqual(
      organizations.map((_, index) => `Number ${index}`),
    );
    for (const answer of answers.slice(12)) {
      expect(answer).toMatchObject({ status: 'rejected', reason: { code: 'not_a_member' } });
    }
  });
});
