import { randomUUID } from 'node:crypto';
import { createEmulator, type Emulator } from 'emulate';
import { asObject, asText, type JsonObject, parseJson, refusal } from './json.ts';
import { ALL_SCOPES } from './scopes.ts';

/** `emulate` knows one workspace, always under this id: every answer gets the real id of the team instead. */
const EMULATED_TEAM_ID = 'T000000001';
/** The account that `emulate` always has. It owns the channels and is never shown to anybody. */
export const OPERATOR_ID = 'U000000001';
/** `emulate` refuses a token after 5,000 calls in an hour: a credential is renewed before that. */
const CALLS_PER_TOKEN = 4_000;

/** A token of `emulate` that renews itself before its hourly allowance is used up. */
export interface Credential {
  value: string;
  calls: number;
  renew: () => Promise<string>;
}

export interface SlackApp {
  appId: string;
  clientId: string;
  clientSecret: string;
  name: string;
}

export interface EmulatedTeamSeed {
  teamId: string;
  name: string;
  domain: string;
  app: SlackApp;
  botId: string;
  botUserId: string;
  /** How many people the workspace has room for: `emulate` cannot add one later. */
  capacity: number;
  /** What stands in place of `emulate`'s own address in every answer. */
  publicUrl: string;
}

/**
 * One workspace, kept by the package `emulate` on a port of its own: tokens and scopes, conversations, messages,
 * reactions, files and views. Nobody but the sandbox's front server talks to it.
 */
export class EmulatedTeam {
  readonly seed: EmulatedTeamSeed;
  readonly #emulator: Emulator;
  readonly #local: string;
  readonly #users = new Map<string, Promise<Credential>>();
  #bot: Promise<Credential> | undefined;

  private constructor(seed: EmulatedTeamSeed, emulator: Emulator) {
    this.seed = seed;
    this.#emulator = emulator;
    this.#local = emulator.url.replace('localhost', '127.0.0.1');
  }

  static async start(seed: EmulatedTeamSeed): Promise<EmulatedTeam> {
    const emulator = await createEmulator({
      service: 'slack',
      port: 0,
      seed: {
        slack: {
          strict_scopes: true,
          team: { name: seed.name, domain: seed.domain },
          users: Array.from({ length: seed.capacity }, (_, index) => ({ name: `seat-${index}` })),
          oauth_apps: [
            {
              app_id: seed.app.appId,
              client_id: seed.app.clientId,
              client_secret: seed.app.clientSecret,
              name: seed.app.name,
              redirect_uris: [],
              bot_id: seed.botId,
              bot_user_id: seed.botUserId,
            },
          ],
        },
      },
    });
    return new EmulatedTeam(seed, emulator);
  }

  /** Calls a Web API method of `emulate`; its refusals come back as they are. */
  async call(method: string, args: JsonObject, credential: Credential): Promise<JsonObject> {
    const response = await this.fetch(
      `/api/${method}`,
      { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(args) },
      credential,
    );
    if (response.status === 404) return refusal('unknown_method');
    return asObject(parseJson(this.#present(await response.text())));
  }

  /** A raw request to `emulate`, for uploads and downloads. */
  async fetch(path: string, init: RequestInit, credential?: Credential): Promise<Response> {
    const headers = new Headers(init.headers);
    if (credential) headers.set('authorization', `Bearer ${await fresh(credential)}`);
    // The hourly allowance of requests without a token is one for all: each gets one of its own.
    if (!headers.has('authorization')) headers.set('authorization', `Bearer ${randomUUID()}`);
    return fetch(`${this.#local}${path}`, { ...init, headers });
  }

  /** Lets a person approve the app; gives the code that `oauth.v2.access` exchanges once. */
  async approve(request: {
    userId: string;
    scope: string;
    userScope: string;
    redirectUri: string;
  }): Promise<string> {
    const response = await this.fetch('/oauth/v2/authorize/callback', {
      method: 'POST',
      redirect: 'manual',
      body: new URLSearchParams({
        user_id: request.userId,
        scope: request.scope,
        user_scope: request.userScope,
        redirect_uri: request.redirectUri,
        client_id: this.seed.app.clientId,
      }),
    });
    return new URL(response.headers.get('location') ?? '').searchParams.get('code') ?? '';
  }

  /** `oauth.v2.access` as `emulate` answers it: the client, the secret, the code and the redirect are its judgment. */
  async exchange(form: Record<string, string>, basic?: string): Promise<JsonObject> {
    const response = await this.fetch('/api/oauth.v2.access', {
      method: 'POST',
      headers: basic ? { authorization: basic } : {},
      body: new URLSearchParams(form),
    });
    return asObject(parseJson(this.#present(await response.text())));
  }

  /** The bot with every scope: the sandbox's own way of looking at what the app has done. */
  bot(): Promise<Credential> {
    this.#bot ??= this.credential({ scopes: [...ALL_SCOPES] });
    return this.#bot;
  }

  /** A person with every scope: what their Slack client may do. */
  user(userId: string): Promise<Credential> {
    let credential = this.#users.get(userId);
    if (!credential) {
      credential = this.credential({ scopes: [...ALL_SCOPES], userId });
      this.#users.set(userId, credential);
    }
    return credential;
  }

  /** A credential of the bot, or of a person when a user id is given. */
  async credential(grant: { scopes: string[]; userId?: string }, value?: string): Promise<Credential> {
    const renew = async (): Promise<string> => {
      const redirectUri = 'http://127.0.0.1/';
      const scope = grant.scopes.join(',');
      const userId = grant.userId ?? OPERATOR_ID;
      const userScope = grant.userId ? scope : '';
      const code = await this.approve({ userId, scope, userScope, redirectUri });
      const { clientId, clientSecret } = this.seed.app;
      const granted = await this.exchange({ code, client_id: clientId, client_secret: clientSecret });
      return asText(grant.userId ? asObject(granted.authed_user).access_token : granted.access_token);
    };
    return { value: value ?? (await renew()), calls: 0, renew };
  }

  close(): Promise<void> {
    return this.#emulator.close();
  }

  #present(text: string): string {
    return text
      .replaceAll(EMULATED_TEAM_ID, this.seed.teamId)
      .replaceAll(this.#emulator.url, this.seed.publicUrl);
  }
}

async function fresh(credential: Credential): Promise<string> {
  credential.calls += 1;
  if (credential.calls > CALLS_PER_TOKEN) {
    credential.calls = 0;
    credential.value = await credential.renew();
  }
  return credential.value;
}
