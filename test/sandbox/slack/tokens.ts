import { randomBytes } from 'node:crypto';
import type { Credential } from './emulated-team.ts';

/** A token that Slack gave to the app. */
export interface IssuedToken {
  value: string;
  teamId: string;
  kind: 'bot' | 'user';
  userId: string;
  scopes: string[];
  /** What `emulate` knows it by. */
  credential: Credential;
  state: 'active' | 'token_revoked' | 'account_inactive';
  /** Milliseconds since 1970; only with token rotation. */
  expiresAt?: number;
}

/** Rotated tokens live twelve hours (https://docs.slack.dev/authentication/using-token-rotation). */
export const ROTATED_TOKEN_SECONDS = 43_200;

export class Tokens {
  readonly #byValue = new Map<string, IssuedToken>();
  readonly #refresh = new Map<string, IssuedToken>();

  add(token: IssuedToken): IssuedToken {
    this.#byValue.set(token.value, token);
    return token;
  }

  /** The token, or Slack's error for it. */
  check(value: string | undefined): IssuedToken | string {
    if (!value) return 'not_authed';
    const token = this.#byValue.get(value);
    if (!token) return 'invalid_auth';
    if (token.state !== 'active') return token.state;
    if (token.expiresAt !== undefined && token.expiresAt <= Date.now()) return 'token_expired';
    return token;
  }

  /** Turns a token into one that runs out, and gives the refresh token to it. */
  rotate(token: IssuedToken): { value: string; refreshToken: string; expiresIn: number } {
    const value = `xoxe.xoxb-1-${randomBytes(24).toString('base64url')}`;
    const refreshToken = `xoxe-1-${randomBytes(24).toString('base64url')}`;
    const rotated = { ...token, value, expiresAt: Date.now() + ROTATED_TOKEN_SECONDS * 1000 };
    this.#byValue.delete(token.value);
    this.add(rotated);
    this.#refresh.set(refreshToken, rotated);
    return { value, refreshToken, expiresIn: ROTATED_TOKEN_SECONDS };
  }

  /** Uses a refresh token, which works once. */
  takeRefresh(refreshToken: string): IssuedToken | undefined {
    const token = this.#refresh.get(refreshToken);
    this.#refresh.delete(refreshToken);
    return token?.state === 'active' ? token : undefined;
  }

  /** Lets the tokens of a workspace run out, as if their twelve hours had passed. */
  expire(teamId: string): void {
    for (const token of this.active(teamId)) token.expiresAt = 0;
  }

  active(teamId: string): IssuedToken[] {
    return [...this.#byValue.values()].filter((token) => token.teamId === teamId && token.state === 'active');
  }
}
