import { describe, expect, it } from 'vitest';
import { createOrganization } from '../../../src/domain/organizations/create-organization.ts';
import { seedMember, seedOrganization, seedVisitor } from '../../setup/organization.ts';
import { useStage } from './setup.ts';

const stage = useStage();
let teams = 0;
const newTeam = () => `TCREATE${++teams}`;

describe('createOrganization', () => {
  it('makes the organization with its creator as Owner, an audit line and a fresh App Home', async () => {
    const founder = await seedVisitor(stage.context, { teamId: newTeam(), email: 'Ada@Harbour.Example ' });
    const { organizationId } = await createOrganization(stage.context, founder, {
      name: '  Harbour Support ',
      description: 'We answer\r\nwithin the hour.',
    });

    expect(await stage.database.organization.findUnique({ where: { id: organizationId } })).toMatchObject({
      teamId: founder.teamId,
      name: 'Harbour Support',
      description: 'We answer\nwithin the hour.',
      prefix: 'TKT',
      seatsPurchased: 0,
      createdAt: stage.context.now(),
    });
    expect(await stage.database.member.findMany({ where: { organizationId } })).toMatchObject([
      {
        userId: founder.userId,
        role: 'owner',
        status: 'active',
        name: founder.name,
        email: 'ada@harbour.example',
      },
    ]);
    expect(await stage.database.auditEntry.findMany({ where: { organizationId } })).toMatchObject([
      {
        action: 'organization.created',
        actorUserId: founder.userId,
        before: null,
        after: { name: 'Harbour Support', description: 'We answer\nwithin the hour.' },
      },
    ]);
    const effects = await stage.database.outboxRow.findMany({
      where: { payload: { path: ['teamId'], equals: founder.teamId } },
    });
    expect(effects).toMatchObject([{ topic: 'home.refresh', status: 'pending' }]);
  });

  it('asks for the logo to be fetched, by the moment of the wish', async () => {
    const founder = await seedVisitor(stage.context, { teamId: newTeam() });
    const { organizationId } = await createOrganization(stage.context, founder, {
      name: 'Harbour',
      logo: { fileId: 'F1', mimetype: 'image/png', size: 1_048_576 },
    });
    const [row] = await stage.database.outboxRow.findMany({
      where: { topic: 'logo.fetch', payload: { path: ['organizationId'], equals: organizationId } },
    });
    expect(row?.payload).toEqual({
      organizationId,
      teamId: founder.teamId,
      userId: founder.userId,
      fileId: 'F1',
      requestedAt: stage.context.now().toISOString(),
    });
  });

  it.each(['guest', 'stranger', 'bot', null] as const)(
    'refuses somebody whose standing is %s',
    async (standing) => {
      const visitor = await seedVisitor(stage.context, { teamId: newTeam(), standing });
      await expect(createOrganization(stage.context, visitor, { name: 'Harbour' })).rejects.toMatchObject({
        code: 'guests_cannot',
      });
      expect(await stage.database.organization.count({ where: { teamId: visitor.teamId } })).toBe(0);
    },
  );

  it('refuses a second one in the workspace, from visitors and from members', async () => {
    const {
      id: organizationId,
      teamId,
      owner,
    } = await seedOrganization(stage.context, { name: 'First & Only' });
    const agent = await seedMember(stage.context, { id: organizationId, teamId });
    const visitor = await seedVisitor(stage.context, { teamId, organizationId });
    for (const actor of [owner, agent, visitor]) {
      await expect(createOrganization(stage.context, actor, { name: 'Second' })).rejects.toMatchObject({
        code: 'organization_exists',
        detail: { name: 'First & Only' },
      });
    }
    expect(await stage.database.member.count({ where: { organizationId } })).toBe(2);
    expect(await stage.database.auditEntry.count({ where: { organizationId } })).toBe(0);
  });

  it('makes one organization of twenty that are asked for at the same time', async () => {
    const teamId = newTeam();
    const founders = await Promise.all(
      Array.from({ length: 20 }, () => seedVisitor(stage.context, { teamId })),
    );
    const outcomes = await Promise.allSettled(
      founders.map((founder) => createOrganization(stage.context, founder, { name: founder.name })),
    );

    const refused = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason] : []));
    expect(refused).toHaveLength(19);
    const organization = await stage.database.organization.findUniqueOrThrow({
      where: { teamId },
      include: { members: true, auditEntries: true },
    });
    for (const refusal of refused) {
      expect(refusal).toMatchObject({ code: 'organization_exists', detail: { name: organization.name } });
    }
    expect(organization.members).toMatchObject([{ role: 'owner', name: organization.name }]);
    expect(organization.auditEntries).toHaveLength(1);
  });

  it.each([
    ['an empty name', { name: ' \t ' }, 'name_length', 'name'],
    ['a name of nothing visible', { name: '\u200B\u200D' }, 'name_length', 'name'],
    ['a name of 81', { name: 'é'.repeat(81) }, 'name_length', 'name'],
    ['a NUL', { name: 'Har\0bour' }, 'text_invalid', 'name'],
    ['a lone surrogate', { name: 'Harbour \uD83D' }, 'text_invalid', 'name'],
    ['a line break in the name', { name: 'Harbour\r\nBcc: all@example.com' }, 'text_invalid', 'name'],
    ['a name that turns the text around it', { name: 'Harbour \u202Egpj' }, 'text_invalid', 'name'],
    [
      'a description of 501',
      { name: 'H', description: '🙂'.repeat(501) },
      'description_length',
      'description',
    ],
    ['a description with a NUL', { name: 'H', description: 'a\0b' }, 'text_invalid', 'description'],
    [
      'a description with half a character',
      { name: 'H', description: '\uDE42' },
      'text_invalid',
      'description',
    ],
    [
      'a file over 1 MB',
      { name: 'H', logo: { fileId: 'F1', mimetype: 'image/png', size: 1_048_577 } },
      'logo_bytes',
      'logo',
    ],
    [
      'an SVG',
      { name: 'H', logo: { fileId: 'F1', mimetype: 'image/svg+xml', size: 9 } },
      'logo_type',
      'logo',
    ],
  ])('refuses %s on its field, and makes nothing', async (_, input, code, field) => {
    const founder = await seedVisitor(stage.context, { teamId: newTeam() });
    await expect(createOrganization(stage.context, founder, input)).rejects.toMatchObject({ code, field });
    expect(await stage.database.organization.count({ where: { teamId: founder.teamId } })).toBe(0);
  });

  it('takes 80 and 500 characters, counted as people count them', async () => {
    const founder = await seedVisitor(stage.context, { teamId: newTeam() });
    const input = { name: '🛟'.repeat(80), description: '🙂'.repeat(500) };
    const { organizationId } = await createOrganization(stage.context, founder, input);
    expect(await stage.database.organization.findUnique({ where: { id: organizationId } })).toMatchObject(
      input,
    );
  });
});
