import { type Effect, effect } from '../../effects.ts';
import type { Channel } from './slot.ts';

/** Has the next thing posted in a channel, one after the other; whoever asks while it waits asks for the same. */
export function postInChannel({ organizationId, channelId }: Channel, availableAt?: Date): Effect {
  return effect(
    'channel.post',
    { organizationId, channelId },
    { key: `channel:${organizationId}:${channelId}`, ...(availableAt && { availableAt }) },
  );
}
