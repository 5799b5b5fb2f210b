import type { Transaction } from '../../../database/client.ts';
import type { Context } from '../../context.ts';
import { type Effect, effect } from '../../effects.ts';
import type { Notice } from '../../notices.ts';
import { record } from '../../record.ts';
import { accountStatus } from './read-account.ts';

/** What Stripe said of an account at one moment. */
export interface AccountReading {
  accountId: string;
  detailsSubmitted: boolean;
  chargesEnabled: boolean;
  payoutsEnabled: boolean;
  /** Stripe's word; "disconnected" where the account is ours no more. */
  disabledReason: string | null;
  /** By readingMoment(): an older reading never replaces a newer. */
  readAt: Date;
}

/** `outdated`: a newer reading was there first. `unknown`: it is no account of an organization here. */
export type AccountApplication = 'applied' | 'outdated' | 'unknown';

/**
 * Sets an account to what Stripe said, as absolute values: any number of readings in any order end at the newest. The Owner is
 * told when it becomes active, and when something is switched off that was on.
 */
export async function applyAccount(context: Context, reading: AccountReading): Promise<AccountApplication> {
  const { accountId, ...said } = reading;
  return context.database.$transaction(async (transaction) => {
    const [before] = await transaction.$queryRaw<Row[]>`
      SELECT organization_id AS "organizationId", charges_enabled AS "chargesEnabled", payouts_enabled AS "payoutsEnabled",
        read_at AS "readAt"
      FROM payment_accounts WHERE account_id = ${accountId} FOR NO KEY UPDATE`;
    if (!before) return 'unknown';
    if (before.readAt > reading.readAt) return 'outdated';
    await transaction.paymentAccount.update({ where: { accountId }, data: said });
    const [was, is] = [accountStatus(before), accountStatus(reading)];
    if (was === is) return 'applied';
    const { organizationId } = before;
    const [state, next] = [{ state: was }, { state: is }];
    const line = {
      organizationId,
      by: 'Stripe',
      action: 'payments.account_changed',
      before: state,
      after: next,
    } as const;
    const notice: Notice =
      is === 'active'
        ? { kind: 'account_active' }
        : { kind: 'account_restricted', reason: reading.disabledReason };
    await record(transaction, context, [line], await toOwner(transaction, organizationId, notice));
    return 'applied';
  });
}

/** A message to the Owner; none where the organization has none at the moment. */
export async function toOwner(
  transaction: Transaction,
  organizationId: string,
  notice: Notice,
): Promise<Effect[]> {
  const owner = await transaction.member.findFirst({
    where: { organizationId, role: 'owner', status: 'active' },
    select: { userId: true, organization: { select: { teamId: true } } },
  });
  if (!owner) return [];
  return [effect('notice', { teamId: owner.organization.teamId, userId: owner.userId, notice })];
}

interface Row {
  organizationId: string;
  chargesEnabled: boolean;
  payoutsEnabled: boolean;
  readAt: Date;
}
