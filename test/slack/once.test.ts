import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sign } from '../sandbox/slack/delivery.ts';
import { type SeatedWorkspace, seatedWorkspace } from './seats.ts';
import { type StartedApp, startApp } from './start.ts';

let app: StartedApp;
let workspace: SeatedWorkspace;
const acted: string[] = [];

beforeAll(async () => {
  app = await startApp({
    listeners: {
      commands: {
        '/org': {
          start: 'overview',
          words: {
            act: {
              once: true,
              summary: 'Acts.',
              offeredTo: () => true,
              handle: async ({ ack, text }) => {
                acted.push(text);
                await ack({ text: 'Done.' });
              },
            },
            show: {
              summary: 'Shows.',
              offeredTo: () => true,
              handle: ({ ack }) => ack({ text: 'Shown.' }),
            },
          },
        },
      },
    },
  });
  workspace = await seatedWorkspace(app);
});
afterAll(() => app.stop());

describe('the same signed request, sent again', () => {
  it('acts once, and is answered empty ever after', async () => {
    const ada = await workspace.add('admin');
    expect((await ada.command('/org', 'act first')).ack.json).toMatchObject({ text: 'Done.' });
    const request = app.sandbox.lastRequest;
    const replays = await Promise.all(Array.from({ length: 50 }, () => app.sandbox.replay(request)));
    expect(new Set(replays.map(({ status, body }) => `${status} ${body}`))).toEqual(new Set(['200 ']));
    expect(acted).toEqual(['first']);
  });

  it('acts once when all of them come at the same moment', async () => {
    acted.length = 0;
    const { id } = (await workspace.add('admin')).user;
    const fields = {
      command: '/org',
      text: 'act race',
      team_id: workspace.teamId,
      user_id: id,
      user_name: 'ada',
    };
    const body = Buffer.from(new URLSearchParams(fields).toString());
    const timestamp = Math.floor(Date.now() / 1000);
    const request = {
      url: `${app.url}/slack/events`,
      headers: {
        'content-type': 'application/x-www-form-urlencoded',
        'x-slack-request-timestamp': String(timestamp),
        'x-slack-signature': sign(app.sandbox.app.signingSecret, timestamp, body),
      },
      body,
    };
    await Promise.all(Array.from({ length: 40 }, () => app.sandbox.replay(request)));
    expect(acted).toEqual(['race']);
  });

  it('shows again what only shows', async () => {
    const ada = await workspace.add('admin');
    await ada.command('/org', 'show');
    expect((await app.sandbox.replay()).json).toMatchObject({ text: 'Shown.' });
  });

  it('and another of the same words acts again', async () => {
    const ada = await workspace.add('admin');
    acted.length = 0;
    await ada.command('/org', 'act again');
    await ada.command('/org', 'act again');
    expect(acted).toEqual(['again', 'again']);
  });
});
