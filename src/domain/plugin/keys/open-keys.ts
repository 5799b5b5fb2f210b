import { type Actor, type Member, requireMember } from '../../actor.ts';
import type { Context } from '../../context.ts';
import { permit } from '../../permissions.ts';
import { record } from '../../record.ts';
import { newKey, PUBLISHABLE_PREFIX } from './key-format.ts';
import { type ListedKeys, listKeys } from './list-keys.ts';

/** The keys, with a publishable one among them. */
export type OpenedKeys = ListedKeys & { publishable: NonNullable<ListedKeys['publishable']> };

/**
 * The organization's keys; its publishable key is made where there is none yet, once, however many open them at a time.
 * @throws Refusal `no_organization`, `not_a_member`, `not_allowed`.
 */
export async function openKeys(context: Context, actor: Actor): Promise<OpenedKeys> {
  const member = requireMember(actor);
  permit(member, 'keys.withdraw');
  const keys = await listKeys(context, member);
  if (isOpened(keys)) return keys;
  await makeFirst(context, member);
  const made = await listKeys(context, member);
  if (!isOpened(made)) throw new Error('The organization has no publishable key, though one was just made.');
  return made;
}

function isOpened(keys: ListedKeys): keys is OpenedKeys {
  return keys.publishable !== null;
}

async function makeFirst(context: Context, member: Member): Promise<void> {
  const { organizationId } = member;
  const { key, hint } = newKey(context, PUBLISHABLE_PREFIX);
  await context.database.$transaction(async (transaction) => {
    // Whoever comes second waits here for the first, and then writes nothing.
    const made = await transaction.$executeRaw`
      INSERT INTO api_keys (id, organization_id, kind, publishable, hint, name, scopes, created_by, created_at)
      VALUES (${context.newId()}::uuid, ${organizationId}::uuid, 'publishable', ${key}, ${hint}, 'Publishable key', '{}',
        ${member.userId}, ${context.now()})
      ON CONFLICT (organization_id) WHERE kind = 'publishable' AND ends_at IS NULL DO NOTHING`;
    if (made === 0) return;
    const change = { action: 'publishable_key.made', subject: hint } as const;
    await record(transaction, context, [{ organizationId, by: member, ...change }], []);
  });
}
