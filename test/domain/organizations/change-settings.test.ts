import { describe, expect, it } from 'vitest';
import { changeSettings } from '../../../src/domain/organizations/change-settings.ts';
import { seedMember, seedOrganization, seedVisitor } from '../../setup/organization.ts';
import { useStage } from './setup.ts';

const stage = useStage();

const auditOf = (organizationId: string) =>
  stage.database.auditEntry.findMany({
    where: { organizationId },
    orderBy: { id: 'asc' },
    select: { action: true, actorUserId: true, before: true, after: true },
  });
const effectsOf = (teamId: string) =>
  stage.database.outboxRow.findMany({ where: { payload: { path: ['teamId'], equals: teamId } } });
const stored = (id: string) => stage.database.organization.findUniqueOrThrow({ where: { id } });

describe('changeSettings', () => {
  it('writes what changed, each audited from what to what, and refreshes the App Home', async () => {
    const { id, teamId, owner } = await seedOrganization(stage.context, { name: 'Harbour' });
    const outcome = await changeSettings(stage.context, owner, {
      name: ' Harbour Support ',
      description: 'Open at nine.',
      joinLink: ' https://join.slack.com/t/harbour/shared_invite/zt-1~a ',
    });

    expect(outcome.changed).toEqual(['name', 'description', 'joinLink']);
    expect(await stored(id)).toMatchObject({
      name: 'Harbour Support',
      description: 'Open at nine.',
      joinLink: 'https://join.slack.com/t/harbour/shared_invite/zt-1~a',
    });
    const by = { actorUserId: owner.userId };
    expect(await auditOf(id)).toEqual([
      {
        ...by,
        action: 'organization.renamed',
        before: { name: 'Harbour' },
        after: { name: 'Harbour Support' },
      },
      {
        ...by,
        action: 'organization.described',
        before: { description: null },
        after: { description: 'Open at nine.' },
      },
      {
        ...by,
        action: 'organization.join_link_changed',
        before: { joinLink: null },
        after: { joinLink: 'https://join.slack.com/t/harbour/shared_invite/zt-1~a' },
      },
    ]);
    expect(await effectsOf(teamId)).toMatchObject([{ topic: 'home.refresh' }]);
  });

  it('neither writes nor audits what is as it was', async () => {
    const { id, teamId, owner } = await seedOrganization(stage.context, { name: 'Harbour' });
    const outcome = await changeSettings(stage.context, owner, {
      name: 'Harbour ',
      description: '  ',
      joinLink: '',
      logo: null,
    });
    expect(outcome.changed).toEqual([]);
    expect(await auditOf(id)).toEqual([]);
    expect(await effectsOf(teamId)).toEqual([]);
  });

  it('empties the description and the join link', async () => {
    const { id, owner } = await seedOrganization(stage.context);
    await changeSettings(stage.context, owner, { description: 'x', joinLink: 'https://join.slack.com/t/x' });
    await changeSettings(stage.context, owner, { description: null, joinLink: null });
    expect(await stored(id)).toMatchObject({ description: null, joinLink: null });
  });

  it('leaves the fields that were not named to whoever changes them meanwhile', async () => {
    const { id, owner, teamId } = await seedOrganization(stage.context, { name: 'Harbour' });
    const admin = await seedMember(stage.context, { id, teamId }, { role: 'admin' });
    await Promise.all(
      Array.from({ length: 20 }, (_, n) =>
        n % 2
          ? changeSettings(stage.context, owner, { name: `Harbour ${n}` })
          : changeSettings(stage.context, admin, { description: `Open at ${n}.` }),
      ),
    );

    // Every line begins where the one before it ended: nobody's change was lost unseen, and the last one stands.
    const lines = await auditOf(id);
    expect(lines).toHaveLength(20);
    const present = await stored(id);
    const follow = (action: string, field: 'name' | 'description', first: string | null) => {
      const own = lines.filter((line) => line.action === action);
      const next = new Map(
        own.map(({ before, after }) => [(before as Values)[field], (after as Values)[field]]),
      );
      expect(next.size).toBe(10);
      let value: string | null | undefined = first;
      for (const _ of own) value = next.get(value ?? null);
      expect(present[field]).toBe(value);
    };
    follow('organization.renamed', 'name', 'Harbour');
    follow('organization.described', 'description', null);
  });

  it('has a new logo fetched, and removes one at once', async () => {
    const { id, owner, teamId } = await seedOrganization(stage.context);
    const upload = { fileId: 'F7', mimetype: 'image/webp', size: 400 };
    expect((await changeSettings(stage.context, owner, { logo: upload })).changed).toEqual([]);
    expect(await effectsOf(teamId)).toMatchObject([
      { topic: 'logo.fetch', payload: { fileId: 'F7', organizationId: id } },
    ]);

    await stage.database.logo.create({
      data: {
        organizationId: id,
        path: 'p',
        contentType: 'image/png',
        bytes: new Uint8Array(1),
        createdAt: new Date(),
      },
    });
    expect((await changeSettings(stage.context, owner, { logo: null })).changed).toEqual(['logo']);
    expect(await stage.database.logo.count({ where: { organizationId: id } })).toBe(0);
    expect(await auditOf(id)).toMatchObject([{ action: 'organization.logo_removed' }]);
  });

  it('is for Admins and the Owner', async () => {
    const { id, teamId } = await seedOrganization(stage.context, { name: 'Harbour' });
    const admin = await seedMember(stage.context, { id, teamId }, { role: 'admin' });
    const agent = await seedMember(stage.context, { id, teamId });
    const visitor = await seedVisitor(stage.context, { teamId, organizationId: id });
    const founder = await seedVisitor(stage.context, { teamId: 'TNONE' });
    await changeSettings(stage.context, admin, { name: 'Harbour 2' });
    await expect(changeSettings(stage.context, agent, { name: 'Mine' })).rejects.toMatchObject({
      code: 'not_allowed',
      message: 'Only the Owner and Admins can do this.',
    });
    await expect(changeSettings(stage.context, visitor, { name: 'Mine' })).rejects.toMatchObject({
      code: 'not_a_member',
    });
    await expect(changeSettings(stage.context, founder, { name: 'Mine' })).rejects.toMatchObject({
      code: 'no_organization',
    });
    expect((await stored(id)).name).toBe('Harbour 2');
  });

  it('touches no other organization', async () => {
    const mine = await seedOrganization(stage.context, { name: 'Mine' });
    const other = await seedOrganization(stage.context, { name: 'Other' });
    await changeSettings(stage.context, mine.owner, { name: 'Changed', description: 'd', logo: null });
    expect(await stored(other.id)).toMatchObject({ name: 'Other', description: null });
    expect(await auditOf(other.id)).toEqual([]);
  });

  it.each([
    ['name', { name: '' }, 'name_length'],
    ['name', { name: '\uD800' }, 'text_invalid'],
    ['description', { description: '\u0007' }, 'text_invalid'],
    ['logo', { logo: { fileId: 'F', mimetype: 'application/pdf', size: 1 } }, 'logo_type'],
    ['join_link', { joinLink: 'http://join.slack.com/t/x' }, 'join_link_form'],
    ['join_link', { joinLink: 'https://join.slack.com.example/t/x' }, 'join_link_form'],
    ['join_link', { joinLink: 'https://join.slack.com@evil.example/t/x' }, 'join_link_form'],
    ['join_link', { joinLink: 'https://me:secret@join.slack.com/t/x' }, 'join_link_form'],
    ['join_link', { joinLink: 'https://join.slack.com:8443/t/x' }, 'join_link_form'],
    ['join_link', { joinLink: 'https://join.slack.com/' }, 'join_link_form'],
    ['join_link', { joinLink: 'javascript:alert(1)//https://join.slack.com/' }, 'join_link_form'],
    ['join_link', { joinLink: `https://join.slack.com/t/${'x'.repeat(500)}` }, 'join_link_form'],
  ])('refuses on %s: %j', async (field, input, code) => {
    const { id, owner } = await seedOrganization(stage.context);
    await expect(changeSettings(stage.context, owner, input)).rejects.toMatchObject({ code, field });
    expect(await auditOf(id)).toEqual([]);
  });
});

type Values = Record<string, string | null>;
