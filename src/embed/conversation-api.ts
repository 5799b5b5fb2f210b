import type { Api } from './api.ts';
import { follow, type StreamEvent } from './event-stream.ts';
import { ask } from './request.ts';
import type { Answered, Conversation } from './wire.ts';

/** One ticket's conversation, opened by its token. Everything rejects with Failure. */
export interface ConversationApi {
  /** The newest messages, or the newest before the one with that id. */
  read(before?: string): Promise<Conversation>;
  answer(body: string, onceKey: string): Promise<Answered>;
  /** What happens from `revision` on, until the answer is called. */
  follow(revision: number, on: Parameters<typeof follow>[0]['on']): () => void;
}

export function conversationApi(api: Pick<Api, 'at'>, ticketId: string, token: string): ConversationApi {
  const path = `/tickets/${encodeURIComponent(ticketId)}`;
  const headers = { Authorization: `Bearer ${token}` };
  return {
    read: (before) => ask(api.at(path, before === undefined ? {} : { before }), { headers }),
    answer: (body, onceKey) =>
      ask(api.at(`${path}/messages`), {
        method: 'POST',
        body,
        headers: { ...headers, 'Idempotency-Key': onceKey },
      }),
    follow: (revision, on) =>
      follow({ url: api.at(`${path}/events`), headers, lastId: String(revision), on }),
  };
}

export type { StreamEvent };
