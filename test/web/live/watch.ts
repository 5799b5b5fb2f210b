import { until } from '../../jobs/until.ts';

export interface SeenEvent {
  event: string;
  id: number;
  data: Record<string, unknown>;
}

/** A reader of server-sent events. */
export interface Watching {
  status: number;
  headers: Headers;
  /** What came, in order. */
  events: SeenEvent[];
  /** Comments that came: heartbeats. */
  comments: number;
  /** The id to come back with. */
  lastId: string | undefined;
  /** True when the other side has ended it. */
  ended: boolean;
  /** Resolves with the events when there are so many. */
  until(count: number): Promise<SeenEvent[]>;
  close(): void;
}

/** Opens a stream and reads what comes, until it is closed. */
export async function watch(url: string, headers: Record<string, string>): Promise<Watching> {
  const away = new AbortController();
  const response = await fetch(url, { headers, signal: away.signal });
  const watching: Watching = {
    status: response.status,
    headers: response.headers,
    events: [],
    comments: 0,
    lastId: undefined,
    ended: false,
    until: async (count) => {
      await until(() => watching.events.length >= count);
      return watching.events;
    },
    close: () => away.abort(),
  };
  void read(response, watching)
    .catch(() => {})
    .finally(() => {
      watching.ended = true;
    });
  return watching;
}

async function read({ body }: Response, watching: Watching): Promise<void> {
  let text = '';
  for await (const chunk of body?.pipeThrough(new TextDecoderStream()) ?? []) {
    text += chunk;
    const blocks = text.split('\n\n');
    text = blocks.pop() ?? '';
    for (const block of blocks) take(block, watching);
  }
}

function take(block: string, watching: Watching): void {
  if (block.startsWith(':')) watching.comments += 1;
  const fields = new Map(
    block
      .split('\n')
      .map((line) => /^(\w+): (.*)$/.exec(line)?.slice(1) as [string, string] | undefined)
      .filter((field) => field !== undefined),
  );
  const id = fields.get('id');
  if (id !== undefined) watching.lastId = id;
  const data = fields.get('data');
  if (data === undefined) return;
  watching.events.push({ event: fields.get('event') ?? '', id: Number(id), data: JSON.parse(data) });
}
