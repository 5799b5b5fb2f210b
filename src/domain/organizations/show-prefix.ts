import { type Actor, requireMember } from '../actor.ts';
import type { Context } from '../context.ts';
import { mayNow, permit } from '../permissions.ts';
import { nextTicketNumber } from './next-ticket-number.ts';
import { readPrefix } from './ticket-number.ts';

export interface PrefixPreview {
  /** The organization's prefix at present. */
  current: string;
  /** The prefix that was asked about. */
  prefix: string;
  /** The number that the next ticket gets under it, like "SUP-001". */
  next: string;
}

/**
 * The present prefix and the next ticket's number, for every member.
 * @throws Refusal `no_organization` or `not_a_member`.
 */
export async function showPrefix(
  context: Context,
  actor: Actor,
): Promise<PrefixPreview & { mayChange: boolean }> {
  const member = requireMember(actor);
  permit(member, 'organization.view');
  const preview = await read(context, member.organizationId);
  return { ...preview, mayChange: mayNow(member, 'settings.manage') };
}

/**
 * What the next ticket would be called under `prefix` (the present one by default), for who may change it.
 * @throws Refusal `no_organization`, `not_a_member`, `not_allowed`, or `prefix_form` on `prefix`.
 */
export async function previewPrefix(
  context: Context,
  actor: Actor,
  input: { prefix?: string } = {},
): Promise<PrefixPreview> {
  const member = requireMember(actor);
  permit(member, 'settings.manage');
  const prefix = input.prefix === undefined ? undefined : readPrefix(input.prefix);
  return read(context, member.organizationId, prefix);
}

async function read({ database }: Context, id: string, asked?: string): Promise<PrefixPreview> {
  const { prefix: current } = await database.organization.findUniqueOrThrow({
    where: { id },
    select: { prefix: true },
  });
  const prefix = asked ?? current;
  return { current, prefix, next: await nextTicketNumber(database, id, prefix) };
}
