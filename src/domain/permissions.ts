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
  'tickets.delete': managers,
  'members.invite': managers,
  'members.manage': managers,
  'settings.manage': managers,
  'keys.withdraw': managers,
  'audit.view': managers,
  'payments.view': managers,
  'payments.manage': ownerOnly,
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

/**
 * What stays possible in an organization that is read-only: to look, to hold fewer seats, to pay, to give customers their money
 * back, to hand over, to go, to put an end to a key that somebody else saw, and to delete what a person does not want kept.
 */
const openWhenReadOnly = [
  'organization.view',
  'tickets.delete',
  'members.manage',
  'keys.withdraw',
  'audit.view',
  'payments.view',
  'payments.manage',
  'billing.manage',
  'organization.transfer',
  'organization.delete',
] as const satisfies readonly Action[];

type OpenWhenReadOnly = (typeof openWhenReadOnly)[number];

/** Whether `permit` would let somebody, so that nothing is offered that would be refused. */
export function mayNow(actor: { role: Role; readOnly: ReadOnlyReason | null }, action: Action): boolean {
  const open = actor.readOnly === null || (openWhenReadOnly as readonly Action[]).includes(action);
  return open && may(actor.role, action);
}

/** Why nothing can be changed in an organization: its subscription is over or unpaid, or it is being deleted. */
export type ReadOnlyReason = 'lapsed' | 'closing';

/** Whoever asks for what changes the organization has to say whether it can be changed. */
type Asking<A extends Action> = A extends OpenWhenReadOnly
  ? { role: Role }
  : { role: Role; readOnly: ReadOnlyReason | null };

/** @throws Refusal `not_allowed` where the role may not; `organization_lapsed` or `organization_closing` where nobody may. */
export function permit<A extends Action>(actor: Asking<A>, action: A): void {
  if (!may(actor.role, action)) throw refuse('not_allowed', { roles: rolesFor(action) });
  if (!('readOnly' in actor) || (openWhenReadOnly as readonly Action[]).includes(action)) return;
  if (actor.readOnly === 'lapsed') throw refuse('organization_lapsed');
  if (actor.readOnly === 'closing') throw refuse('organization_closing');
}
