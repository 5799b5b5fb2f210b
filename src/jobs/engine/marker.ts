import { setTimeout as sleep } from 'node:timers/promises';

/** How long marks are gathered before they are written. */
const LINGER_MS = 25;

/** Marks done effects in batches, beside the work. */
export interface Marker {
  /** Takes the mark; a promise when there is no room for another before some are written: the database is away. */
  mark(id: string): Promise<void> | undefined;
  /** Resolves when every mark that was taken is written. */
  written(): Promise<void>;
}

export interface MarkerParts {
  write(ids: string[]): Promise<void>;
  /** These marks are written, or will not be. */
  settled(ids: string[]): void;
  onError(error: unknown): void;
  /** Marks in one write, and marks that may wait. */
  batch: number;
  room: number;
}

export function createMarker({ write, settled, onError, batch, room }: MarkerParts): Marker {
  let waiting: string[] = [];
  let writing: Promise<void> | undefined;

  const run = async () => {
    while (waiting.length > 0) {
      if (waiting.length < batch) await sleep(LINGER_MS);
      const ids = waiting.slice(0, batch);
      waiting = waiting.slice(batch);
      await write(ids).catch(onError);
      settled(ids);
    }
    writing = undefined;
  };

  return {
    mark(id) {
      waiting.push(id);
      writing ??= run();
      return waiting.length > room ? writing : undefined;
    },
    async written() {
      await writing;
    },
  };
}
