import { type Actor, requireMember } from '../../actor.ts';
import type { Context } from '../../context.ts';
import { refuse } from '../../errors.ts';
import { takeOnce } from '../../intake/take-once.ts';
import { lockOrganization } from '../../organizations/lock-organization.ts';
import { permit } from '../../permissions.ts';
import { record } from '../../record.ts';
import { hashOfKey, newKey, readKeyName, readKeyScopes, SECRET_PREFIX } from './key-format.ts';
import { MOST_SECRET_KEYS, type SecretKey } from './list-keys.ts';

export interface SecretKeyInput {
  name: string;
  scopes: readonly string[];
  /** Of any number of creations under one key, one is done. */
  onceKey?: string;
}

/**
 * Whether somebody may make a secret key, so that no form is offered in vain.
 * @throws Refusal `no_organization`, `not_a_member`, `not_allowed`, `organization_lapsed`, `organization_closing`.
 */
export function permitSecretKey(actor: Actor): void {
  permit(requireMember(actor), 'settings.manage');
}

/**
 * Makes a secret key. `secret` is given back here and kept nowhere: only its SHA-256 is stored.
 * @throws Refusal `not_allowed`, `organization_lapsed`, `organization_closing`, `key_form_sent`; on its field `name`:
 * `text_invalid`, `key_name_length`, `keys_full`; on `scopes`: `key_scopes`.
 */
export async function createSecretKey(
  context: Context,
  actor: Actor,
  { onceKey, ...input }: SecretKeyInput,
): Promise<SecretKey & { secret: string }> {
  const member = requireMember(actor);
  permit(member, 'settings.manage');
  const { organizationId } = member;
  const name = readKeyName(input.name);
  const scopes = readKeyScopes(input.scopes);
  const { key: secret, hint } = newKey(context, SECRET_PREFIX);
  const made = {
    id: context.newId(),
    name,
    hint,
    scopes,
    createdBy: member.userId,
    createdAt: context.now(),
  };
  await context.database.$transaction(async (transaction) => {
    // Behind the lock the count below stays true until the row is in.
    await lockOrganization(transaction, organizationId);
    const once = { database: transaction, now: context.now };
    if (onceKey !== undefined && !(await takeOnce(once, onceKey))) throw refuse('key_form_sent');
    const good = await transaction.apiKey.count({ where: { organizationId, kind: 'secret', endsAt: null } });
    if (good >= MOST_SECRET_KEYS) throw refuse('keys_full', { most: MOST_SECRET_KEYS }).on('name');
    await transaction.apiKey.create({
      data: { ...made, organizationId, kind: 'secret', secretHash: hashOfKey(secret) },
      select: { id: true },
    });
    const change = { action: 'secret_key.created', subject: name, after: { scopes, hint } } as const;
    await record(transaction, context, [{ organizationId, by: member, ...change }], []);
  });
  return { ...made, secret };
}
