import type { WebClient } from '@slack/web-api';
import { type Post, type Posted, postOnce } from './post-once.ts';

/** The id of the conversation between the app and a person; made where there was none. */
export async function openDirectMessage(client: WebClient, userId: string): Promise<string> {
  const { channel } = await client.conversations.open({ users: userId });
  return channel?.id as string;
}

/** Tells a person something once, however often it is tried. */
export async function sendDirectMessage(
  client: WebClient,
  { userId, ...message }: Omit<Post, 'channel'> & { userId: string },
): Promise<Posted> {
  return postOnce(client, { ...message, channel: await openDirectMessage(client, userId) });
}
