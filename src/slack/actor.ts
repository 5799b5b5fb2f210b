import type { Actor } from '../domain/actor.ts';
import type { Context } from '../domain/context.ts';
import { type Identity, identify } from '../domain/members/identify.ts';

/** How long an actor is remembered for listeners that take a `recent` one, and for how many people at once. */
const RECENT_SECONDS = 10;
const RECENT_PEOPLE = 5_000;

/** Resolves who a signed request comes from. `fresh` asks the database; a `recent` member may be up to 10 seconds old. */
export type ResolveActor = (identity: Identity, age: 'fresh' | 'recent') => Promise<Actor>;

export function createActorResolver(context: Context): ResolveActor {
  // In the order of asking, so that the first entry is the oldest.
  const recent = new Map<string, { actor: Actor; until: number }>();
  return async (identity, age) => {
    const key = `${identity.teamId}:${identity.userId}:${identity.homeTeamId ?? ''}`;
    const now = context.now().getTime();
    const known = recent.get(key);
    if (age === 'recent' && known && known.until > now) return known.actor;
    const actor = await identify(context, identity);
    recent.delete(key);
    // Whoever just got a seat should not be told that they have none.
    if (actor.kind === 'visitor') return actor;
    recent.set(key, { actor, until: now + 1000 * RECENT_SECONDS });
    if (recent.size > RECENT_PEOPLE) recent.delete(recent.keys().next().value as string);
    return actor;
  };
}
