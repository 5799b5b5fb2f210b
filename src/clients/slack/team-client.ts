import { type WebAPICallResult, WebClient, type WebClientOptions } from '@slack/web-api';
import { NotInstalled } from './not-installed.ts';

/** Finds a workspace's bot token; null where the app is not installed (any more). */
export type FindToken = (teamId: string) => Promise<string | null>;

/**
 * A Web API client for one workspace. The token is looked up by the call that needs it, so that having a client costs
 * nothing, and a reinstall's new token is used without anybody's doing.
 */
export class TeamClient extends WebClient {
  readonly #team: string;
  readonly #findToken: FindToken;

  constructor(team: string, findToken: FindToken, options: WebClientOptions) {
    super(undefined, options);
    this.#team = team;
    this.#findToken = findToken;
  }

  /** @throws NotInstalled where the workspace has no token. */
  override async apiCall(method: string, options: Record<string, unknown> = {}): Promise<WebAPICallResult> {
    const token = await this.#findToken(this.#team);
    if (token === null) throw new NotInstalled(this.#team);
    return super.apiCall(method, { token, ...options });
  }
}
