import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { OAuth2Issuer, OAuth2Service } from 'oauth2-mock-server';
import { authorizeRefusal, type Client, exchangeRefusal } from './checks.ts';
import { type Fault, Grants, type Person } from './grants.ts';

/** Slack's own paths (https://slack.com/.well-known/openid-configuration). */
const ENDPOINTS = {
  authorize: '/openid/connect/authorize',
  token: '/api/openid.connect.token',
  userinfo: '/api/openid.connect.userInfo',
  jwks: '/openid/connect/keys',
};

export interface OpenIdSandboxOptions {
  clientId?: string;
  clientSecret?: string;
  /** The callbacks that the app has registered. They may be set later: `sandbox.redirectUris = […]`. */
  redirectUris?: string[];
}

/** Sign in with Slack on a loopback port. */
export interface OpenIdSandbox {
  /** What `OIDC_ISSUER` has to be; the discovery document lies below it. */
  issuer: string;
  clientId: string;
  clientSecret: string;
  redirectUris: string[];
  /** Chooses who sits at the browser from now on; nobody when undefined. */
  signInAs(person: Person | undefined): void;
  /** Lets the next sign-in go wrong. */
  faults: { next(fault: Fault): void };
  close(): Promise<void>;
}

/** Starts the server; nobody is signed in at first. */
export async function startOpenIdSandbox(options: OpenIdSandboxOptions = {}): Promise<OpenIdSandbox> {
  const client: Client = {
    clientId: options.clientId ?? '1111111111.2222222222',
    clientSecret: options.clientSecret ?? 'openid-client-secret',
    redirectUris: options.redirectUris ?? [],
  };
  const issuer = new OAuth2Issuer();
  await issuer.keys.generate('RS256');
  const service = new OAuth2Service(issuer, ENDPOINTS);
  const grants = new Grants();
  listen(service, grants, client);
  const server = createServer((request, response) => {
    if (!refuseAuthorization(request, response, grants, client)) service.requestHandler(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  issuer.url = origin;
  return {
    issuer: origin,
    clientId: client.clientId,
    clientSecret: client.clientSecret,
    get redirectUris() {
      return client.redirectUris;
    },
    set redirectUris(uris: string[]) {
      client.redirectUris = uris;
    },
    signInAs: (person) => grants.signInAs(person),
    faults: grants,
    close: async () => {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

/** What `oauth2-mock-server` does not do by itself: who it is, one use of a code, the client's secret. */
function listen(service: OAuth2Service, grants: Grants, client: Client): void {
  service.on('beforeAuthorizeRedirect', ({ url }: { url: URL }, request: IncomingMessage) => {
    const asked = new URL(request.url ?? '/', 'http://sandbox').searchParams;
    if (grants.takeFault('access-denied')) {
      url.searchParams.delete('code');
      url.searchParams.set('error', 'access_denied');
      return;
    }
    grants.begin(url.searchParams.get('code') ?? '', asked.get('redirect_uri') ?? '');
  });
  service.on(
    'beforeTokenSigning',
    ({ payload }: { payload: Record<string, unknown> }, request: TokenRequest) => {
      const grant = grants.find(request.body.code ?? '');
      if (!grant) return;
      // The access token comes with scopes and names its grant; the other one is the ID token.
      if ('scope' in payload) Object.assign(payload, { sub: grant.person.userId, jti: request.body.code });
      else Object.assign(payload, grants.claims(grant), grants.distortion(payload));
    },
  );
  service.on('beforeResponse', (response: Answer, request: TokenRequest) => {
    const refusal = exchangeRefusal(request, client, grants);
    if (refusal) response.body = { ok: false, error: refusal };
    else response.body = { ok: true, ...response.body };
  });
  service.on('beforeUserinfo', (response: Answer, request: IncomingMessage) => {
    const grant = grants.byAccessToken(request.headers.authorization ?? '');
    response.body = grant ? { ok: true, ...grants.claims(grant) } : { ok: false, error: 'invalid_auth' };
  });
}

interface Answer {
  body: Record<string, unknown>;
  statusCode: number;
}

interface TokenRequest extends IncomingMessage {
  body: Record<string, string | undefined>;
}

/** A request that Slack answers with a page of its own instead of leading back to the app. */
function refuseAuthorization(
  request: IncomingMessage,
  response: ServerResponse,
  grants: Grants,
  client: Client,
): boolean {
  const url = new URL(request.url ?? '/', 'http://sandbox');
  if (url.pathname !== ENDPOINTS.authorize) return false;
  const refusal = authorizeRefusal(url.searchParams, client) ?? grants.nobody();
  if (!refusal) return false;
  response.writeHead(400, { 'content-type': 'text/html; charset=utf-8' }).end(`<h1>${refusal}</h1>`);
  return true;
}
