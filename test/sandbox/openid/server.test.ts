import * as client from 'openid-client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type OpenIdSandbox, startOpenIdSandbox } from './server.ts';

const CALLBACK = 'http://127.0.0.1:9/auth/slack/callback';
const ADA = { teamId: 'T1', userId: 'U1', email: 'ada@example.com', name: 'Ada' };

let sandbox: OpenIdSandbox;

beforeAll(async () => {
  sandbox = await startOpenIdSandbox({ redirectUris: [CALLBACK] });
});

afterAll(() => sandbox.close());

function discover(secret = sandbox.clientSecret): Promise<client.Configuration> {
  return client.discovery(new URL(sandbox.issuer), sandbox.clientId, secret, undefined, {
    execute: [client.allowInsecureRequests],
  });
}

interface Attempt {
  config: client.Configuration;
  verifier: string;
  checks: { expectedNonce: string; expectedState: string; pkceCodeVerifier: string };
}

async function begin(secret?: string): Promise<Attempt & { url: URL }> {
  const config = await discover(secret);
  const verifier = client.randomPKCECodeVerifier();
  const [nonce, state] = [client.randomNonce(), client.randomState()];
  const url = client.buildAuthorizationUrl(config, {
    redirect_uri: CALLBACK,
    scope: 'openid email profile',
    state,
    nonce,
    code_challenge: await client.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
  });
  return {
    config,
    verifier,
    url,
    checks: { expectedNonce: nonce, expectedState: state, pkceCodeVerifier: verifier },
  };
}

async function follow(url: URL): Promise<URL> {
  const response = await fetch(url, { redirect: 'manual' });
  expect(response.status).toBe(302);
  return new URL(response.headers.get('location') ?? '');
}

async function signIn() {
  const attempt = await begin();
  const back = await follow(attempt.url);
  return client.authorizationCodeGrant(attempt.config, back, attempt.checks);
}

describe('a sign-in', () => {
  test('gives the claims of Sign in with Slack, to openid-client over plain HTTP', async () => {
    sandbox.signInAs(ADA);
    const tokens = await signIn();
    expect(tokens.claims()).toMatchObject({
      iss: sandbox.issuer,
      aud: sandbox.clientId,
      sub: 'U1',
      'https://slack.com/team_id': 'T1',
      'https://slack.com/user_id': 'U1',
      email: 'ada@example.com',
      email_verified: true,
      name: 'Ada',
    });
    const info = await client.fetchUserInfo(await discover(), tokens.access_token, 'U1');
    expect(info).toMatchObject({ sub: 'U1', email: 'ada@example.com' });
  });

  test('is always that of whoever sat at the browser, verified or not', async () => {
    sandbox.signInAs(ADA);
    const first = await begin();
    const back = await follow(first.url);
    sandbox.signInAs({ teamId: 'T2', userId: 'U2', email: 'bob@example.com', emailVerified: false });
    const hers = await client.authorizationCodeGrant(first.config, back, first.checks);
    expect(hers.claims()?.sub).toBe('U1');
    expect((await signIn()).claims()).toMatchObject({ sub: 'U2', email_verified: false });
  });

  test('needs somebody at the browser, who may also say no', async () => {
    sandbox.signInAs(undefined);
    const { url } = await begin();
    expect((await fetch(url, { redirect: 'manual' })).status).toBe(400);
    sandbox.signInAs(ADA);
    sandbox.faults.next('access-denied');
    const back = await follow(url);
    expect(back.searchParams.get('error')).toBe('access_denied');
    expect(back.searchParams.has('code')).toBe(false);
  });
});

describe('what is refused before anybody is asked', () => {
  test.each([
    ['redirect_uri', 'https://evil.example/callback'],
    ['client_id', 'another'],
    ['code_challenge', ''],
    ['code_challenge_method', 'plain'],
    ['scope', 'email'],
    ['state', ''],
  ])('a wrong %s', async (name, value) => {
    sandbox.signInAs(ADA);
    const { url } = await begin();
    url.searchParams.set(name, value);
    const response = await fetch(url, { redirect: 'manual' });
    expect([response.status, response.headers.get('location')]).toEqual([400, null]);
  });
});

describe('what is refused at the exchange', () => {
  test('a code that was used, a wrong secret, a wrong verifier, none at all, another redirect', async () => {
    sandbox.signInAs(ADA);
    const { checks, config, url } = await begin();
    const back = await follow(url);
    await client.authorizationCodeGrant(config, back, checks);
    await expect(client.authorizationCodeGrant(config, back, checks)).rejects.toThrow();

    const thief = await begin('wrong secret');
    await expect(
      client.authorizationCodeGrant(thief.config, await follow(thief.url), thief.checks),
    ).rejects.toThrow();

    const third = await begin();
    const wrong = { ...third.checks, pkceCodeVerifier: client.randomPKCECodeVerifier() };
    await expect(
      client.authorizationCodeGrant(third.config, await follow(third.url), wrong),
    ).rejects.toThrow();

    const exchange = async (code: string, more: Record<string, string>) => {
      const { clientId, clientSecret, issuer } = sandbox;
      const form = {
        grant_type: 'authorization_code',
        client_id: clientId,
        client_secret: clientSecret,
        code,
      };
      const body = new URLSearchParams({ ...form, redirect_uri: CALLBACK, ...more });
      return (await fetch(`${issuer}/api/openid.connect.token`, { method: 'POST', body })).json();
    };
    const code = async (attempt: { url: URL }) => (await follow(attempt.url)).searchParams.get('code') ?? '';
    expect(await exchange(await code(await begin()), {})).toEqual({
      ok: false,
      error: 'invalid_code_verifier',
    });
    const fourth = await begin();
    const elsewhere = { redirect_uri: 'https://evil.example', code_verifier: fourth.verifier };
    expect(await exchange(await code(fourth), elsewhere)).toEqual({ ok: false, error: 'bad_redirect_uri' });
    expect(await exchange('made-up', {})).toEqual({ ok: false, error: 'invalid_code' });
    const used = back.searchParams.get('code') ?? '';
    expect(await exchange(used, {})).toEqual({ ok: false, error: 'invalid_code' });
  });
});

/** The claim that openid-client names as wrong, somewhere down its chain of causes. */
function claimAtFault(error: unknown): unknown {
  if (typeof error !== 'object' || error === null) return undefined;
  return 'claim' in error ? error.claim : 'cause' in error ? claimAtFault(error.cause) : undefined;
}

describe('what a careful client notices', () => {
  test.each([
    ['wrong-nonce', 'nonce'],
    ['expired-token', 'exp'],
    ['wrong-audience', 'aud'],
    ['wrong-issuer', 'iss'],
  ] as const)('%s', async (fault, claim) => {
    sandbox.signInAs(ADA);
    sandbox.faults.next(fault);
    const failure: unknown = await signIn().catch((error: unknown) => error);
    expect(claimAtFault(failure)).toBe(claim);
    expect((await signIn()).claims()?.sub).toBe('U1');
  });

  test('a userinfo request with a made-up token', async () => {
    const config = await discover();
    await expect(client.fetchUserInfo(config, 'made-up', 'U1')).rejects.toThrow();
  });
});
