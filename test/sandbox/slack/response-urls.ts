import { randomBytes } from 'node:crypto';
import type { JsonObject } from './json.ts';

/** https://docs.slack.dev/interactivity/handling-user-interaction#message_responses */
const MAX_POSTS = 5;
const LIFETIME_MS = 30 * 60 * 1000;

/** Where the app may answer to one interaction. */
export interface ResponseUrl {
  id: string;
  teamId: string;
  userId: string;
  channelId: string;
  /** The message whose button was pressed, for `replace_original` and `delete_original`. */
  messageTs?: string;
  ephemeral: boolean;
  expiresAt: number;
  posts: number;
  /** What the app has posted, in order. */
  received: JsonObject[];
}

export class ResponseUrls {
  readonly #byId = new Map<string, ResponseUrl>();

  create(from: Omit<ResponseUrl, 'id' | 'expiresAt' | 'posts' | 'received'>): ResponseUrl {
    const id = randomBytes(18).toString('base64url');
    const url = { ...from, id, expiresAt: Date.now() + LIFETIME_MS, posts: 0, received: [] };
    this.#byId.set(id, url);
    return url;
  }

  /** Counts one post, or says why Slack takes no more. */
  use(id: string): ResponseUrl | string {
    const url = this.#byId.get(id);
    if (!url) return 'invalid_url';
    if (url.expiresAt <= Date.now()) return 'expired_url';
    if (url.posts >= MAX_POSTS) return 'used_url';
    url.posts += 1;
    return url;
  }

  /** Lets every response URL run out, as if thirty minutes had passed. */
  expireAll(): void {
    for (const url of this.#byId.values()) url.expiresAt = 0;
  }
}
