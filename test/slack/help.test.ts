import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Standing } from '../../src/database/client.ts';
import type { Workspace } from '../sandbox/slack/workspace.ts';
import { type StartedApp, startApp } from './start.ts';

let app: StartedApp;
let team: Workspace;

beforeAll(async () => {
  app = await startApp();
  team = await app.sandbox.addTeam();
});
afterAll(() => app.stop());

it('answers a signed /org help ephemerally', async () => {
  const user = app.sandbox.addUser(team.id).id;
  const { ack } = await app.sandbox.person({ team: team.id, user }).command('/org', 'help');
  expect(ack).toMatchObject({
    status: 200,
    json: { response_type: 'ephemeral', text: expect.stringContaining('/org help') },
  });
});

it('offers creation to who may create, as far as that is known', async () => {
  const help = async (standing?: Standing) => {
    const { id: userId, name } = app.sandbox.addUser(team.id);
    if (standing) {
      const known = { teamId: team.id, userId, name, standing, seenAt: app.context.now() };
      await app.context.database.slackPerson.create({ data: known });
    }
    const { ack } = await app.sandbox.person({ team: team.id, user: userId }).command('/org', 'help');
    return ack.body;
  };
  expect(await help()).toContain('/org create');
  expect(await help('full')).toContain('/org create');
  expect(await help('guest')).not.toContain('/org create');
  expect(await help('stranger')).not.toContain('/org create');
});
