import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { findSecretKey } from '../../../src/domain/plugin/find-key.ts';
import { createSecretKey, permitSecretKey } from '../../../src/domain/plugin/keys/create-secret-key.ts';
import { listKeys, MOST_ENDING_KEYS, MOST_SECRET_KEYS } from '../../../src/domain/plugin/keys/list-keys.ts';
import { openKeys } from '../../../src/domain/plugin/keys/open-keys.ts';
import { revokeSecretKey } from '../../../src/domain/plugin/keys/revoke-secret-key.ts';
import { rotatePublishableKey } from '../../../src/domain/plugin/keys/rotate-publishable-key.ts';
import { seedMember, seedOrganization, seedVisitor } from '../../setup/organization.ts';
import { refusal, tally, useStage } from '../invitations/stage.ts';

const stage = useStage();
const HOUR = 3600;

async function open() {
  const organization = await seedOrganization(stage.context);
  const admin = await seedMember(stage.context, organization, { role: 'admin', name: 'Ada Admin' });
  const agent = await seedMember(stage.context, organization);
  return { organization, admin, agent };
}
const secretOf = { name: 'Shop server', scopes: ['tickets'] };
const audits = async (organizationId: string) =>
  stage.database.auditEntry.findMany({
    where: { organizationId },
    orderBy: { id: 'asc' },
    select: { action: true, subject: true, before: true, after: true },
  });

describe('the publishable key', () => {
  it('is made at the first opening, once, however many open it at a time', async () => {
    const { organization, admin } = await open();
    const opened = await Promise.all(
      Array.from({ length: 30 }, (_, index) =>
        openKeys(stage.context, index % 2 ? admin : organization.owner),
      ),
    );
    const keys = new Set(opened.map(({ publishable }) => publishable.key));
    expect(keys.size).toBe(1);
    expect([...keys][0]).toMatch(/^odpk_[A-Za-z0-9_-]{43}$/);
    expect(await stage.database.apiKey.count({ where: { organizationId: organization.id } })).toBe(1);
    expect((await audits(organization.id)).map(({ action }) => action)).toEqual(['publishable_key.made']);
  });

  it('is another one in each organization', async () => {
    const [one, other] = [await open(), await open()];
    const { publishable } = await openKeys(stage.context, one.admin);
    expect((await openKeys(stage.context, other.admin)).publishable.key).not.toBe(publishable.key);
  });

  it('stays good for 24 hours when it is rotated, and each keeps its own time', async () => {
    const { organization, admin } = await open();
    const first = (await openKeys(stage.context, admin)).publishable;
    const firstEnd = new Date(stage.context.now().getTime() + 86_400_000);
    expect(await rotatePublishableKey(stage.context, admin, { keyId: first.id })).toEqual({
      hint: first.key.slice(-4),
      endsAt: firstEnd,
    });
    stage.context.advance({ seconds: 10 * HOUR });
    const second = (await openKeys(stage.context, admin)).publishable;
    expect(second.key).not.toBe(first.key);
    await rotatePublishableKey(stage.context, organization.owner, { keyId: second.id });
    const secondEnd = new Date(stage.context.now().getTime() + 86_400_000);
    expect((await listKeys(stage.context, admin)).ending).toEqual([
      { hint: first.key.slice(-4), endsAt: firstEnd },
      { hint: second.key.slice(-4), endsAt: secondEnd },
    ]);
    stage.context.advance({ seconds: 14 * HOUR });
    expect((await listKeys(stage.context, admin)).ending.map(({ endsAt }) => endsAt)).toEqual([secondEnd]);
    const lines = await audits(organization.id);
    expect(lines.map(({ action }) => action)).toEqual([
      'publishable_key.made',
      'publishable_key.rotated',
      'publishable_key.rotated',
    ]);
    expect(JSON.stringify(lines)).not.toContain('odpk_');
  });

  it('is rotated once, however many press at the same moment', async () => {
    const { organization, admin } = await open();
    const { id: keyId } = (await openKeys(stage.context, admin)).publishable;
    const presses = Array.from({ length: 20 }, (_, index) =>
      rotatePublishableKey(stage.context, index % 2 ? admin : organization.owner, { keyId }),
    );
    expect(await tally(presses)).toEqual({ done: 1, key_rotated: 19 });
    expect(await stage.database.apiKey.count({ where: { organizationId: organization.id } })).toBe(2);
  });

  it('is there once while one rotates it and others open it', async () => {
    const { organization, admin } = await open();
    for (let round = 0; round < 5; round++) {
      const { id: keyId } = (await openKeys(stage.context, admin)).publishable;
      await Promise.all([
        rotatePublishableKey(stage.context, admin, { keyId }),
        ...Array.from({ length: 10 }, () => openKeys(stage.context, organization.owner)),
      ]);
    }
    const where = { organizationId: organization.id, endsAt: null };
    expect(await stage.database.apiKey.count({ where })).toBe(1);
    expect(await stage.database.apiKey.count({ where: { organizationId: organization.id } })).toBe(6);
  });

  it('is not rotated more often than is to be listed, until an old one has ended', async () => {
    const { admin } = await open();
    const rotate = async () => {
      const { id } = (await openKeys(stage.context, admin)).publishable;
      await rotatePublishableKey(stage.context, admin, { keyId: id });
    };
    for (let times = 0; times < MOST_ENDING_KEYS; times++) await rotate();
    const { publishable } = await openKeys(stage.context, admin);
    expect((await refusal(rotate())).code).toBe('key_rotations_full');
    expect((await openKeys(stage.context, admin)).publishable).toEqual(publishable);
    stage.context.advance({ days: 1 });
    await rotate();
    expect((await listKeys(stage.context, admin)).ending).toHaveLength(1);
  });
});

describe('a secret key', () => {
  it('is given back once, and kept as its SHA-256 and its last four letters alone', async () => {
    const { organization, admin } = await open();
    const { secret, id, ...made } = await createSecretKey(stage.context, admin, {
      name: '  Shop server ',
      scopes: ['payments', 'tickets'],
    });
    expect(secret).toMatch(/^odsk_[A-Za-z0-9_-]{43}$/);
    expect(made).toMatchObject({
      name: 'Shop server',
      scopes: ['tickets', 'payments'],
      hint: secret.slice(-4),
    });
    const row = await stage.database.apiKey.findUniqueOrThrow({ where: { id } });
    expect(Buffer.from(row.secretHash ?? [])).toEqual(createHash('sha256').update(secret).digest());
    expect((await listKeys(stage.context, organization.owner)).secrets).toMatchObject([{ id, ...made }]);
    const { rows } = await everything(organization.id);
    expect(rows).toContain('Shop server');
    expect(rows).not.toContain(secret.slice(0, -4));
    expect(await audits(organization.id)).toEqual([
      {
        action: 'secret_key.created',
        subject: 'Shop server',
        before: null,
        after: { scopes: ['tickets', 'payments'], hint: secret.slice(-4) },
      },
    ]);
  });

  it('is made once of a form, however often that is sent', async () => {
    const { organization, admin } = await open();
    const sent = Array.from({ length: 20 }, () =>
      createSecretKey(stage.context, admin, { ...secretOf, onceKey: `form:${organization.id}` }),
    );
    expect(await tally(sent)).toEqual({ done: 1, key_form_sent: 19 });
    expect((await listKeys(stage.context, admin)).secrets).toHaveLength(1);
  });

  it('leaves a form that was refused to be sent again', async () => {
    const { organization, admin } = await open();
    const onceKey = `form:${organization.id}`;
    for (let count = 0; count < MOST_SECRET_KEYS; count++)
      await createSecretKey(stage.context, admin, secretOf);
    const full = await refusal(createSecretKey(stage.context, admin, { ...secretOf, onceKey }));
    expect(full.code).toBe('keys_full');
    const [oldest] = (await listKeys(stage.context, admin)).secrets;
    await revokeSecretKey(stage.context, admin, { keyId: oldest?.id ?? '' });
    await createSecretKey(stage.context, admin, { ...secretOf, onceKey });
  });

  it('is one of twenty at most, however many are made at a time', async () => {
    const { admin } = await open();
    const made = Array.from({ length: MOST_SECRET_KEYS + 5 }, () =>
      createSecretKey(stage.context, admin, secretOf),
    );
    expect(await tally(made)).toEqual({ done: MOST_SECRET_KEYS, keys_full: 5 });
  });

  it('ends at once when it is revoked, once', async () => {
    const { organization, admin } = await open();
    const { id: keyId, hint } = await createSecretKey(stage.context, admin, secretOf);
    const presses = Array.from({ length: 10 }, () => revokeSecretKey(stage.context, admin, { keyId }));
    expect(await tally(presses)).toEqual({ done: 1, key_unknown: 9 });
    expect((await listKeys(stage.context, admin)).secrets).toEqual([]);
    const { endsAt } = await stage.database.apiKey.findUniqueOrThrow({ where: { id: keyId } });
    expect(endsAt).toEqual(stage.context.now());
    expect((await audits(organization.id)).at(-1)).toEqual({
      action: 'secret_key.revoked',
      subject: 'Shop server',
      before: { hint },
      after: null,
    });
  });

  it.each([
    ['', 'key_name_length'],
    ['\u200b', 'key_name_length'],
    ['x'.repeat(51), 'key_name_length'],
    ['a\nb', 'text_invalid'],
    ['\u0000', 'text_invalid'],
    ['\ud800', 'text_invalid'],
    ['\u202Eevil', 'text_invalid'],
  ])('is not made under the name %j', async (name, code) => {
    const { admin } = await open();
    const refused = await refusal(createSecretKey(stage.context, admin, { ...secretOf, name }));
    expect({ code: refused.code, field: refused.field }).toEqual({ code, field: 'name' });
  });

  it.each([[[]], [['everything']], [['tickets', 'constructor']]])(
    'is not made for the scopes %j',
    async (scopes) => {
      const { admin } = await open();
      const refused = await refusal(createSecretKey(stage.context, admin, { name: 'Shop', scopes }));
      expect({ code: refused.code, field: refused.field }).toEqual({ code: 'key_scopes', field: 'scopes' });
    },
  );

  it('takes fifty letters, also of those that count twice in a string', async () => {
    const { admin } = await open();
    const name = '🛟'.repeat(50);
    expect((await createSecretKey(stage.context, admin, { ...secretOf, name })).name).toBe(name);
  });
});

describe('keys', () => {
  it('are the Owner’s and Admins’, and nobody makes one while the organization is read-only', async () => {
    const { organization, admin, agent } = await open();
    const { id: keyId } = (await openKeys(stage.context, admin)).publishable;
    const secret = await createSecretKey(stage.context, admin, secretOf);
    const { id: organizationId, teamId } = organization;
    const visitor = await seedVisitor(stage.context, { teamId, organizationId, standing: 'guest' });
    const lapsed = { ...organization.owner, readOnly: 'lapsed' } as const;
    const closing = { ...organization.owner, readOnly: 'closing' } as const;
    const before = await everything(organizationId);
    for (const [actor, code] of [
      [agent, 'not_allowed'],
      [visitor, 'not_a_member'],
    ] as const) {
      for (const attempt of [
        () => openKeys(stage.context, actor),
        () => listKeys(stage.context, actor),
        () => rotatePublishableKey(stage.context, actor, { keyId }),
        () => createSecretKey(stage.context, actor, secretOf),
        () => revokeSecretKey(stage.context, actor, { keyId: secret.id }),
      ]) {
        expect((await refusal(attempt())).code).toBe(code);
      }
    }
    for (const [actor, code] of [
      [lapsed, 'organization_lapsed'],
      [closing, 'organization_closing'],
    ] as const) {
      expect(() => permitSecretKey(actor)).toThrow(expect.objectContaining({ code }));
      expect((await refusal(createSecretKey(stage.context, actor, secretOf))).code).toBe(code);
    }
    expect(await everything(organizationId)).toEqual(before);
  });

  it.each(['lapsed', 'closing'] as const)(
    'that leaked can be seen, revoked and rotated while the organization is %s',
    async (readOnly) => {
      const { admin } = await open();
      const { id: keyId } = (await openKeys(stage.context, admin)).publishable;
      const secret = await createSecretKey(stage.context, admin, secretOf);
      const later = { ...admin, readOnly };
      expect((await openKeys(stage.context, later)).secrets.map(({ id }) => id)).toEqual([secret.id]);
      await revokeSecretKey(stage.context, later, { keyId: secret.id });
      expect(await findSecretKey(stage.context, secret.secret)).toBeNull();
      await rotatePublishableKey(stage.context, later, { keyId });
      expect((await listKeys(stage.context, later)).publishable?.id).not.toBe(keyId);
    },
  );

  it('of another organization, and of the other kind, are not there', async () => {
    const [mine, theirs] = [await open(), await open()];
    const publishable = (await openKeys(stage.context, theirs.admin)).publishable;
    const secret = await createSecretKey(stage.context, theirs.admin, secretOf);
    const own = (await openKeys(stage.context, mine.admin)).publishable;
    const ownSecret = await createSecretKey(stage.context, mine.admin, secretOf);
    const before = [await everything(theirs.organization.id), await everything(mine.organization.id)];
    for (const keyId of [publishable.id, secret.id, ownSecret.id, 'x', '']) {
      const refused = await refusal(rotatePublishableKey(stage.context, mine.admin, { keyId }));
      expect(refused.code).toBe('key_rotated');
    }
    for (const keyId of [publishable.id, secret.id, own.id, 'x', '']) {
      const refused = await refusal(revokeSecretKey(stage.context, mine.admin, { keyId }));
      expect(refused.code).toBe('key_unknown');
    }
    expect([await everything(theirs.organization.id), await everything(mine.organization.id)]).toEqual(
      before,
    );
  });

  it('go with their organization', async () => {
    const { organization, admin } = await open();
    await openKeys(stage.context, admin);
    await createSecretKey(stage.context, admin, secretOf);
    await stage.database.organization.delete({ where: { id: organization.id } });
    expect(await stage.database.apiKey.count({ where: { organizationId: organization.id } })).toBe(0);
  });
});

/** All rows that keys leave behind, as text. */
async function everything(organizationId: string): Promise<{ rows: string }> {
  const [keys, lines, outbox] = await Promise.all([
    stage.database.apiKey.findMany({ where: { organizationId }, orderBy: { id: 'asc' } }),
    audits(organizationId),
    stage.database.outboxRow.findMany({ orderBy: { id: 'asc' } }),
  ]);
  return { rows: JSON.stringify([keys, lines, outbox]) };
}
