import { afterAll, beforeAll, expect, it } from 'vitest';
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
