import type { Context } from '../../domain/context.ts';
import { matchesWebsite } from '../../domain/domains/website.ts';
import { findKeys } from '../../domain/plugin/find-key.ts';
import type { Logger } from '../../logger.ts';

/** A stream that a listed website has opened. */
export interface ListedStream {
  keyId: string;
  origin: string;
  end(): void;
}

export interface ListedStreams {
  /** Looks after a stream until it leaves by the function that this returns. */
  enter(stream: ListedStream): () => void;
}

export interface ListedStreamParts {
  context: Pick<Context, 'database' | 'now'>;
  allowLocalhost: boolean;
  log: Logger;
  /** 30 s by default. */
  lookMilliseconds?: number;
}

const LOOK_MS = 30_000;

/**
 * Ends the streams whose website is no longer listed, or whose key has ended: they come back, and are refused. One statement a
 * look, however many there are, and none where there is none.
 */
export function watchListedStreams({
  context,
  allowLocalhost,
  log,
  lookMilliseconds = LOOK_MS,
}: ListedStreamParts): ListedStreams {
  const streams = new Set<ListedStream>();
  let looking: NodeJS.Timeout | undefined;

  async function look(): Promise<void> {
    const asked = [...streams];
    const keys = await findKeys(context, [...new Set(asked.map(({ keyId }) => keyId))]);
    for (const { keyId, origin, end } of asked) {
      if (!matchesWebsite(origin, keys.get(keyId)?.websites ?? [], { allowLocalhost })) end();
    }
  }

  return {
    enter(stream) {
      streams.add(stream);
      looking ??= setInterval(() => {
        // The next look will tell; no stream ends because the database is away.
        look().catch((error: unknown) =>
          log.warn({ err: error }, 'The websites that watch were not looked at.'),
        );
      }, lookMilliseconds).unref();
      return () => {
        streams.delete(stream);
        if (streams.size > 0) return;
        clearInterval(looking);
        looking = undefined;
      };
    },
  };
}
