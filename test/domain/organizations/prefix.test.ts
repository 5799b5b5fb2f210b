import { describe, expect, it } from 'vitest';
import { changePrefix } from '../../../src/domain/organizations/change-prefix.ts';
import { previewPrefix, showPrefix } from '../../../src/domain/organizations/show-prefix.ts';
import { formatTicketNumber, readPrefix } from '../../../src/domain/organizations/ticket-number.ts';
import { seedMember, seedOrganization, seedVisitor } from '../../setup/organization.ts';
import { useStage } from './setup.ts';

const stage = useStage();

const use = (organizationId: string, prefix: string, lastNumber: number) =>
  stage.database.ticketSequence.create({ data: { organizationId, prefix, lastNumber } });
const prefixOf = async (id: string) =>
  (await stage.database.organization.findUniqueOrThrow({ where: { id } })).prefix;

describe('a ticket number', () => {
  it.each([
    ['TKT', 1, 'TKT-001'],
    ['SUP', 99, 'SUP-099'],
    ['SUP', 999, 'SUP-999'],
    ['HELP', 1_000, 'HELP-1000'],
    ['CS', 1_234_567, 'CS-1234567'],
  ])('of %s and %i is %s', (prefix, number, text) => {
    expect(formatTicketNumber(prefix, number)).toBe(text);
  });
});

describe('a prefix', () => {
  it.each([
    ['sup', 'SUP'],
    [' Help ', 'HELP'],
    ['a', 'A'],
    ['B2B', 'B2B'],
    ['ABCDEFGHIJ', 'ABCDEFGHIJ'],
  ])('%j is stored as %s', (input, prefix) => {
    expect(readPrefix(input)).toBe(prefix);
  });

  it.each(['', ' ', '1ST', 'ABCDEFGHIJK', 'SU P', 'SUP-', 'SÜP', 'ſUP', 'SUP\0', '\u212A', '<!channel>'])(
    '%j is refused on the field',
    (input) => {
      expect(() => readPrefix(input)).toThrow(
        expect.objectContaining({ code: 'prefix_form', field: 'prefix' }),
      );
    },
  );
});

describe('changePrefix', () => {
  it('gives new tickets the prefix, and says what the next is called', async () => {
    const { id, owner, teamId } = await seedOrganization(stage.context);
    expect(await changePrefix(stage.context, owner, { prefix: 'sup' })).toEqual({
      prefix: 'SUP',
      changed: true,
      next: 'SUP-001',
    });
    expect(await prefixOf(id)).toBe('SUP');
    expect(await stage.database.auditEntry.findMany({ where: { organizationId: id } })).toMatchObject([
      { action: 'organization.prefix_changed', before: { prefix: 'TKT' }, after: { prefix: 'SUP' } },
    ]);
    const effects = await stage.database.outboxRow.findMany({ where: { key: `home:${teamId}` } });
    expect(effects).toMatchObject([{ topic: 'home.refresh' }]);
  });

  it('goes on where a prefix stopped', async () => {
    const { id, owner } = await seedOrganization(stage.context);
    await use(id, 'TKT', 41);
    await use(id, 'SUP', 999);
    expect((await changePrefix(stage.context, owner, { prefix: 'SUP' })).next).toBe('SUP-1000');
    expect((await changePrefix(stage.context, owner, { prefix: 'TKT' })).next).toBe('TKT-042');
  });

  it('writes nothing where it is this prefix already', async () => {
    const { id, owner } = await seedOrganization(stage.context);
    expect(await changePrefix(stage.context, owner, { prefix: 'tkt' })).toMatchObject({ changed: false });
    expect(await stage.database.auditEntry.count({ where: { organizationId: id } })).toBe(0);
  });

  it('audits an unbroken chain when many change it at once', async () => {
    const { id, owner } = await seedOrganization(stage.context);
    const prefixes = Array.from({ length: 20 }, (_, n) => `P${n}`);
    await Promise.all(prefixes.map((prefix) => changePrefix(stage.context, owner, { prefix })));
    const lines = await stage.database.auditEntry.findMany({ where: { organizationId: id } });
    const next = new Map(
      lines.map(({ before, after }) => [(before as Prefixed).prefix, (after as Prefixed).prefix]),
    );
    let prefix: string | undefined = 'TKT';
    for (let step = 0; step < 20; step++) prefix = next.get(prefix ?? '');
    expect(await prefixOf(id)).toBe(prefix);
  });

  it('is for Admins and the Owner', async () => {
    const { id, teamId } = await seedOrganization(stage.context);
    const admin = await seedMember(stage.context, { id, teamId }, { role: 'admin' });
    const agent = await seedMember(stage.context, { id, teamId });
    const visitor = await seedVisitor(stage.context, { teamId, organizationId: id });
    await changePrefix(stage.context, admin, { prefix: 'ADM' });
    await expect(changePrefix(stage.context, agent, { prefix: 'X' })).rejects.toMatchObject({
      code: 'not_allowed',
    });
    await expect(changePrefix(stage.context, visitor, { prefix: 'X' })).rejects.toMatchObject({
      code: 'not_a_member',
    });
    expect(await prefixOf(id)).toBe('ADM');
  });
});

describe('showPrefix', () => {
  it('tells every member the present prefix, the next number, and whether they may change it', async () => {
    const organization = await seedOrganization(stage.context, { prefix: 'CS' });
    await use(organization.id, 'CS', 7);
    const agent = await seedMember(stage.context, organization);
    const shown = { current: 'CS', prefix: 'CS', next: 'CS-008' };
    expect(await showPrefix(stage.context, agent)).toEqual({ ...shown, mayChange: false });
    expect(await showPrefix(stage.context, organization.owner)).toEqual({ ...shown, mayChange: true });
  });

  it('tells visitors nothing', async () => {
    const { id, teamId } = await seedOrganization(stage.context);
    const visitor = await seedVisitor(stage.context, { teamId, organizationId: id });
    await expect(showPrefix(stage.context, visitor)).rejects.toMatchObject({ code: 'not_a_member' });
  });
});

describe('previewPrefix', () => {
  it('tells the next number under another prefix, counting only the own organization', async () => {
    const { id, owner } = await seedOrganization(stage.context);
    const other = await seedOrganization(stage.context);
    await use(id, 'SUP', 12);
    await use(other.id, 'HELP', 500);
    const preview = (prefix?: string) => previewPrefix(stage.context, owner, prefix ? { prefix } : {});
    expect(await preview('sup')).toEqual({ current: 'TKT', prefix: 'SUP', next: 'SUP-013' });
    expect(await preview('help')).toEqual({ current: 'TKT', prefix: 'HELP', next: 'HELP-001' });
    expect(await preview()).toEqual({ current: 'TKT', prefix: 'TKT', next: 'TKT-001' });
    await expect(preview('-')).rejects.toMatchObject({ code: 'prefix_form' });
  });

  it('is for Admins and the Owner', async () => {
    const organization = await seedOrganization(stage.context);
    const agent = await seedMember(stage.context, organization);
    await expect(previewPrefix(stage.context, agent)).rejects.toMatchObject({ code: 'not_allowed' });
  });
});

type Prefixed = Record<string, string>;
