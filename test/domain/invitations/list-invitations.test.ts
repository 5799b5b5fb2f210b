import { describe, expect, it } from 'vitest';
import { listInvitations } from '../../../src/domain/invitations/list-invitations.ts';
import { revokeInvitation } from '../../../src/domain/invitations/revoke-invitation.ts';
import { seedInvitation, seedMember, seedOrganization } from '../../setup/organization.ts';
import { refusal, useStage } from './stage.ts';

const stage = useStage();

async function organizationWith(count: number) {
  const organization = await seedOrganization(stage.context, { seats: 50 });
  // Two of each moment, so that the order needs the id too.
  for (let index = 0; index < count; index++) {
    const email = `invitee${String(index).padStart(2, '0')}@new.example`;
    await seedInvitation(stage.context, organization, { email, days: 1 + Math.floor(index / 2) / 100 });
  }
  return organization;
}

describe('the list of pending invites', () => {
  it('shows every invite once, ten a page, forwards and backwards', async () => {
    const organization = await organizationWith(25);
    const list = (page?: string | null) =>
      listInvitations(stage.context, organization.owner, { ...(page && { page }) });
    const first = await list();
    const second = await list(first.older);
    const third = await list(second.older);
    expect([first, second, third].map(({ invitations }) => invitations.length)).toEqual([10, 10, 5]);
    const shown = [first, second, third].flatMap(({ invitations }) => invitations.map(({ email }) => email));
    expect(new Set(shown).size).toBe(25);
    expect(shown[0]).toBe('invitee24@new.example');
    expect([first.newer, third.older]).toEqual([null, null]);
    expect(await list(third.newer)).toEqual(second);
    expect((await list(second.newer)).invitations).toEqual(first.invitations);
    expect((await list(second.newer)).newer).toBeNull();
  });

  it('tells of each who, role, end, mail and inviter, and the seats that are held', async () => {
    const organization = await seedOrganization(stage.context, { seats: 7 });
    const admin = await seedMember(stage.context, organization, { role: 'admin' });
    const { id } = await seedInvitation(stage.context, organization, {
      email: 'ada@new.example',
      role: 'admin',
    });
    const mail = { mailStatus: 'failed' as const, mailError: 'The address was refused.' };
    await stage.database.invitation.update({ where: { id }, data: mail });
    const page = await listInvitations(stage.context, admin);
    expect(page.seats).toEqual({ purchased: 7, members: 2, pending: 1, monthlyCost: 4193, currency: 'gbp' });
    const expiresAt = new Date(stage.context.now().getTime() + 7 * 86_400_000);
    expect(page.invitations).toEqual([
      { id, email: 'ada@new.example', role: 'admin', expiresAt, ...mail, inviterName: 'Olivia Owner' },
    ]);
  });

  it('leaves out what ran out by the clock, and what is settled', async () => {
    const organization = await organizationWith(2);
    const { id } = await seedInvitation(stage.context, organization);
    await revokeInvitation(stage.context, organization.owner, { invitationId: id });
    expect((await listInvitations(stage.context, organization.owner)).invitations).toHaveLength(2);
    stage.context.advance({ days: 1 });
    const page = await listInvitations(stage.context, organization.owner);
    expect(page.invitations).toHaveLength(0);
    expect(page.seats.pending).toBe(0);
  });

  it('falls back to the first page from a page that emptied, and from what is no page', async () => {
    const organization = await organizationWith(11);
    const first = await listInvitations(stage.context, organization.owner);
    const [last] = (await listInvitations(stage.context, organization.owner, { page: first.older ?? '' }))
      .invitations;
    await revokeInvitation(stage.context, organization.owner, { invitationId: last?.id ?? '' });
    for (const page of [first.older ?? '', 'nonsense', 'after|x|y', `after|${'9'.repeat(300)}`]) {
      const shown = await listInvitations(stage.context, organization.owner, { page });
      expect(shown.invitations).toEqual(first.invitations);
    }
  });

  it('is for those who manage members, and of their own organization', async () => {
    const organization = await organizationWith(1);
    const other = await organizationWith(1);
    const agent = await seedMember(stage.context, organization, { role: 'agent' });
    expect((await refusal(listInvitations(stage.context, agent))).code).toBe('not_allowed');
    const [own] = (await listInvitations(stage.context, organization.owner)).invitations;
    const [foreign] = (await listInvitations(stage.context, other.owner)).invitations;
    expect(own?.id).not.toBe(foreign?.id);
  });

  it('reads its page on an index, in an organization of 20,000 invites', async () => {
    const organization = await seedOrganization(stage.context);
    await stage.database.$executeRaw`
      INSERT INTO invitations (id, organization_id, email, role, token_hash, invited_by_id, expires_at, created_at)
      SELECT gen_random_uuid(), ${organization.id}::uuid, 'bulk' || n || '@new.example', 'agent',
        sha256(n::text::bytea), ${organization.owner.memberId}::uuid,
        ${stage.context.now()}::timestamptz + n * interval '1 minute', ${stage.context.now()}::timestamptz
      FROM generate_series(1, 20000) AS n`;
    await stage.database.$executeRaw`ANALYZE invitations`;
    const plan = await stage.database.$queryRaw<{ 'QUERY PLAN': string }[]>`
      EXPLAIN SELECT i.id FROM invitations i JOIN members m ON m.id = i.invited_by_id
      WHERE i.organization_id = ${organization.id}::uuid AND i.status = 'pending' AND i.expires_at > ${stage.context.now()}
      ORDER BY i.expires_at DESC, i.id DESC LIMIT 11`;
    const text = plan.map((line) => line['QUERY PLAN']).join('\n');
    expect(text).toContain('invitations_pending');
    expect(text).not.toContain('Seq Scan on invitations');
    expect((await listInvitations(stage.context, organization.owner)).invitations).toHaveLength(10);
  });
});
