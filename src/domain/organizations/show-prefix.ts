import { type Actor, requireMember } from '../actor.ts';
import type { Context } from '../context.ts';
import { permit } from '../permissions.ts';
import { nextTicketNumber } from './next-ticket-number.ts';
import { readPrefix } from './ticket-number.ts';

export interface PrefixShown {
  /** The organization's prefix at present. */
  current: string;
  /** The prefix that was asked about. */
  prefix: string;
  /** The number that the next ticket gets under it, like "SUP-001". */
  next: string;
}

/**
 * The present prefix, and what the next ticket would be called under it or, where one is asked about, under `prefix`.
 * @throws Refusal `no_organization`, `not_a_member`, or `prefix_form` on `prefix`.
 */
export async function showPrefix(
  context: Context,
  actor: Actor,
  input: { prefix?: string } = {},
): Promise<PrefixShown> {
  const member = requireMember(actor);
  permit(member, 'organization.view');
  const asked = input.prefix === undefined ? undefined : readPrefix(input.prefix);
  const { prefix: current } = await context.database.organization.findUniqueOrThrow({
    where: { id: member.organizationId },
    select: { prefix: true },
  });
  const prefix = asked ?? current;
  return { current, prefix, next: await nextTicketNumber(context.database, member.organizationId, prefix) };
}
