import { WebClient } from '@slack/web-api';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type SlackSandbox, startSlackSandbox } from './server.ts';
import { SILENT } from './silent-logger.ts';
import type { Workspace } from './workspace.ts';

let sandbox: SlackSandbox;
let team: Workspace;
let token: string;
let channel: string;
let count = 0;

beforeAll(async () => {
  sandbox = await startSlackSandbox();
  team = await sandbox.addTeam();
  token = await sandbox.issueBotToken(team.id);
});

beforeEach(async () => {
  count += 1;
  channel = await sandbox.addChannel(team.id, { name: `faults-${count}`, bot: true });
});

afterAll(() => sandbox.close());

function client(options: object = {}): WebClient {
  return new WebClient(token, {
    slackApiUrl: sandbox.url,
    retryConfig: { retries: 0 },
    logger: SILENT,
    ...options,
  });
}

const texts = async () => (await sandbox.messages(team.id, channel)).map(({ text }) => text);

test('429 tells how long to wait, and hits only what it was meant for', async () => {
  sandbox.faults.next({ method: 'chat.postMessage', kind: '429', retryAfter: 7 });
  const impatient = client({ rejectRateLimitedCalls: true });
  expect(await impatient.auth.test()).toMatchObject({ ok: true });
  await expect(impatient.chat.postMessage({ channel, text: 'one' })).rejects.toMatchObject({ retryAfter: 7 });
  await impatient.chat.postMessage({ channel, text: 'two' });
  expect(await texts()).toEqual(['two']);
});

test('500 and errors hit as often as they are told to', async () => {
  sandbox.faults.next({ method: 'chat.postMessage', kind: '500', times: 2 });
  const again = client({ retryConfig: { retries: 2, minTimeout: 1, maxTimeout: 1 } });
  await again.chat.postMessage({ channel, text: 'third time' });
  sandbox.faults.next({ method: '*', kind: 'error', error: 'fatal_error' });
  await expect(client().chat.postMessage({ channel, text: 'x' })).rejects.toMatchObject({
    data: { error: 'fatal_error' },
  });
  expect(await texts()).toEqual(['third time']);
});

test('a call that is never answered ends by the caller’s own patience', async () => {
  sandbox.faults.next({ method: 'chat.postMessage', kind: 'timeout' });
  await expect(client({ timeout: 50 }).chat.postMessage({ channel, text: 'lost' })).rejects.toThrow();
  expect(await texts()).toEqual([]);
});

test('an answer can be lost after the message was posted', async () => {
  sandbox.faults.next({ method: 'chat.postMessage', kind: 'acted-then-drop' });
  await expect(client().chat.postMessage({ channel, text: 'posted' })).rejects.toThrow();
  expect(await texts()).toEqual(['posted']);
});

test('the log of requests shows what was asked and answered', async () => {
  await client().chat.postMessage({
    channel,
    text: 'logged',
    metadata: { event_type: 'e', event_payload: {} },
  });
  expect(sandbox.requests.at(-1)).toMatchObject({
    method: 'chat.postMessage',
    teamId: team.id,
    args: { channel, text: 'logged', metadata: { event_type: 'e' } },
    status: 200,
    answer: { ok: true, channel },
  });
});

test('closing cuts the connections that still wait', async () => {
  const other = await startSlackSandbox();
  other.faults.next({ method: 'auth.test', kind: 'timeout' });
  const waiting = fetch(`${other.url}auth.test`, { method: 'POST' });
  const cut = expect(waiting).rejects.toThrow();
  await other.until('the request has come in', () => other.requests.length > 0);
  await other.close();
  await cut;
});
