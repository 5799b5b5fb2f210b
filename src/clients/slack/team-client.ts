import { type WebAPICallResult, WebAPIPlatformError, WebClient, type WebClientOptions } from '@slack/web-api';
import { NotInstalled } from './not-installed.ts';

/** Where bot tokens come from. */
export interface TokenSource {
  /** The workspace's bot token; null where the app is not installed (any more). */
  findToken(teamId: string): Promise<string | null>;
  /** Says that Slack refused the token, which may have been replaced meanwhile. */
  forgetToken(teamId: string): void;
}

/** Slack's words for a token that is no good any more (docs.slack.dev/reference/methods/auth.test). */
const deadTokens = new Set([
  'invalid_auth',
  'account_inactive',
  'token_revoked',
  'token_expired',
  'not_authed',
]);

/**
 * A Web API client for one workspace. The token is looked up by the call that needs it, so that having a client costs
 * nothing, and a reinstall's new token is used without anybody's doing.
 */
export class TeamClient extends WebClient {
  readonly #team: string;
  readonly #tokens: TokenSource;

  constructor(team: string, tokens: TokenSource, options: WebClientOptions) {
    super(undefined, options);
    this.#team = team;
    this.#tokens = tokens;
  }

  /** @throws NotInstalled where the workspace has no token, or Slack takes none that we have. */
  override async apiCall(method: string, options: Record<string, unknown> = {}): Promise<WebAPICallResult> {
    const token = await this.#findToken();
    try {
      return await super.apiCall(method, { ...options, token });
    } catch (error) {
      if (!isDeadToken(error)) throw error;
      this.#tokens.forgetToken(this.#team);
      const next = await this.#findToken();
      if (next === token) throw new NotInstalled(this.#team, { cause: error });
      return super.apiCall(method, { ...options, token: next });
    }
  }

  async #findToken(): Promise<string> {
    const token = await this.#tokens.findToken(this.#team);
    if (token === null) throw new NotInstalled(this.#team);
    return token;
  }
}

function isDeadToken(error: unknown): boolean {
  return error instanceof WebAPIPlatformError && deadTokens.has(error.data.error);
}
