import type { HomeView } from '@slack/types';
import type { WebClient } from '@slack/web-api';
import { describe, expect, it } from 'vitest';
import { PermanentFailure, RetryableFailure } from '../../src/clients/failures.ts';
import type { DownloadedFile } from '../../src/clients/slack/files.ts';
import { NotInstalled } from '../../src/clients/slack/not-installed.ts';
import { changePrefix } from '../../src/domain/organizations/change-prefix.ts';
import { homePublish } from '../../src/jobs/home-publish.ts';
import { logoFetch } from '../../src/jobs/logo-fetch.ts';
import { createLogger } from '../../src/logger.ts';
import { png } from '../domain/organizations/images.ts';
import { useStage } from '../domain/organizations/setup.ts';
import { type SeededOrganization, seedMember, seedOrganization } from '../setup/organization.ts';

const stage = useStage();
const run = { outboxId: '0', attempt: 1, log: createLogger('silent') };

describe('home.publish', () => {
  /** Runs the job while `meanwhile` happens between its reading and the arrival of its first view. */
  const publish = async ({ teamId, owner }: SeededOrganization, meanwhile: () => Promise<unknown>) => {
    const arrived: string[] = [];
    const client = (before: () => Promise<unknown>) =>
      ({
        views: {
          publish: async ({ view }: { view: HomeView }) => {
            await before();
            arrived.push(JSON.stringify(view));
          },
        },
      }) as unknown as WebClient;
    let first = true;
    const once = async () => {
      if (!first) return;
      first = false;
      await meanwhile();
      await homePublish.run(
        { ...stage.context, slack: () => client(async () => {}), publicUrl: (path) => path },
        { teamId, userId: owner.userId },
        run,
      );
    };
    await homePublish.run(
      { ...stage.context, slack: () => client(once), publicUrl: (path) => path },
      { teamId, userId: owner.userId },
      run,
    );
    return arrived;
  };

  it('leaves the present state behind, though an older view of it arrives last', async () => {
    const organization = await seedOrganization(stage.context, { prefix: 'OLD' });
    const arrived = await publish(organization, () =>
      changePrefix(stage.context, organization.owner, { prefix: 'NEW' }),
    );
    expect(arrived.map((view) => (view.includes('*Ticket prefix*\\nNEW') ? 'new' : 'old'))).toEqual([
      'new',
      'old',
      'new',
    ]);
  });

  it('publishes once where nothing changed meanwhile', async () => {
    const arrived = await publish(await seedOrganization(stage.context), async () => {});
    expect(arrived).toHaveLength(2);
    expect(new Set(arrived).size).toBe(1);
  });
});

describe('logo.fetch', () => {
  const fetch = async (
    { id: organizationId, teamId }: SeededOrganization,
    userId: string,
    file: DownloadedFile | Error,
    fileId = 'F1',
  ) => {
    const payload = {
      organizationId,
      teamId,
      userId,
      fileId,
      requestedAt: stage.context.now().toISOString(),
    };
    const download = async () => {
      if (file instanceof Error) throw file;
      return file;
    };
    await logoFetch.run({ ...stage.context, files: { download } }, payload, run);
    return payload;
  };
  const logos = ({ id }: SeededOrganization) => stage.database.logo.count({ where: { organizationId: id } });
  const notices = async (teamId: string) => {
    const where = { topic: 'notice', payload: { path: ['teamId'], equals: teamId } };
    const rows = await stage.database.outboxRow.findMany({ where });
    return rows.map((row) => (row.payload as { notice: { reason: string } }).notice.reason);
  };

  it('sets the logo, once however often it runs', async () => {
    const organization = await seedOrganization(stage.context);
    const file = png(16, 12);
    await Promise.all(Array.from({ length: 5 }, () => fetch(organization, organization.owner.userId, file)));
    expect(await logos(organization)).toBe(1);
    const set = { organizationId: organization.id, action: 'organization.logo_set' };
    expect(await stage.database.auditEntry.count({ where: set })).toBe(1);
    expect(await notices(organization.teamId)).toEqual([]);
  });

  it.each([
    ['a script', Buffer.from('#!/bin/sh'), 'A logo is a PNG, JPEG or WebP image.'],
    ['a pixel bomb', png(60_000, 60_000, { drawn: 1 }), 'A logo is at most 2048 pixels'],
    ['half an image', png(16, 12).subarray(0, 50), 'This image cannot be read.'],
    ['too much', 'too_large', 'A logo has at most 1 MB.'],
    ['nothing', 'unavailable', 'Slack did not give us the file.'],
  ] as const)('tells who uploaded it why %s is no logo', async (_, file, reason) => {
    const organization = await seedOrganization(stage.context);
    await fetch(organization, organization.owner.userId, file, `F-${reason}`);
    expect(await logos(organization)).toBe(0);
    expect(await notices(organization.teamId)).toEqual([expect.stringContaining(reason)]);
  });

  it('sets nothing for who lost the role meanwhile, nor for another organization', async () => {
    const organization = await seedOrganization(stage.context);
    const other = await seedOrganization(stage.context);
    const agent = await seedMember(stage.context, organization);
    await fetch(organization, agent.userId, png(16, 12), 'F-agent');
    await fetch({ ...organization, id: other.id }, organization.owner.userId, png(16, 12), 'F-other');
    expect([await logos(organization), await logos(other)]).toEqual([0, 0]);
    expect((await notices(organization.teamId)).sort()).toEqual([
      'Only the Owner and Admins can do this.',
      expect.stringContaining('You have no seat'),
    ]);
  });

  it('is tried again where Slack does not answer, and ends where the app is gone', async () => {
    const organization = await seedOrganization(stage.context);
    const { owner, teamId } = organization;
    const away = new RetryableFailure('Slack did not answer.');
    await expect(fetch(organization, owner.userId, away)).rejects.toBe(away);
    const refused = new PermanentFailure('Slack refused.');
    await expect(fetch(organization, owner.userId, refused)).rejects.toBe(refused);
    await fetch(organization, owner.userId, new NotInstalled(teamId));
    expect(await notices(teamId)).toEqual([]);
  });

  it('tells who uploaded it when it is given up', async () => {
    const organization = await seedOrganization(stage.context);
    const payload = await fetch(organization, organization.owner.userId, 'unavailable', 'F-parked');
    await stage.database.outboxRow.deleteMany();
    const context = { ...stage.context, files: { download: async () => 'unavailable' as const } };
    await stage.database.$transaction(async (transaction) => {
      await logoFetch.onParked?.(transaction, context, payload);
    });
    expect(await notices(organization.teamId)).toEqual([expect.stringContaining('Upload it again')]);
  });
});
