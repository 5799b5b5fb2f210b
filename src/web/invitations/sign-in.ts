import type { Configuration } from 'openid-client';
import { z } from 'zod';
import type { Logger } from '../../logger.ts';
import { signInScopes } from '../../slack/scopes.ts';

export interface SignInOptions {
  /** https://slack.com, or the address of a double, which may be plain HTTP. */
  issuer: string;
  clientId: string;
  clientSecret: string;
  /** Where Slack sends the browser back to, absolute; registered with the Slack app. */
  redirectUrl: string;
  log: Logger;
}

/** What the browser keeps between leaving for Slack and coming back; nobody else may know or change it. */
export const attemptSchema = z.object({ state: z.string(), nonce: z.string(), verifier: z.string() });
export type Attempt = z.infer<typeof attemptSchema>;

/** Who signed in, as Slack's ID token says it. */
export interface SlackIdentity {
  teamId: string;
  userId: string;
  email: string | null;
  emailVerified: boolean;
}

/** Sign in with Slack: OpenID Connect's authorization code flow with state, nonce and PKCE. */
export interface SignIn {
  /** The origin of Slack's pages. */
  origin: string;
  /** Where to send the browser; Slack offers the workspace `teamId` first. @throws SignInUnavailable */
  begin(teamId: string): Promise<{ url: string; attempt: Attempt }>;
  /**
   * Who came back, by the query string of the callback. A code works once.
   * @throws SignInRefused where the person or Slack said no, or where it is not the answer to this attempt;
   * SignInUnavailable where Slack does not answer.
   */
  complete(query: string, attempt: Attempt): Promise<SlackIdentity>;
}

/** Nobody is signed in, and trying again from the beginning is the way on. */
export class SignInRefused extends Error {
  override name = 'SignInRefused';
}

/** Slack cannot be reached, or does not know this app. */
export class SignInUnavailable extends Error {
  override name = 'SignInUnavailable';
}

/** docs.slack.dev/authentication/sign-in-with-slack, "Decode the id_token". */
const claimsSchema = z.object({
  'https://slack.com/team_id': z.string().min(1),
  'https://slack.com/user_id': z.string().min(1),
  email: z.string().optional(),
  email_verified: z.boolean().optional(),
});

/** For a question that a person waits on. Seconds. */
const TIMEOUT = 5;

export function createSignIn({ issuer, clientId, clientSecret, redirectUrl, log }: SignInOptions): SignIn {
  let discovered: Promise<{ client: typeof import('openid-client'); config: Configuration }> | undefined;

  // Loaded with the first sign-in: most processes never see one.
  const discover = async () => {
    const client = await import('openid-client');
    const config = await client.discovery(new URL(issuer), clientId, clientSecret, undefined, {
      timeout: TIMEOUT,
      execute: [
        client.enableNonRepudiationChecks,
        ...(issuer.startsWith('http:') ? [client.allowInsecureRequests] : []),
      ],
    });
    return { client, config };
  };
  const slack = async () => {
    discovered ??= discover();
    try {
      return await discovered;
    } catch (cause) {
      discovered = undefined;
      throw new SignInUnavailable('Slack’s OpenID configuration could not be read.', { cause });
    }
  };

  return {
    origin: new URL(issuer).origin,
    async begin(teamId) {
      const { client, config } = await slack();
      const attempt = {
        state: client.randomState(),
        nonce: client.randomNonce(),
        verifier: client.randomPKCECodeVerifier(),
      };
      const url = client.buildAuthorizationUrl(config, {
        redirect_uri: redirectUrl,
        scope: signInScopes.join(' '),
        state: attempt.state,
        nonce: attempt.nonce,
        code_challenge: await client.calculatePKCECodeChallenge(attempt.verifier),
        code_challenge_method: 'S256',
        team: teamId,
      });
      return { url: url.href, attempt };
    },
    async complete(query, { state, nonce, verifier }) {
      const { client, config } = await slack();
      const callback = new URL(redirectUrl);
      callback.search = query;
      const checks = {
        expectedState: state,
        expectedNonce: nonce,
        pkceCodeVerifier: verifier,
        idTokenExpected: true,
      };
      try {
        const tokens = await client.authorizationCodeGrant(config, callback, checks);
        return identityOf(tokens.claims());
      } catch (error) {
        const failure = failureOf(error);
        // Only the kind of failure: the error itself has the code and the token in its causes.
        log.warn({ reason: failure.message }, 'A sign-in with Slack failed.');
        throw failure;
      }
    },
  };
}

function identityOf(claims: unknown): SlackIdentity {
  const result = claimsSchema.safeParse(claims);
  if (!result.success) throw new SignInRefused('The ID token does not say who it is about.');
  const { email, email_verified, ...slack } = result.data;
  return {
    teamId: slack['https://slack.com/team_id'],
    userId: slack['https://slack.com/user_id'],
    email: email ?? null,
    emailVerified: email_verified ?? false,
  };
}

/** Codes of openid-client that say how Slack failed to answer, not what it answered. */
const noAnswer = new Set([
  'OAUTH_TIMEOUT',
  'OAUTH_ABORT',
  'OAUTH_RESPONSE_IS_NOT_CONFORM',
  'OAUTH_RESPONSE_IS_NOT_JSON',
]);

function failureOf(error: unknown): SignInRefused | SignInUnavailable {
  if (error instanceof SignInRefused) return error;
  const { code, status, claim } = describe(error);
  const reason = [code, status, claim].filter((part) => part !== undefined).join(' ') || 'no answer';
  // A connection that failed has no code of the protocol's.
  const answered =
    String(code).startsWith('OAUTH_') && !noAnswer.has(String(code)) && !(Number(status) >= 500);
  return answered ? new SignInRefused(reason) : new SignInUnavailable(reason);
}

function describe(error: unknown): { code?: unknown; status?: unknown; claim?: unknown } {
  const { code, status, cause } = error as { code?: unknown; status?: unknown; cause?: { cause?: unknown } };
  const claim = (cause?.cause as { claim?: unknown } | undefined)?.claim;
  return { code, status, claim };
}
