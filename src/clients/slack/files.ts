import { RetryableFailure } from '../failures.ts';
import type { SlackClients } from './clients.ts';
import { SlackRefused } from './failures.ts';
import type { TokenSource } from './team-client.ts';

export interface SlackFiles {
  /**
   * A file that somebody handed to the app, of at most `mostBytes`.
   * @throws RetryableFailure, SlackRefused or NotInstalled where Slack could not be asked.
   */
  download(teamId: string, fileId: string, mostBytes: number): Promise<DownloadedFile>;
  /** The same with the name that it has in Slack; null where it is too large or cannot be had. */
  fetch(
    teamId: string,
    fileId: string,
    mostBytes: number,
  ): Promise<{ name: string; bytes: Uint8Array } | null>;
}

/** `unavailable`: deleted, hidden from the app, or kept outside Slack. */
export type DownloadedFile = Buffer | 'too_large' | 'unavailable';

export interface SlackFilesParts {
  /** Like https://slack.com/api/ */
  apiUrl: string;
  clients: Pick<SlackClients, 'background'>;
  tokens: Pick<TokenSource, 'findToken'>;
}

const TIMEOUT_MILLISECONDS = 10_000;
/** Slack's words for a file that cannot be had (docs.slack.dev/reference/methods/files.info). */
const unavailable = new Set(['file_not_found', 'file_deleted', 'access_denied']);

export function createSlackFiles({ apiUrl, clients, tokens }: SlackFilesParts): SlackFiles {
  const download = async (
    teamId: string,
    file: Awaited<ReturnType<typeof describe>>,
    mostBytes: number,
  ): Promise<DownloadedFile> => {
    if (!file?.url || !isSlacks(file.url, apiUrl)) return 'unavailable';
    if (file.size > mostBytes) return 'too_large';
    const token = await tokens.findToken(teamId);
    return token === null ? 'unavailable' : fetchBytes(file.url, token, mostBytes);
  };
  return {
    download: async (teamId, fileId, mostBytes) =>
      download(teamId, await describe(clients, teamId, fileId), mostBytes),
    fetch: async (teamId, fileId, mostBytes) => {
      const file = await describe(clients, teamId, fileId);
      const bytes = await download(teamId, file, mostBytes);
      return typeof bytes === 'string' ? null : { name: file?.name ?? '', bytes };
    },
  };
}

async function describe(
  clients: SlackFilesParts['clients'],
  teamId: string,
  fileId: string,
): Promise<{ url: string | undefined; name: string; size: number } | null> {
  try {
    const { file } = await clients.background(teamId).files.info({ file: fileId });
    return {
      url: file?.url_private_download ?? file?.url_private,
      name: file?.name ?? '',
      size: file?.size ?? 0,
    };
  } catch (error) {
    if (error instanceof SlackRefused && unavailable.has(error.reason)) return null;
    throw error;
  }
}

/** The token goes to Slack's own hosts alone: a file's address may lead anywhere (slack.com/api -> files.slack.com). */
function isSlacks(address: string, apiUrl: string): boolean {
  const api = new URL(apiUrl);
  const url = URL.canParse(address) ? new URL(address) : null;
  if (url?.protocol !== api.protocol || url.port !== api.port) return false;
  return url.hostname === api.hostname || url.hostname.endsWith(`.${api.hostname}`);
}

async function fetchBytes(url: string, token: string, mostBytes: number): Promise<DownloadedFile> {
  try {
    const response = await fetch(url, {
      headers: { authorization: `Bearer ${token}` },
      // Slack leads whoever it does not know to its sign-in page; nobody else's redirect gets the token either.
      redirect: 'manual',
      signal: AbortSignal.timeout(TIMEOUT_MILLISECONDS),
    });
    if (response.ok && !isSignIn(response)) return await readAtMost(response, mostBytes);
    await response.body?.cancel();
    if (response.status !== 429 && response.status < 500) return 'unavailable';
    const retryAfter = Number(response.headers.get('retry-after')) || undefined;
    throw new RetryableFailure(`Slack answered a download with ${response.status}.`, {
      ...(retryAfter && { retryAfter }),
    });
  } catch (error) {
    if (error instanceof RetryableFailure) throw error;
    throw new RetryableFailure('A file could not be downloaded from Slack.', { cause: error });
  }
}

/** Slack shows its sign-in page with status 200; no image is HTML. */
function isSignIn(response: Response): boolean {
  return response.headers.get('content-type')?.startsWith('text/html') ?? false;
}

async function readAtMost(response: Response, mostBytes: number): Promise<DownloadedFile> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of response.body ?? []) {
    length += chunk.length;
    // Leaving the loop ends the download: what Slack said of the size may be wrong.
    if (length > mostBytes) return 'too_large';
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
