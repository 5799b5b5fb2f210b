/** A response's body of server-sent events, as it is being written. */
export interface EventStream {
  body: ReadableStream<Uint8Array>;
  /** Writes lines as they stand. Resolves when there is room for more, or when nobody reads any more. */
  write(text: string): Promise<void>;
  /** Ends it; the reader sees its end. */
  end(): void;
}

export interface EventStreamOptions {
  /** Ends the connection at once, whatever is under way. */
  cut(): void;
  /** Called once, however it ends. */
  onEnd(): void;
  heartbeatMilliseconds?: number;
  /** What may wait for the reader, in bytes. */
  backlog?: number;
  /** How long it may stay open; whoever wants to go on comes back. */
  lifeMilliseconds?: number;
}

const HEARTBEAT_MS = 20_000;
/** A few long messages at once, for a reader whose line falters for a moment. */
const BACKLOG = 1024 * 1024;
/** Below it there is room: the network's own buffers hold the rest. */
const ROOM = 64 * 1024;
/** What hangs unseen, on whatever side, is over then. */
const LIFE_MS = 3_600_000;

/**
 * A stream that lives until its reader leaves, it is ended, or the reader is too slow: who has not taken anything between two
 * heartbeats though something waits, or lets more wait than `backlog`, is cut, and comes back from where they were.
 */
export function createEventStream({
  cut,
  onEnd,
  heartbeatMilliseconds = HEARTBEAT_MS,
  backlog = BACKLOG,
  lifeMilliseconds = LIFE_MS,
}: EventStreamOptions): EventStream {
  const encoder = new TextEncoder();
  let controller: ReadableStreamDefaultController<Uint8Array> | undefined;
  const waiting: (() => void)[] = [];
  let written = 0;
  let takenBefore = 0;
  let ended = false;

  const letGo = () => {
    for (const resolve of waiting.splice(0)) resolve();
  };
  const finish = (last: () => void) => {
    if (ended) return;
    ended = true;
    clearInterval(heart);
    clearTimeout(life);
    letGo();
    last();
    onEnd();
  };
  /** Bytes that the reader has not taken yet. */
  const waitingBytes = () => ROOM - (controller?.desiredSize ?? ROOM);
  const body = new ReadableStream<Uint8Array>(
    {
      start: (opened) => {
        controller = opened;
      },
      pull: letGo,
      cancel: () => finish(() => {}),
    },
    { highWaterMark: ROOM, size: (chunk) => chunk?.byteLength ?? 0 },
  );
  const write = async (text: string) => {
    if (ended || text === '') return;
    const bytes = encoder.encode(text);
    written += bytes.byteLength;
    controller?.enqueue(bytes);
    if (waitingBytes() > backlog) return finish(cut);
    if (waitingBytes() < ROOM) return;
    await new Promise<void>((resolve) => {
      waiting.push(resolve);
    });
  };
  const heart = setInterval(() => {
    const taken = written - waitingBytes();
    if (waitingBytes() > 0 && taken === takenBefore) return finish(cut);
    takenBefore = taken;
    void write(':\n\n');
  }, heartbeatMilliseconds);
  const end = () => finish(() => controller?.close());
  const life = setTimeout(end, lifeMilliseconds);
  return { body, write, end };
}

/** One event as it stands on the wire. */
export function eventText(event: string, id: number, data: unknown): string {
  return `id: ${id}\nevent: ${event}\ndata: ${JSON.stringify(data)}\n\n`;
}
