import { type Actor, requireMember } from '../../actor.ts';
import type { Context } from '../../context.ts';
import { refuse } from '../../errors.ts';
import { readId } from '../../ids.ts';
import { permit } from '../../permissions.ts';
import { record } from '../../record.ts';

/**
 * Ends a secret key at once; of several who press at once, one does it.
 * @throws Refusal `not_allowed`, `organization_lapsed`, `organization_closing`, `key_unknown`.
 */
export async function revokeSecretKey(
  context: Context,
  actor: Actor,
  input: { keyId: string },
): Promise<{ name: string; hint: string }> {
  const member = requireMember(actor);
  permit(member, 'settings.manage');
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
