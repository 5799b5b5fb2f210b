import type { Standing } from '../database/client.ts';
import { refuse } from './errors.ts';
import type { ReadOnlyReason } from './permissions.ts';
import type { Role } from './roles.ts';

/** A Slack user, as the workspace knows them. `standing` is null until Slack was asked. */
export interface Person {
  teamId: string;
  userId: string;
  name: string;
  email: string | null;
  standing: Standing | null;
}

/** An active member of the workspace's organization. */
export interface Member extends Person {
  kind: 'member';
  organizationId: string;
  memberId: string;
  role: Role;
  /** Why nothing can be changed in the organization; null where it can. */
  readOnly: ReadOnlyReason | null;
}

/** Somebody of the workspace who is no member; `organizationId` is null where there is no organization yet. */
export interface Visitor extends Person {
  kind: 'visitor';
  organizationId: string | null;
}

export type Actor = Member | Visitor;

/** @throws Refusal `no_organization` or `not_a_member`. */
export function requireMember(actor: Actor): Member {
  if (actor.kind === 'member') return actor;
  throw actor.organizationId === null ? refuse('no_organization') : refuse('not_a_member');
}
