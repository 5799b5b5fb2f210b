import type { Actor } from '../../domain/actor.ts';
import { mayCreate } from '../../domain/organizations/create-organization.ts';
import { type Action, mayNow } from '../../domain/permissions.ts';

/** To members whose role may do `action`, while anything can be changed. */
export function offerToWhoMay(action: Action): (actor: Actor) => boolean {
  return (actor) => actor.kind === 'member' && mayNow(actor, action);
}

/** To everybody of a workspace that has no organization yet, but to who is known as a guest or a stranger. */
export function offerToFounders(actor: Actor): boolean {
  return mayCreate(actor);
}

export function offerToEverybody(): boolean {
  return true;
}
