import { type Actor, requireMember } from '../../actor.ts';
import type { Context } from '../../context.ts';
import { refuse } from '../../errors.ts';
import { readId } from '../../ids.ts';
import { lockOrganization } from '../../organizations/lock-organization.ts';
import { permit } from '../../permissions.ts';
import { record } from '../../record.ts';
import { newKey, PUBLISHABLE_PREFIX } from './key-format.ts';
import { MOST_ENDING_KEYS } from './list-keys.ts';

/** How long a publishable key is good after its rotation, for websites to take the new one. */
export const GRACE_HOURS = 24;

/** `hint` and `endsAt` are the old key's. */
export interface Rotated {
  hint: string;
  endsAt: Date;
}

/**
 * Puts a new publishable key in the place of `keyId`, which stays good for 24 hours; a key that was rotated before keeps its
 * own time. Of several who rotate the same key, one does it. Possible where the organization is read-only, too.
 * @throws Refusal `not_allowed`; `key_rotated` where `keyId` is not the
 * present one; `key_rotations_full` where so many old ones are good still.
 */
export async function rotatePublishableKey(
  context: Context,
  actor: Actor,
  input: { keyId: string },
): Promise<Rotated> {
  const member = requireMember(actor);
  permit(member, 'keys.withdraw');
  const { organizationId } = member;
  const keyId = readId(input.keyId);
  if (keyId === undefined) throw refuse('key_rotated');
  const { key, hint } = newKey(context, PUBLISHABLE_PREFIX);
  return context.database.$transaction(async (transaction) => {
    // Behind the lock the count below stays true until the rotation is done.
    await lockOrganization(transaction, organizationId);
    const now = context.now();
    const endsAt = new Date(now.getTime() + GRACE_HOURS * 3_600_000);
    const [old] = await transaction.apiKey.updateManyAndReturn({
      where: { id: keyId, organizationId, kind: 'publishable', endsAt: null },
      data: { endsAt },
      select: { hint: true },
    });
    if (!old) throw refuse('key_rotated');
    const where = { organizationId, kind: 'publishable', endsAt: { gt: now } } as const;
    if ((await transaction.apiKey.count({ where })) > MOST_ENDING_KEYS) {
      throw refuse('key_rotations_full', { most: MOST_ENDING_KEYS });
    }
    await transaction.apiKey.create({
      data: {
        id: context.newId(),
        organizationId,
        kind: 'publishable',
        publishable: key,
        hint,
        name: 'Publishable key',
        createdBy: member.userId,
        createdAt: now,
      },
      select: { id: true },
    });
    const change = {
      action: 'publishable_key.rotated',
      subject: hint,
      before: { hint: old.hint, endsAt: endsAt.toISOString() },
      after: { hint },
    } as const;
    await record(transaction, context, [{ organizationId, by: member, ...change }], []);
    return { hint: old.hint, endsAt };
  });
}
