import { describe, expect, it } from 'vitest';
import { sendInvitation } from '../../../src/domain/invitations/send-invitation.ts';
import { hashToken } from '../../../src/domain/invitations/token.ts';
import { seedInvitation, seedMember, seedOrganization } from '../../setup/organization.ts';
import { refusal, useStage } from './stage.ts';

const stage = useStage();

describe('sending an invite', () => {
  it('holds a seat for exactly 7 days and queues mail, message and App Home', async () => {
    const organization = await seedOrganization(stage.context, { seats: 2 });
    const sent = await sendInvitation(stage.context, organization.owner, {
      email: 'ada@new.example',
      role: 'admin',
    });
    expect(sent.expiresAt.getTime() - stage.context.now().getTime()).toBe(7 * 86_400_000);
    const row = await stage.database.invitation.findUnique({ where: { id: sent.id } });
    expect(row).toMatchObject({
      id: sent.id,
      email: 'ada@new.example',
      role: 'admin',
      sends: 1,
      mailStatus: 'queued',
    });
    expect(row?.invitedById).toBe(organization.owner.memberId);
    const effects = await stage.effectsOf(organization);
    expect(effects.map(({ topic }) => topic)).toEqual([
      'invitation.mail',
      'invitation.message',
      'home.refresh',
    ]);
    expect(await stage.auditOf(organization)).toEqual(['invitation.sent ada@new.example by Olivia Owner']);
  });

  it('mails the only copy of a token whose SHA-256 is stored, and mails it sealed', async () => {
    const organization = await seedOrganization(stage.context);
    const random = Buffer.alloc(32, 7);
    const fixed = {
      ...stage.context,
      randomBytes: () => random,
      seal: (secret: string, subject: string) => `sealed:${subject}:${hashToken(secret)}`,
    };
    const { id } = await sendInvitation(fixed, organization.owner, {
      email: 'seal@new.example',
      role: 'agent',
    });
    const token = random.toString('base64url');
    const row = await stage.database.invitation.findUniqueOrThrow({ where: { id } });
    expect(Buffer.from(row.tokenHash)).toEqual(Buffer.from(hashToken(token)));
    const tables = await stage.database.$queryRaw<{ dump: string }[]>`
      SELECT (SELECT coalesce(string_agg(t::text, ' '), '') FROM invitations t)
        || (SELECT coalesce(string_agg(t::text, ' '), '') FROM outbox t)
        || (SELECT coalesce(string_agg(t::text, ' '), '') FROM audit_entries t) AS dump`;
    expect(tables[0]?.dump).toContain(`sealed:${id}:`);
    expect(tables[0]?.dump).not.toContain(token);
    expect(tables[0]?.dump).not.toContain(random.toString('hex'));
  });

  it('compares and stores addresses trimmed and lower-case', async () => {
    const organization = await seedOrganization(stage.context);
    const sent = await sendInvitation(stage.context, organization.owner, {
      email: '  Grace.Hopper@New.Example \n',
      role: 'agent',
    });
    expect(sent.email).toBe('grace.hopper@new.example');
    const again = sendInvitation(stage.context, organization.owner, {
      email: 'GRACE.HOPPER@NEW.EXAMPLE',
      role: 'agent',
    });
    expect(await refusal(again)).toMatchObject({ code: 'already_invited', field: 'email' });
    expect(await stage.pendingOf(organization)).toHaveLength(1);
  });

  it.each([
    '',
    'nobody',
    'a@b',
    'a b@c.example',
    'a@b.example\r\nBcc: x@y.example',
    'a\0@b.example',
    'a@b.example,c@d.example',
    '<a@b.example>',
    'josé@b.example',
    // The Kelvin sign, which lower-cases to an ASCII k.
    '\u212Aate@b.example',
    `${'a'.repeat(250)}@b.example`,
  ])('refuses %j as an address', async (email) => {
    const organization = await seedOrganization(stage.context);
    const refused = await refusal(
      sendInvitation(stage.context, organization.owner, { email, role: 'agent' }),
    );
    expect(refused).toMatchObject({ code: 'email_form', field: 'email' });
  });

  it.each(['owner', 'Admin', 'superuser', ''])('refuses %j as a role', async (role) => {
    const organization = await seedOrganization(stage.context);
    const refused = await refusal(
      sendInvitation(stage.context, organization.owner, { email: 'a@b.example', role }),
    );
    expect(refused).toMatchObject({ code: 'role_not_invitable', field: 'role' });
  });

  it('lets an Admin invite an Admin, and an Agent nobody', async () => {
    const organization = await seedOrganization(stage.context);
    const admin = await seedMember(stage.context, organization, { role: 'admin' });
    const agent = await seedMember(stage.context, organization, { role: 'agent' });
    await sendInvitation(stage.context, admin, { email: 'peer@new.example', role: 'admin' });
    const refused = await refusal(
      sendInvitation(stage.context, agent, { email: 'other@new.example', role: 'agent' }),
    );
    expect(refused.code).toBe('not_allowed');
    expect(await stage.pendingOf(organization)).toHaveLength(1);
  });

  it('has a sentence of its own for a member, and another for somebody already invited', async () => {
    const organization = await seedOrganization(stage.context, { seats: 3 });
    await seedMember(stage.context, organization, { email: 'member@harbour.example' });
    await seedInvitation(stage.context, organization, { email: 'invited@harbour.example' });
    // No seat is free; yet what is said is about the address.
    const member = sendInvitation(stage.context, organization.owner, {
      email: 'Member@harbour.example',
      role: 'agent',
    });
    expect(await refusal(member)).toMatchObject({
      code: 'already_member',
      message: 'member@harbour.example is a member already.',
    });
    const invited = sendInvitation(stage.context, organization.owner, {
      email: 'invited@harbour.example',
      role: 'agent',
    });
    expect(await refusal(invited)).toMatchObject({ code: 'already_invited' });
    expect(await stage.pendingOf(organization)).toHaveLength(1);
    expect(await stage.auditOf(organization)).toHaveLength(0);
  });

  it('says on the form that no seat is free, and who holds them', async () => {
    const organization = await seedOrganization(stage.context, { seats: 2 });
    await seedInvitation(stage.context, organization);
    const refused = await refusal(
      sendInvitation(stage.context, organization.owner, { email: 'a@b.example', role: 'agent' }),
    );
    expect(refused).toMatchObject({ code: 'no_free_seat', field: 'email' });
    expect(refused.message).toContain(
      'No seat free: 2 seats purchased, 1 member and 1 pending invite hold them.',
    );
  });

  it('names how many more seats are in use than purchased, and removes nobody', async () => {
    const organization = await seedOrganization(stage.context, { seats: 5 });
    for (let count = 0; count < 4; count++) await seedInvitation(stage.context, organization);
    const { id } = organization;
    await stage.context.database.organization.update({ where: { id }, data: { seatsPurchased: 2 } });
    const refused = await refusal(
      sendInvitation(stage.context, organization.owner, { email: 'a@b.example', role: 'agent' }),
    );
    expect(refused.code).toBe('no_free_seat');
    expect(refused.message).toContain(
      'No seat free: 3 more seats are in use than purchased, by 1 member and 4 pending invites.',
    );
    expect(await stage.pendingOf(organization)).toHaveLength(4);
  });

  it('is not blocked by an invite to the same address that ran out a moment ago and was not swept', async () => {
    const organization = await seedOrganization(stage.context, { seats: 2 });
    const old = await seedInvitation(stage.context, organization, { email: 'late@new.example' });
    stage.context.advance({ days: 7 });
    const sent = await sendInvitation(stage.context, organization.owner, {
      email: 'late@new.example',
      role: 'agent',
    });
    expect((await stage.pendingOf(organization)).map(({ id }) => id)).toEqual([sent.id]);
    expect(await stage.database.invitation.findUnique({ where: { id: old.id } })).toMatchObject({
      status: 'expired',
    });
    expect((await stage.auditOf(organization)).sort()).toEqual([
      'invitation.expired late@new.example by The clock',
      'invitation.sent late@new.example by Olivia Owner',
    ]);
  });

  it('is blocked by it up to its last millisecond', async () => {
    const organization = await seedOrganization(stage.context, { seats: 2 });
    await seedInvitation(stage.context, organization, { email: 'late@new.example' });
    stage.context.advance({ days: 7, milliseconds: -1 });
    const refused = await refusal(
      sendInvitation(stage.context, organization.owner, { email: 'late@new.example', role: 'agent' }),
    );
    expect(refused.code).toBe('already_invited');
  });
});
