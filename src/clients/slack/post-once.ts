import type { KnownBlock } from '@slack/types';
import type { WebClient } from '@slack/web-api';

/** One message for one effect of the outbox. */
export interface Post {
  channel: string;
  /** Stands alone where blocks are not shown: notifications, screen readers. */
  text: string;
  blocks?: KnownBlock[];
  /** The thread that it belongs to. */
  threadTs?: string;
  /** Names the message in its metadata: of the messages under one id, one is posted. */
  outboxId: string;
  /** When the first try began; by default when the outbox row was written. */
  since?: Date;
  /** Above 1 an earlier try may have posted it and lost the answer. */
  attempt: number;
}

export interface Posted {
  channel: string;
  ts: string;
}

const EVENT_TYPE = 'orgdesk_effect';
/** As far as Slack's clock may run behind ours. */
const SKEW_SECONDS = 600;

/** Posts a message that names its effect in the metadata, unless an earlier try has posted it. */
export async function postOnce(client: WebClient, post: Post): Promise<Posted> {
  const { channel, text, blocks, threadTs, outboxId, attempt } = post;
  const earlier = attempt > 1 ? await findPosted(client, post) : null;
  if (earlier) return earlier;
  const { ts } = await client.chat.postMessage({
    channel,
    text,
    ...(blocks && { blocks }),
    ...(threadTs !== undefined && { thread_ts: threadTs }),
    metadata: { event_type: EVENT_TYPE, event_payload: { outbox_id: outboxId } },
    unfurl_links: false,
    unfurl_media: false,
  });
  return { channel, ts: ts as string };
}

/** Looks through the conversation, or the thread, from the first try on. */
export async function findPosted(
  client: WebClient,
  { channel, threadTs, outboxId, since }: Pick<Post, 'channel' | 'threadTs' | 'outboxId' | 'since'>,
): Promise<Posted | null> {
  const from = since === undefined ? bornAt(outboxId) : since.getTime() / 1000;
  const oldest = String(from - SKEW_SECONDS);
  let cursor: string | undefined;
  do {
    const asked = { channel, oldest, include_all_metadata: true, limit: 200, ...(cursor && { cursor }) };
    const page = await (threadTs === undefined
      ? client.conversations.history(asked)
      : client.conversations.replies({ ...asked, ts: threadTs }));
    const found = page.messages?.find(
      ({ metadata }) =>
        metadata?.event_type === EVENT_TYPE &&
        (metadata.event_payload as { outbox_id?: unknown } | undefined)?.outbox_id === outboxId,
    );
    if (found?.ts) return { channel, ts: found.ts };
    cursor = page.response_metadata?.next_cursor;
  } while (cursor);
  return null;
}

/** In seconds since 1970: a UUIDv7 begins with its milliseconds (RFC 9562, 5.7). */
export function bornAt(id: string): number {
  return Number.parseInt(id.replaceAll('-', '').slice(0, 12), 16) / 1000;
}
