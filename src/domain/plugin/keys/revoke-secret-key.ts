import { type Actor, requireMember } from '../../actor.ts';
import type { Context } from '../../context.ts';
import { refuse } from '../../errors.ts';
import { readId } from '../../ids.ts';
import { permit } from '../../permissions.ts';
import { record } from '../../record.ts';

/**
 * Ends a secret key at once, also where the organization is read-only: a key that leaked does not wait for an invoice. Of
 * several who press at once, one does it.
 * @throws Refusal `not_allowed`, `key_unknown`.
 */
export async function revokeSecretKey(
  context: Context,
  actor: Actor,
  input: { keyId: string },
): Promise<{ name: string; hint: string }> {
  const member = requireMember(actor);
  permit(member, 'keys.withdraw');
  const { organizationId } = member;
  const id = readId(input.keyId);
  if (id === undefined) throw refuse('key_unknown');
  return context.database.$transaction(async (transaction) => {
    const [revoked] = await transaction.apiKey.updateManyAndReturn({
      where: { id, organizationId, kind: 'secret', endsAt: null },
      data: { endsAt: context.now() },
      select: { name: true, hint: true },
    });
    if (!revoked) throw refuse('key_unknown');
    const { name, hint } = revoked;
    const change = { action: 'secret_key.revoked', subject: name, before: { hint } } as const;
    await record(transaction, context, [{ organizationId, by: member, ...change }], []);
    return revoked;
  });
}
