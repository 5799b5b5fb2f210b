import { Failure, send } from './request.ts';

export interface StreamEvent {
  name: string;
  data: string;
}

export interface StreamParts {
  url: string;
  headers: Record<string, string>;
  /** The id of the last event that is known already. */
  lastId: string;
  on: {
    event(event: StreamEvent): void;
    /** Whether events arrive right now. */
    connected(connected: boolean): void;
    /** The server will not tell of it any more; nothing follows. */
    refused(failure: Failure): void;
  };
}

/** The server is heard at least every 30 s; after two and a half times that the line is dead, whatever the socket says. */
const SILENCE = 75_000;
const FIRST_WAIT = 1_000;
const LONGEST_WAIT = 30_000;
/** What was open for this long has not failed when it ends: proxies cut long answers off, the idle ones too. */
const STEADY = 10_000;

/**
 * Follows server-sent events by fetch, since an EventSource sends no Authorization. What breaks off is taken up again behind the
 * last event, after 1, 2, 4, … 30 s. While the page is hidden there is no connection. Gives what ends it.
 */
export function follow({ url, headers, lastId, on }: StreamParts): () => void {
  let controller: AbortController | null = null;
  let timer = 0;
  let failures = 0;
  let ended = false;

  const connect = async () => {
    const own = new AbortController();
    controller = own;
    let silence = 0;
    let since = Number.POSITIVE_INFINITY;
    const heard = () => {
      clearTimeout(silence);
      silence = window.setTimeout(() => own.abort(), SILENCE);
    };
    try {
      heard();
      const accept = { Accept: 'text/event-stream', 'Last-Event-ID': lastId };
      const response = await send(url, { headers: { ...headers, ...accept }, signal: own.signal });
      since = performance.now();
      on.connected(true);
      await read(response, heard, ({ id, ...event }) => {
        failures = 0;
        if (id) lastId = id;
        if (controller === own) on.event(event);
      });
    } catch (error) {
      const refused = error instanceof Failure && [400, 401, 403, 404, 410].includes(error.status);
      if (refused && controller === own) {
        end();
        return on.refused(error);
      }
    } finally {
      clearTimeout(silence);
    }
    if (controller !== own) return;
    controller = null;
    if (performance.now() - since > STEADY) failures = 0;
    // Only what does not come back at once is worth a word.
    if (failures > 0) on.connected(false);
    // A little by chance, so that all pages do not come back in the same moment.
    const wait = Math.min(FIRST_WAIT * 2 ** failures, LONGEST_WAIT) * (0.75 + Math.random() / 2);
    failures += 1;
    timer = window.setTimeout(connect, wait);
  };

  const pause = () => {
    clearTimeout(timer);
    const open = controller;
    controller = null;
    open?.abort();
  };
  const turn = () => {
    pause();
    if (!ended && !document.hidden) void connect();
  };
  const end = () => {
    ended = true;
    pause();
    document.removeEventListener('visibilitychange', turn);
    window.removeEventListener('online', turn);
  };
  document.addEventListener('visibilitychange', turn);
  window.addEventListener('online', turn);
  turn();
  return end;
}

/** Reads a stream in the form of the HTML standard, section 9.2.6, to its end. */
async function read(
  response: Response,
  heard: () => void,
  on: (event: StreamEvent & { id: string }) => void,
): Promise<void> {
  const reader = response.body?.getReader();
  const decoder = new TextDecoder();
  let rest = '';
  let event = { name: 'message', data: [] as string[], id: '' };
  for (;;) {
    const part = await reader?.read();
    if (!part || part.done) return;
    heard();
    rest += decoder.decode(part.value, { stream: true });
    // A carriage return at the end may be half of a line's end.
    const lines = rest.split(/\r\n|\n|\r(?!$)/);
    rest = lines.pop() ?? '';
    for (const line of lines) {
      if (line === '') {
        if (event.data.length > 0) on({ name: event.name, data: event.data.join('\n'), id: event.id });
        event = { name: 'message', data: [], id: event.id };
        continue;
      }
      const [, field, value = ''] = /^([^:]*)(?:: ?(.*))?$/.exec(line) ?? [];
      if (field === 'event') event.name = value;
      if (field === 'data') event.data.push(value);
      if (field === 'id') event.id = value;
    }
  }
}
