import type { Context } from '../../context.ts';
import { refuse } from '../../errors.ts';
import { isClosing } from '../../organizations/deletion/open-deletion.ts';
import { record } from '../../record.ts';

/** An organization as far as its account at Stripe goes. */
export interface Payee {
  organizationId: string;
  /** Null before anybody has begun to connect one. */
  accountId: string | null;
  /** It is being deleted: nothing is connected for it any more. */
  closing: boolean;
}

/** @throws Refusal `no_organization`. */
export async function readPayee(context: Pick<Context, 'database'>, organizationId: string): Promise<Payee> {
  const organization = await context.database.organization.findUnique({
    where: { id: organizationId },
    select: { paymentAccount: { select: { accountId: true } } },
  });
  if (!organization) throw refuse('no_organization');
  const closing = await isClosing(context, organizationId);
  return { organizationId, accountId: organization.paymentAccount?.accountId ?? null, closing };
}

/**
 * Stores the account made for an organization in the place of `instead` (null where it had none), and returns the one that
 * stands: where two made one at the same time, the first. `readAt` is the reading moment before it was made.
 * @throws Refusal `no_organization` where that was deleted meanwhile.
 */
export async function rememberPaymentAccount(
  context: Context,
  made: { organizationId: string; accountId: string; readAt: Date },
  { instead }: { instead: string | null },
): Promise<string> {
  const { organizationId, accountId, readAt } = made;
  return context.database.$transaction(async (transaction) => {
    const stored = await transaction.$executeRaw`
      INSERT INTO payment_accounts AS present (organization_id, account_id, read_at, created_at)
      SELECT id, ${accountId}, ${readAt}::timestamptz, ${context.now()}::timestamptz
      FROM organizations WHERE id = ${organizationId}::uuid
      ON CONFLICT (organization_id) DO UPDATE
        SET account_id = excluded.account_id, details_submitted = false, charges_enabled = false, payouts_enabled = false,
            disabled_reason = NULL, read_at = excluded.read_at, created_at = excluded.created_at
        WHERE present.account_id = ${instead}`;
    const present = await transaction.paymentAccount.findUnique({ where: { organizationId } });
    if (!present) throw refuse('no_organization');
    if (stored > 0) {
      const line = { organizationId, by: 'Stripe', action: 'payments.account_connected' } as const;
      await record(transaction, context, [line], []);
    }
    return present.accountId;
  });
}
