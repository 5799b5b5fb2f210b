import type { WebClient } from '@slack/web-api';
import { RetryableFailure } from '../failures.ts';
import { SlackRefused } from './failures.ts';

export interface Upload {
  name: string;
  bytes: Uint8Array;
  channelId: string;
  threadTs: string;
}

const TIMEOUT_MILLISECONDS = 20_000;

/** Puts a file into Slack without showing it anywhere yet; gives its id. @throws RetryableFailure, SlackRefused, NotInstalled */
export async function stageFile(client: WebClient, { name, bytes }: Upload): Promise<string> {
  const place = await client.files.getUploadURLExternal({ filename: name, length: bytes.byteLength });
  const response = await fetch(place.upload_url as string, {
    method: 'POST',
    body: new Uint8Array(bytes),
    headers: { 'content-type': 'application/octet-stream' },
    redirect: 'error',
    signal: AbortSignal.timeout(TIMEOUT_MILLISECONDS),
  }).catch((error: unknown) => {
    throw new RetryableFailure('Slack did not take an upload.', { cause: error });
  });
  await response.body?.cancel();
  if (!response.ok) throw new RetryableFailure(`Slack answered an upload with ${response.status}.`);
  return place.file_id as string;
}

/** Shows a staged file in a thread. */
export async function shareFile(client: WebClient, fileId: string, upload: Upload): Promise<void> {
  await client.files.completeUploadExternal({
    files: [{ id: fileId, title: upload.name }],
    channel_id: upload.channelId,
    thread_ts: upload.threadTs,
  });
}

/** Whether a file stands in the channel already. */
export async function isShared(client: WebClient, fileId: string, channelId: string): Promise<boolean> {
  try {
    const { file } = await client.files.info({ file: fileId });
    const shares = { ...file?.shares?.public, ...file?.shares?.private };
    return (
      Object.hasOwn(shares, channelId) ||
      [...(file?.channels ?? []), ...(file?.groups ?? [])].includes(channelId)
    );
  } catch (error) {
    if (error instanceof SlackRefused && error.reason === 'file_not_found') return false;
    throw error;
  }
}

/** Slack's words for a place where nothing at all can be posted; with any other it refuses the file. */
const placeRefused = new Set([
  'channel_not_found',
  'not_in_channel',
  'is_archived',
  'thread_not_found',
  'invalid_channel',
]);

/** Whether Slack does not take the file: too large for the workspace's plan, a kind that its admins forbid, and so on. */
export function isFileRefused(error: unknown): boolean {
  return error instanceof SlackRefused && !placeRefused.has(error.reason);
}
