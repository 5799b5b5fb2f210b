import { describe, expect, it } from 'vitest';
import { type Member, requireMember } from '../../../src/domain/actor.ts';
import { listAudit } from '../../../src/domain/audit/list-audit.ts';
import { addDomain } from '../../../src/domain/domains/add-domain.ts';
import { listDomains } from '../../../src/domain/domains/list-domains.ts';
import { removeDomain } from '../../../src/domain/domains/remove-domain.ts';
import { switchSubdomains } from '../../../src/domain/domains/switch-subdomains.ts';
import { acceptInvitation } from '../../../src/domain/invitations/accept-invitation.ts';
import { listInvitations } from '../../../src/domain/invitations/list-invitations.ts';
import { resendInvitation } from '../../../src/domain/invitations/resend-invitation.ts';
import { revokeInvitation } from '../../../src/domain/invitations/revoke-invitation.ts';
import { sendInvitation } from '../../../src/domain/invitations/send-invitation.ts';
import { changeRole } from '../../../src/domain/members/change-role.ts';
import { identify } from '../../../src/domain/members/identify.ts';
import { leaveOrganization } from '../../../src/domain/members/leave-organization.ts';
import { listMembers } from '../../../src/domain/members/list-members.ts';
import { removeMember } from '../../../src/domain/members/remove-member.ts';
import { transferOwnership } from '../../../src/domain/members/transfer-ownership.ts';
import { changePrefix } from '../../../src/domain/organizations/change-prefix.ts';
import { changeSettings } from '../../../src/domain/organizations/change-settings.ts';
import { inspectLogo } from '../../../src/domain/organizations/inspect-logo.ts';
import { readOverview } from '../../../src/domain/organizations/read-overview.ts';
import { setLogo } from '../../../src/domain/organizations/set-logo.ts';
import { permit } from '../../../src/domain/permissions.ts';
import { readSeats } from '../../../src/domain/seats/read-seats.ts';
import { requestSeatChange } from '../../../src/domain/seats/request-seat-change.ts';
import {
  type SeededOrganization,
  seedInvitation,
  seedMember,
  seedOrganization,
  seedVisitor,
} from '../../setup/organization.ts';
import { png } from '../organizations/images.ts';
import { useSeatStage } from '../seats/stage.ts';

const stage = useSeatStage();

/** Everything that can be tried on. */
async function lapsed() {
  const { context } = stage;
  const organization = await seedOrganization(context, { seats: 9 });
  const admin = await seedMember(context, organization, { role: 'admin' });
  const agent = await seedMember(context, organization);
  const invitation = await seedInvitation(context, organization);
  const domain = await addDomain(context, organization.owner, { website: 'shop.example.com' });
  await stage.database.organization.update({
    where: { id: organization.id },
    data: { subscriptionStatus: 'canceled', seatsPurchased: 0 },
  });
  const asNow = async (member: Member) => requireMember(await identify(context, member));
  return {
    organization,
    owner: await asNow(organization.owner),
    admin: await asNow(admin),
    agent: await asNow(agent),
    invitation,
    domain,
  };
}

type Lapsed = Awaited<ReturnType<typeof lapsed>>;

const refused: Record<string, (all: Lapsed) => Promise<unknown>> = {
  'sending an invite': ({ admin }) => {
    return sendInvitation(stage.context, admin, { email: 'new@harbour.example', role: 'agent' });
  },
  'sending an invite again': ({ admin, invitation }) =>
    resendInvitation(stage.context, admin, { invitationId: invitation.id }),
  'changing the name': ({ admin }) => changeSettings(stage.context, admin, { name: 'Quay' }),
  'setting a logo': async ({ admin, organization }) => {
    const image = await inspectLogo(png(16, 16));
    const requestedAt = stage.context.now();
    return setLogo(stage.context, admin, { organizationId: organization.id, image, requestedAt });
  },
  'changing the prefix': ({ owner }) => changePrefix(stage.context, owner, { prefix: 'SUP' }),
  'adding a domain': ({ admin }) => addDomain(stage.context, admin, { website: 'other.example.com' }),
  'removing a domain': ({ admin, domain }) => removeDomain(stage.context, admin, { domainId: domain.id }),
  'switching subdomains': ({ admin, domain }) =>
    switchSubdomains(stage.context, admin, { domainId: domain.id, includeSubdomains: true }),
  'answering a ticket': async ({ agent }) => permit(agent, 'tickets.answer'),
  'managing a ticket': async ({ owner }) => permit(owner, 'tickets.manage'),
};

const open: Record<string, (all: Lapsed) => Promise<unknown>> = {
  'seeing the overview': ({ agent }) => readOverview(stage.context, agent),
  'seeing the members': ({ agent }) => listMembers(stage.context, agent, {}),
  'seeing the invites': ({ admin }) => listInvitations(stage.context, admin),
  'seeing the domains': ({ admin }) => listDomains(stage.context, admin),
  'seeing the seats': ({ agent }) => readSeats(stage.context, agent),
  'seeing the trail': ({ admin }) => listAudit(stage.context, admin),
  'withdrawing an invite': ({ admin, invitation }) =>
    revokeInvitation(stage.context, admin, { invitationId: invitation.id }),
  'changing a role': ({ owner, agent }) =>
    changeRole(stage.context, owner, { memberId: agent.memberId, role: 'admin' }),
  'removing a member': ({ admin, agent }) => removeMember(stage.context, admin, { memberId: agent.memberId }),
  leaving: ({ agent }) => leaveOrganization(stage.context, agent),
  'handing over': ({ owner, admin }) =>
    transferOwnership(stage.context, owner, { userId: admin.userId, confirmation: 'Harbour Support' }),
  'buying seats again': async ({ owner }) =>
    expect(await requestSeatChange(stage.context, owner, { quantity: 5 })).toMatchObject({
      kind: 'checkout',
    }),
};

/** What must not have moved. */
const kept = async ({ id }: SeededOrganization) => ({
  organization: await stage.database.organization.findUnique({ where: { id }, include: { logo: true } }),
  domains: await stage.database.authorizedDomain.findMany({ where: { organizationId: id } }),
  invitations: await stage.database.invitation.findMany({ where: { organizationId: id } }),
});

describe('an organization whose subscription has ended', () => {
  it.each(Object.entries(refused))(
    'refuses %s, with who can see to it, and changes nothing',
    async (_, attempt) => {
      const all = await lapsed();
      const before = await kept(all.organization);
      await expect(attempt(all)).rejects.toMatchObject({
        code: 'organization_lapsed',
        message: expect.stringContaining('The Owner can see to it with `/org seats`'),
      });
      expect(await kept(all.organization)).toEqual(before);
    },
  );

  it.each(Object.entries(open))('leaves open %s', async (_, attempt) => {
    await attempt(await lapsed());
  });

  it('lets nobody join, since there is no seat', async () => {
    const { organization } = await lapsed();
    const visitor = await seedVisitor(stage.context, {
      teamId: organization.teamId,
      organizationId: organization.id,
    });
    const invitation = await seedInvitation(stage.context, organization, { email: String(visitor.email) });
    await stage.database.invitation.update({
      where: { id: invitation.id },
      data: { inviteeUserId: visitor.userId },
    });
    const accepted = acceptInvitation(stage.context, visitor, { invitationId: invitation.id });
    await expect(accepted).rejects.toMatchObject({ code: 'seats_were_cut' });
  });

  it('still says first what the role may not', async () => {
    const { agent } = await lapsed();
    await expect(changeSettings(stage.context, agent, { name: 'Quay' })).rejects.toMatchObject({
      code: 'not_allowed',
    });
  });

  it('is shown as read-only, without amounts to anybody but the Owner', async () => {
    const { organization, owner, agent } = await lapsed();
    await stage.database.organization.update({
      where: { id: organization.id },
      data: { subscriptionStatus: 'unpaid' },
    });
    const overdue = { amountDue: 599, url: 'https://pay.example/1', attempt: 4, nextAttemptAt: null };
    await stage.database.overdueInvoice.create({
      data: { invoiceId: `in_${organization.id}`, organizationId: organization.id, ...overdue },
    });
    const standing = async (member: Member) => (await readOverview(stage.context, member)).standing;
    const shown = { readOnly: 'lapsed', status: 'unpaid', endsAt: null };
    expect(await standing(owner)).toEqual({ ...shown, overdue: [overdue] });
    expect(await standing(agent)).toEqual({ ...shown, overdue: [] });
  });
});
