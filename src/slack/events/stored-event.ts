import { z } from 'zod';
import type { Context } from '../../domain/context.ts';
import { handleStored } from '../../domain/intake/handle-stored.ts';
import type { Logger } from '../../logger.ts';
import { events } from './table.ts';
import { teamOf } from './team-of.ts';

const envelope = z.object({
  team_id: z.string(),
  authorizations: z.array(z.object({ team_id: z.string().nullish() })).optional(),
  event_time: z.int(),
  event: z.looseObject({ type: z.string() }),
});

/**
 * Handles the event that was stored under `key`, and blanks it; does nothing where it was handled before. May run twice at
 * any moment, as may the listener. Throws what the listener throws, for a later attempt.
 */
export function handleStoredSlackEvent(context: Context, key: string, log: Logger): Promise<void> {
  return handleStored(context, key, async (body) => {
    const { event, event_time, ...rest } = envelope.parse(JSON.parse(body.toString()));
    const at = new Date(1000 * event_time);
    await events[event.type]?.handle({ context, log, teamId: teamOf(rest), at, event });
  });
}
