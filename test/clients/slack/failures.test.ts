import { WebAPIRateLimitedError } from '@slack/web-api';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PermanentFailure, RetryableFailure } from '../../../src/clients/failures.ts';
import { SlackRefused } from '../../../src/clients/slack/failures.ts';
import { NotInstalled } from '../../../src/clients/slack/not-installed.ts';
import { type StartedSlack, startSlack } from './start.ts';

let slack: StartedSlack;

beforeAll(async () => {
  slack = await startSlack();
});
afterAll(() => slack.sandbox.close());

const ask = () => slack.clients.background(slack.teamId).auth.test();
const failure = () =>
  ask().then(
    () => undefined,
    (error: unknown) => error,
  );

describe('a call for a job that fails', () => {
  it('for too many calls says how long Slack wants to wait', async () => {
    slack.sandbox.faults.next({ method: 'auth.test', kind: '429', retryAfter: 7 });
    const error = await failure();
    expect(error).toBeInstanceOf(RetryableFailure);
    expect(error).toMatchObject({ retryAfter: 7 });
  });

  it.each([
    [{ kind: '500' as const }],
    [{ kind: 'acted-then-drop' as const }],
    [{ kind: 'error' as const, error: 'internal_error' }],
    [{ kind: 'error' as const, error: 'service_unavailable' }],
  ])('for a trouble of Slack’s own is worth another try: %j', async (fault) => {
    slack.sandbox.faults.next({ method: 'auth.test', ...fault });
    const error = await failure();
    expect(error).toBeInstanceOf(RetryableFailure);
    expect(error).toMatchObject({ retryAfter: undefined });
  });

  it('for what Slack will never do is not', async () => {
    const client = slack.clients.background(slack.teamId);
    const error = await client.users.info({ user: 'UNOBODY' }).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(SlackRefused);
    expect(error).toBeInstanceOf(PermanentFailure);
    expect(error).toMatchObject({ reason: 'user_not_found', message: expect.stringContaining('users.info') });
  });

  it('is tried once: the outbox tries again', async () => {
    const before = slack.sandbox.requests.length;
    slack.sandbox.faults.next({ method: 'auth.test', kind: '500', times: 5 });
    await failure();
    expect(slack.sandbox.requests.length - before).toBe(1);
    slack.sandbox.faults.clear();
  });
});

describe('a token that Slack does not take', () => {
  it('is looked up once more, and the call made with the new one', async () => {
    const found = ['xoxb-old', slack.token];
    slack.findToken = () => found.shift() ?? null;
    slack.forgotten.length = 0;
    expect(await ask()).toMatchObject({ ok: true });
    expect(slack.forgotten).toEqual([slack.teamId]);
    expect(found).toEqual([]);
  });

  it('means that the app is not installed when there is no other', async () => {
    slack.findToken = () => 'xoxb-old';
    expect(await failure()).toBeInstanceOf(NotInstalled);
    slack.findToken = () => null;
    expect(await failure()).toBeInstanceOf(NotInstalled);
    slack.findToken = () => slack.token;
  });
});

describe('a call for what a person waits on', () => {
  it('is not held up by a limit on another', async () => {
    const client = slack.clients.interactive(slack.teamId);
    slack.sandbox.faults.next({ method: 'users.info', kind: '429', retryAfter: 30 });
    await expect(client.users.info({ user: 'U1' })).rejects.toThrow(WebAPIRateLimitedError);
    expect(await client.auth.test()).toMatchObject({ ok: true });
  });

  it('is given up after three seconds', async () => {
    slack.sandbox.faults.next({ method: 'auth.test', kind: 'timeout' });
    const begun = performance.now();
    await expect(slack.clients.interactive(slack.teamId).auth.test()).rejects.toThrow();
    expect(performance.now() - begun).toBeLessThan(5_000);
  });
});

it('a workspace has one client of each kind', () => {
  expect(slack.clients.background('T1')).toBe(slack.clients.background('T1'));
  expect(slack.clients.background('T1')).not.toBe(slack.clients.background('T2'));
});
