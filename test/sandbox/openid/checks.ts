import type { IncomingMessage } from 'node:http';
import type { Grants } from './grants.ts';

/** The app as Slack knows it. */
export interface Client {
  clientId: string;
  clientSecret: string;
  redirectUris: string[];
}

/** Why Slack would not ask the person at all; undefined when it would. */
export function authorizeRefusal(asked: URLSearchParams, client: Client): string | undefined {
  if (asked.get('client_id') !== client.clientId) return 'invalid client_id';
  if (!client.redirectUris.includes(asked.get('redirect_uri') ?? '')) return 'redirect_uri did not match';
  if (asked.get('response_type') !== 'code') return 'invalid response_type';
  if (!(asked.get('scope') ?? '').split(' ').includes('openid')) return 'the scope openid is missing';
  if (!asked.get('state')) return 'state is missing';
  if (!asked.get('code_challenge') || asked.get('code_challenge_method') !== 'S256') {
    return 'a code_challenge with S256 is missing';
  }
  return undefined;
}

/**
 * Why the code is not exchanged, in Slack's words; undefined when it is. Uses the code up. Whether the verifier fits
 * the challenge has been checked before.
 */
export function exchangeRefusal(
  request: IncomingMessage & { body: Record<string, string | undefined> },
  client: Client,
  grants: Grants,
): string | undefined {
  const { body } = request;
  const basic = Buffer.from(request.headers.authorization?.replace(/^Basic /, '') ?? '', 'base64').toString();
  const [id = '', secret = ''] = basic.split(':').map(decodeURIComponent);
  if (body.grant_type !== 'authorization_code') return 'invalid_grant_type';
  if ((body.client_id ?? id) !== client.clientId) return 'invalid_client_id';
  if ((body.client_secret ?? secret) !== client.clientSecret) return 'bad_client_secret';
  const grant = grants.find(body.code ?? '');
  if (!grant || grant.used) return 'invalid_code';
  grant.used = true;
  if (body.redirect_uri !== grant.redirectUri) return 'bad_redirect_uri';
  return body.code_verifier ? undefined : 'invalid_code_verifier';
}
