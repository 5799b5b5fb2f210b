import { type Actor, requireMember } from '../../actor.ts';
import type { Context } from '../../context.ts';
import { permit } from '../../permissions.ts';
import type { KeyScope } from './key-format.ts';

/** The most secret keys that one organization has at a time. */
export const MOST_SECRET_KEYS = 20;
/** The most publishable keys that are good beside the present one, each within 24 hours of its rotation. */
export const MOST_ENDING_KEYS = 10;

export interface ListedKeys {
  /** The present publishable key; null where none was made yet. */
  publishable: { id: string; key: string; createdAt: Date } | null;
  /** Publishable keys that were rotated away and are still good, those that end first in front. */
  ending: { hint: string; endsAt: Date }[];
  /** The secret keys that are good, oldest first. */
  secrets: SecretKey[];
}

export interface SecretKey {
  id: string;
  name: string;
  /** Its last four letters. */
  hint: string;
  scopes: KeyScope[];
  /** The Slack user who made it. */
  createdBy: string;
  createdAt: Date;
}

/**
 * The keys that are good now, also in an organization that is read-only; never more than MOST_SECRET_KEYS, MOST_ENDING_KEYS and one.
 * @throws Refusal `no_organization`, `not_a_member`, `not_allowed`.
 */
export async function listKeys(
  context: Pick<Context, 'database' | 'now'>,
  actor: Actor,
): Promise<ListedKeys> {
  const member = requireMember(actor);
  permit(member, 'keys.withdraw');
  const rows = await context.database.apiKey.findMany({
    where: {
      organizationId: member.organizationId,
      OR: [{ endsAt: null }, { endsAt: { gt: context.now() } }],
    },
    select: {
      id: true,
      kind: true,
      publishable: true,
      hint: true,
      name: true,
      scopes: true,
      createdBy: true,
      createdAt: true,
      endsAt: true,
    },
    orderBy: { id: 'asc' },
  });
  const present = rows.find(({ kind, endsAt }) => kind === 'publishable' && endsAt === null);
  return {
    publishable: present ? { ...present, key: String(present.publishable) } : null,
    ending: rows
      .flatMap(({ kind, hint, endsAt }) => (kind === 'publishable' && endsAt ? [{ hint, endsAt }] : []))
      .sort((one, other) => one.endsAt.getTime() - other.endsAt.getTime()),
    secrets: rows.filter(({ kind }) => kind === 'secret'),
  };
}
