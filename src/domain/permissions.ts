import { refuse } from './errors.ts';
import type { Role } from './roles.ts';

const everyone = ['agent', 'admin', 'owner'] as const;
const managers = ['admin', 'owner'] as const;
const ownerOnly = ['owner'] as const;

/** What each role may do. The only place where it stands. */
const permissions = {
  'organization.view': everyone,
  'tickets.answer': everyone,
  'tickets.manage': managers,
  'members.manage': managers,
  'settings.manage': managers,
  'audit.view': managers,
  'billing.manage': ownerOnly,
  'organization.transfer': ownerOnly,
  'organization.delete': ownerOnly,
} as const satisfies Record<string, readonly Role[]>;

export type Action = keyof typeof permissions;

export function may(role: Role, action: Action): boolean {
  return (permissions[action] as readonly Role[]).includes(role);
}

/** The roles that `action` asks for, highest last, for the sentence of a refusal. */
export function rolesFor(action: Action): readonly Role[] {
  return permissions[action];
}

/** @throws Refusal `not_allowed` where the role may not. */
export function permit(actor: { role: Role }, action: Action): void {
  if (!may(actor.role, action)) throw refuse('not_allowed', { roles: rolesFor(action) });
}
