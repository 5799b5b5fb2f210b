import type { Actor } from '../../domain/actor.ts';
import { type Action, may } from '../../domain/permissions.ts';

/** To members whose role may do `action`. */
export function offerToWhoMay(action: Action): (actor: Actor) => boolean {
  return (actor) => actor.kind === 'member' && may(actor.role, action);
}

/** To everybody of a workspace that has no organization yet. */
export function offerToFounders(actor: Actor): boolean {
  return actor.organizationId === null;
}

export function offerToEverybody(): boolean {
  return true;
}
