import { createHash, randomBytes } from 'node:crypto';
import type { Member, Visitor } from '../../src/domain/actor.ts';
import type { Context } from '../../src/domain/context.ts';
import type { Role } from '../../src/domain/roles.ts';

export interface SeededOrganization {
  id: string;
  teamId: string;
  owner: Member;
}

let sequence = 0;

/** An organization as it stands after creation and payment: an Owner, and `seats` purchased under a subscription. */
export async function seedOrganization(
  context: Context,
  {
    seats = 5,
    name = 'Harbour Support',
    prefix = 'TKT',
  }: { seats?: number; name?: string; prefix?: string } = {},
): Promise<SeededOrganization> {
  sequence += 1;
  const id = context.newId();
  const teamId = `T${String(sequence).padStart(8, '0')}`;
  await context.database.organization.create({
    data: {
      id,
      teamId,
      name,
      prefix,
      seatsPurchased: seats,
      createdAt: context.now(),
      ...(seats > 0 && {
        stripeCustomerId: `cus_${sequence}`,
        subscriptionId: `sub_${sequence}`,
        subscriptionStatus: 'active' as const,
        periodEndsAt: new Date(context.now().getTime() + 30 * 86_400_000),
      }),
    },
  });
  const owner = await seedMember(context, { id, teamId }, { role: 'owner', name: 'Olivia Owner' });
  return { id, teamId, owner };
}

/** An active member, without an invite or an audit line. */
export async function seedMember(
  context: Context,
  organization: { id: string; teamId: string },
  { role = 'agent', name, email }: { role?: Role; name?: string; email?: string } = {},
): Promise<Member> {
  sequence += 1;
  const userId = `U${String(sequence).padStart(8, '0')}`;
  const memberId = context.newId();
  const person = { name: name ?? `Member ${sequence}`, email: email ?? `member${sequence}@harbour.example` };
  await context.database.slackPerson.create({
    data: { teamId: organization.teamId, userId, ...person, standing: 'full', seenAt: context.now() },
  });
  await context.database.member.create({
    data: { id: memberId, organizationId: organization.id, userId, role, joinedAt: context.now(), ...person },
  });
  return {
    kind: 'member',
    organizationId: organization.id,
    memberId,
    teamId: organization.teamId,
    userId,
    role,
    readOnly: null,
    standing: 'full',
    ...person,
  };
}

/** Somebody of the workspace without a seat. */
export async function seedVisitor(
  context: Context,
  {
    teamId,
    organizationId = null,
    standing = 'full',
    email,
  }: { teamId: string; organizationId?: string | null; standing?: Visitor['standing']; email?: string },
): Promise<Visitor> {
  sequence += 1;
  const userId = `U${String(sequence).padStart(8, '0')}`;
  const person = { name: `Visitor ${sequence}`, email: email ?? `visitor${sequence}@harbour.example` };
  if (standing !== null) {
    await context.database.slackPerson.create({
      data: { teamId, userId, ...person, standing, seenAt: context.now() },
    });
  }
  return { kind: 'visitor', organizationId, teamId, userId, standing, ...person };
}

/** A pending invite; `token` is what its link would carry. */
export async function seedInvitation(
  context: Context,
  organization: SeededOrganization,
  { email, role = 'agent', days = 7 }: { email?: string; role?: 'admin' | 'agent'; days?: number } = {},
): Promise<{ id: string; email: string; token: string }> {
  sequence += 1;
  const token = randomBytes(32).toString('base64url');
  const invitation = { id: context.newId(), email: email ?? `invitee${sequence}@harbour.example` };
  await context.database.invitation.create({
    data: {
      ...invitation,
      organizationId: organization.id,
      role,
      tokenHash: new Uint8Array(createHash('sha256').update(token).digest()),
      invitedById: organization.owner.memberId,
      expiresAt: new Date(context.now().getTime() + days * 86_400_000),
      createdAt: context.now(),
    },
  });
  return { ...invitation, token };
}
