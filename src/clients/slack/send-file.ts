import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { Readable } from 'node:stream';
import type { WebClient } from '@slack/web-api';
import { RetryableFailure } from '../failures.ts';
import { openDirectMessage } from './direct-message.ts';
import { bornAt } from './post-once.ts';

export interface FileToSend {
  userId: string;
  /** Where it lies here. */
  path: string;
  /** What it is called in Slack; an earlier try's is found by it, so it names what it was made for. */
  filename: string;
  title: string;
  comment: string;
  /** Above 1 an earlier try may have sent it and lost the answer. */
  attempt: number;
  /** The UUIDv7 of what it is sent for: nothing older is looked at when an earlier try's is looked for. */
  sentFor: string;
}

/** As long as an upload may take, in milliseconds. */
const UPLOAD_MS = 600_000;
/** As far as Slack's clock may run behind ours. */
const SKEW_SECONDS = 600;

/**
 * Sends a file to somebody in a direct message, from the disk and not through memory, unless an earlier try has sent it.
 * @throws RetryableFailure, SlackRefused (`missing_scope` without files:write) or NotInstalled.
 */
export async function sendFile(client: WebClient, file: FileToSend): Promise<void> {
  const { userId, path, filename, title, comment, attempt } = file;
  const channel = await openDirectMessage(client, userId);
  if (attempt > 1 && (await isSent(client, channel, file))) return;
  const { size } = await stat(path);
  const place = await client.files.getUploadURLExternal({ filename, length: size });
  const { upload_url: url, file_id: id } = place;
  if (!url || !id) throw new RetryableFailure('Slack gave no place for an upload.');
  await upload(url, path, size);
  await client.files.completeUploadExternal({
    files: [{ id, title }],
    channel_id: channel,
    initial_comment: comment,
  });
}

async function upload(url: string, path: string, size: number): Promise<void> {
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/octet-stream', 'content-length': String(size) },
      body: Readable.toWeb(createReadStream(path)) as ReadableStream,
      duplex: 'half',
      redirect: 'error',
      signal: AbortSignal.timeout(UPLOAD_MS),
    });
    await response.body?.cancel();
    if (!response.ok) throw new RetryableFailure(`Slack answered an upload with ${response.status}.`);
  } catch (error) {
    if (error instanceof RetryableFailure) throw error;
    throw new RetryableFailure('A file could not be uploaded to Slack.', { cause: error });
  }
}

async function isSent(
  client: WebClient,
  channel: string,
  { filename, sentFor }: FileToSend,
): Promise<boolean> {
  const oldest = String(bornAt(sentFor) - SKEW_SECONDS);
  let cursor: string | undefined;
  do {
    const page = await client.conversations.history({
      channel,
      oldest,
      limit: 200,
      ...(cursor && { cursor }),
    });
    if (page.messages?.some(({ files }) => files?.some(({ name }) => name === filename))) return true;
    cursor = page.response_metadata?.next_cursor;
  } while (cursor);
  return false;
}
