import { describe, expect, it } from 'vitest';
import { refuse } from '../../../src/domain/errors.ts';
import { changeSettings } from '../../../src/domain/organizations/change-settings.ts';
import { findLogo } from '../../../src/domain/organizations/find-logo.ts';
import { inspectLogo } from '../../../src/domain/organizations/inspect-logo.ts';
import { reportLogoRefused } from '../../../src/domain/organizations/report-logo-refused.ts';
import { setLogo } from '../../../src/domain/organizations/set-logo.ts';
import { seedMember, seedOrganization, seedVisitor } from '../../setup/organization.ts';
import { jpeg, png } from './images.ts';
import { useStage } from './setup.ts';

const stage = useStage();

const logoOf = (organizationId: string) => stage.database.logo.findUnique({ where: { organizationId } });
const auditOf = (organizationId: string) => stage.database.auditEntry.findMany({ where: { organizationId } });
const at = (milliseconds: number) => new Date(stage.context.now().getTime() + milliseconds);
const wish = async (organizationId: string, image = png(16, 12), milliseconds = 0) => ({
  organizationId,
  image: await inspectLogo(image),
  requestedAt: at(milliseconds),
});

describe('setLogo', () => {
  it('keeps the image under a path that nobody guesses, audits it and refreshes the App Home', async () => {
    const { id, teamId, owner } = await seedOrganization(stage.context);
    const path = await setLogo(stage.context, owner, await wish(id));

    expect(path).toMatch(/^[A-Za-z0-9_-]{32}$/);
    const found = await findLogo(stage.context, { path: path as string });
    expect(found?.contentType).toBe('image/png');
    expect(Buffer.from(found?.bytes ?? [])).toEqual(png(16, 12));
    expect(await auditOf(id)).toMatchObject([
      {
        action: 'organization.logo_set',
        actorUserId: owner.userId,
        after: { contentType: 'image/png', bytes: png(16, 12).length },
      },
    ]);
    expect(await stage.database.outboxRow.count({ where: { key: `home:${teamId}` } })).toBe(1);
  });

  it('replaces the logo under a new path; the old path leads nowhere', async () => {
    const { id, owner } = await seedOrganization(stage.context);
    const first = (await setLogo(stage.context, owner, await wish(id))) as string;
    const second = (await setLogo(stage.context, owner, await wish(id, jpeg, 1))) as string;
    expect(second).not.toBe(first);
    expect(await findLogo(stage.context, { path: first })).toBeNull();
    expect(await findLogo(stage.context, { path: second })).toMatchObject({ contentType: 'image/jpeg' });
  });

  it('sets an upload once, however often and however many at a time it is carried out', async () => {
    const { id, owner } = await seedOrganization(stage.context);
    const input = await wish(id);
    const paths = await Promise.all(Array.from({ length: 20 }, () => setLogo(stage.context, owner, input)));
    expect(paths.filter((path) => path !== null)).toEqual([(await logoOf(id))?.path]);
    expect(await auditOf(id)).toHaveLength(1);
  });

  it('lets the last upload stand, whichever is carried out last', async () => {
    const { id, owner } = await seedOrganization(stage.context);
    const wishes = await Promise.all(Array.from({ length: 20 }, (_, n) => wish(id, png(1 + n, 1), n)));
    await Promise.all(wishes.reverse().map((input) => setLogo(stage.context, owner, input)));
    const kept = await logoOf(id);
    expect(Buffer.from(kept?.bytes ?? [])).toEqual(png(20, 1));
  });

  it('sets nothing that was removed after its upload, and again what is uploaded later', async () => {
    const { id, owner } = await seedOrganization(stage.context);
    await setLogo(stage.context, owner, await wish(id));
    const late = await wish(id, jpeg, 1);
    stage.context.advance({ seconds: 1 });
    await changeSettings(stage.context, owner, { logo: null });
    expect(await setLogo(stage.context, owner, late)).toBeNull();
    expect(await logoOf(id)).toBeNull();

    stage.context.advance({ seconds: 1 });
    expect(await setLogo(stage.context, owner, await wish(id))).not.toBeNull();
  });

  it('is for Admins and the Owner, of this organization', async () => {
    const { id, teamId } = await seedOrganization(stage.context);
    const other = await seedOrganization(stage.context);
    const agent = await seedMember(stage.context, { id, teamId });
    const visitor = await seedVisitor(stage.context, { teamId, organizationId: id });
    const input = await wish(id);
    await expect(setLogo(stage.context, agent, input)).rejects.toMatchObject({ code: 'not_allowed' });
    await expect(setLogo(stage.context, visitor, input)).rejects.toMatchObject({ code: 'not_a_member' });
    await expect(setLogo(stage.context, other.owner, input)).rejects.toMatchObject({ code: 'not_a_member' });
    expect(await logoOf(id)).toBeNull();
  });
});

describe('findLogo', () => {
  it.each(['', 'x', `${'a'.repeat(31)}\0`, '../../etc/passwd', 'a'.repeat(33)])(
    'finds nothing under %j, and does not ask the database',
    async (path) => {
      expect(await findLogo({ database: {} as never }, { path })).toBeNull();
    },
  );
});

describe('reportLogoRefused', () => {
  it('tells the uploader the sentence, once while it waits', async () => {
    const { teamId, owner } = await seedOrganization(stage.context);
    const report = { teamId, userId: owner.userId, fileId: 'FBAD', refusal: refuse('logo_pixels') };
    await reportLogoRefused(stage.database, stage.context, report);
    await reportLogoRefused(stage.database, stage.context, report);
    const rows = await stage.database.outboxRow.findMany({ where: { topic: 'notice' } });
    expect(rows.map((row) => row.payload)).toEqual([
      {
        teamId,
        userId: owner.userId,
        notice: { kind: 'logo_refused', reason: 'A logo is at most 2048 pixels wide and 2048 pixels high.' },
      },
    ]);
  });
});
