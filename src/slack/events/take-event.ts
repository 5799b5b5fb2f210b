import type { Context } from '../../domain/context.ts';
import { storeEvent } from '../../domain/intake/store-event.ts';
import type { EventListeners } from '../listener.ts';
import type { TakeEvent } from '../receiver.ts';
import { teamOf } from './team-of.ts';

type Envelope = Parameters<typeof teamOf>[0] & { event_id: string; event: { type: string } };

/**
 * Stores a verified event, as it came, with the outbox row that has it handled; the same event id once. An event that
 * nobody listens to is let go.
 */
export function createTakeEvent(context: Context, events: EventListeners): TakeEvent {
  return async (body, { rawBody }) => {
    const { event_id, event, ...envelope } = body as Envelope;
    const listener = Object.hasOwn(events, event.type) ? events[event.type] : undefined;
    if (listener === undefined || listener.concerns?.(event) === false) return;
    const turn = listener.turnOf?.(event) ?? null;
    await storeEvent(context, 'slack.event', {
      key: `slack:${event_id}`,
      body: new Uint8Array(rawBody),
      turn: turn && { ...turn, line: `${teamOf(envelope)}:${turn.line}` },
    });
  };
}
