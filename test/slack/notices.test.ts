import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { RetryableFailure } from '../../src/clients/failures.ts';
import { SlackRefused } from '../../src/clients/slack/failures.ts';
import type { Notice } from '../../src/domain/notices.ts';
import { notice as job } from '../../src/jobs/notice.ts';
import { createLogger } from '../../src/logger.ts';
import type { Person } from '../sandbox/slack/person.ts';
import { type SeatedWorkspace, seatedWorkspace } from './seats.ts';
import { type StartedApp, startApp } from './start.ts';

let app: StartedApp;
let workspace: SeatedWorkspace;
let ada: Person;
let logged: Record<string, unknown>[];

beforeAll(async () => {
  app = await startApp();
  workspace = await seatedWorkspace(app);
});
beforeEach(async () => {
  ada = await workspace.add('admin');
  logged = [];
});
afterAll(async () => {
  expect(app.sandbox.violations).toEqual([]);
  await app.stop();
});

const log = createLogger('info', { write: (line: string) => void logged.push(JSON.parse(line)) });
const tell = (
  notice: Notice,
  { teamId = workspace.teamId, userId = ada.user.id, outboxId = uuidv7(), attempt = 1 } = {},
) =>
  job.run(
    { database: app.context.database, slack: app.clients.background },
    { teamId, userId, notice },
    { outboxId, attempt, log },
  );
const heard = async (person = ada) =>
  (await app.sandbox.directMessages(workspace.teamId, person.user.id)).map(({ text }) => String(text));

async function invite({ organizationId } = workspace): Promise<string> {
  const id = app.context.newId();
  const by = await app.context.database.member.findFirstOrThrow({ where: { userId: ada.user.id } });
  await app.context.database.invitation.create({
    data: {
      id,
      organizationId,
      email: `${id}@harbour.example`,
      role: 'agent',
      tokenHash: new Uint8Array(app.context.randomBytes(32)),
      invitedById: by.id,
      expiresAt: app.context.now(),
      createdAt: app.context.now(),
    },
  });
  return id;
}

describe('a notice', () => {
  it('is a direct message with what is known when it goes out', async () => {
    const invitationId = await invite();
    await tell({ kind: 'invitation_declined', invitationId });
    expect(await heard()).toEqual([
      `*${invitationId}@harbour.example* has declined the invite. The seat is free.`,
    ]);
    await tell({ kind: 'removed' });
    expect((await heard())[1]).toContain('no longer a member of *Harbour Support*');
  });

  it('is heard once where an answer was lost', async () => {
    const outboxId = uuidv7();
    app.sandbox.faults.next({ method: 'chat.postMessage', kind: 'acted-then-drop' });
    await expect(tell({ kind: 'removed' }, { outboxId })).rejects.toThrow(RetryableFailure);
    await tell({ kind: 'removed' }, { outboxId, attempt: 2 });
    expect(await heard()).toHaveLength(1);
  });

  it('waits for Slack where Slack is down', async () => {
    app.sandbox.faults.next({ method: 'conversations.open', kind: '500' });
    await expect(tell({ kind: 'removed' })).rejects.toThrow(RetryableFailure);
    expect(await heard()).toEqual([]);
  });

  it('to a deactivated or unknown person is done, and logged', async () => {
    Object.assign(ada.user, { deleted: true });
    await tell({ kind: 'removed' });
    await tell({ kind: 'removed' }, { userId: 'U404' });
    expect(logged.map(({ msg, kind }) => [msg, kind])).toEqual([
      ['A notice found nobody.', 'removed'],
      ['A notice found nobody.', 'removed'],
    ]);
  });

  it('that Slack refuses for another reason is not taken for heard', async () => {
    app.sandbox.faults.next({ method: 'chat.postMessage', kind: 'error', error: 'invalid_blocks' });
    await expect(tell({ kind: 'removed' })).rejects.toThrow(SlackRefused);
  });

  it('to a workspace that removed the app is done, and logged', async () => {
    const other = await seatedWorkspace(app);
    const person = await other.add('agent');
    app.sandbox.uninstall(other.teamId);
    await tell({ kind: 'removed' }, { teamId: other.teamId, userId: person.user.id });
    await tell({ kind: 'welcome' }, { teamId: 'T404' });
    expect(logged).toHaveLength(2);
  });

  it('says nothing of another organization’s invite', async () => {
    const other = await seatedWorkspace(app);
    await tell({ kind: 'invitation_declined', invitationId: await invite(other) });
    expect(await heard()).toEqual(['Somebody has declined the invite. The seat is free.']);
  });
});
