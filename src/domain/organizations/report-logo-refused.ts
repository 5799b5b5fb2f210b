import type { Transaction } from '../../database/client.ts';
import type { Context } from '../context.ts';
import { effect } from '../effects.ts';
import type { Refusal } from '../errors.ts';
import { record } from '../record.ts';

export interface LogoRefusal {
  teamId: string;
  userId: string;
  fileId: string;
  refusal: Refusal;
}

/** Tells who uploaded a file why it did not become the logo. */
export async function reportLogoRefused(
  transaction: Pick<Transaction, '$executeRaw'>,
  context: Context,
  { teamId, userId, fileId, refusal }: LogoRefusal,
): Promise<void> {
  const notice = { kind: 'logo_refused' as const, reason: refusal.message };
  const told = effect('notice', { teamId, userId, notice }, { key: `logo-refused:${fileId}` });
  await record(transaction, context, [], [told]);
}
