import type { Account } from '../account.ts';
import { newId, randomText } from '../identifiers.ts';
import {
  type AccountLinkRecord,
  type ConnectedAccountRecord,
  requirements,
} from '../records/connected-account.ts';
import { Refusal } from '../refusal.ts';
import { tracked } from '../tracked.ts';

/** The example of docs.stripe.com/api/account_links/object lives for five minutes. */
const LINK_SECONDS = 300;

/** How somebody goes out of the onboarding: with everything told, with something under review, or without a word. */
export type Onboarding = 'complete' | 'review' | 'leave';

/** Stripe tells nobody whether an account that is not theirs exists (docs.stripe.com/error-codes, account_invalid). */
export function accountInvalid(id: string): Refusal {
  return new Refusal(403, {
    type: 'invalid_request_error',
    code: 'account_invalid',
    message:
      `The provided key 'sk_test_********' does not have access to account '${id}' (or that account does not exist). ` +
      'Application access may have been revoked.',
  });
}

/** A connected account of ours, as the path of a call names it. */
export function connectedAccount(account: Account, id: string): ConnectedAccountRecord {
  const found = account.connectedAccounts.get(id);
  if (!found) throw accountInvalid(id);
  return found;
}

export function newAccountLink(
  account: Account,
  given: Pick<AccountLinkRecord, 'account' | 'refresh_url' | 'return_url'>,
): AccountLinkRecord {
  const now = account.now();
  return account.accountLinks.insert({
    id: newId('alink'),
    created: now,
    expires_at: now + LINK_SECONDS,
    url: `${account.baseUrl}/setup/e/${given.account}/${randomText(12)}`,
    visited: false,
    ...given,
  });
}

/** What the onboarding leaves behind; `account.updated` tells the Connect endpoint of it. */
export function onboard(account: Account, id: string, outcome: Onboarding): void {
  if (outcome === 'leave') return;
  change(account, id, (record) => {
    const done = outcome === 'complete';
    record.details_submitted = true;
    record.charges_enabled = done;
    record.payouts_enabled = done;
    record.requirements = done
      ? requirements({ disabledReason: null })
      : requirements({
          reviewed: ['company.verification.document'],
          disabledReason: 'requirements.pending_verification',
        });
    for (const name of Object.keys(record.capabilities))
      record.capabilities[name] = done ? 'active' : 'pending';
  });
}

/** Stripe switches an account off, as for a document that ran out. */
export function restrict(account: Account, id: string, disabledReason: string): void {
  change(account, id, (record) => {
    record.charges_enabled = false;
    record.payouts_enabled = false;
    record.requirements = requirements({ due: ['company.verification.document'], disabledReason });
    for (const name of Object.keys(record.capabilities)) record.capabilities[name] = 'inactive';
  });
}

/** The account is ours no more: every further call about it is refused. */
export function disconnect(account: Account, id: string): void {
  account.connectedAccounts.require(id, 'account');
  account.connectedAccounts.delete(id);
  account.emit(
    'account.application.deauthorized',
    { id: 'ca_sandbox', object: 'application', name: 'Orgdesk' },
    undefined,
    id,
  );
}

function change(account: Account, id: string, by: (record: ConnectedAccountRecord) => void): void {
  const record = account.connectedAccounts.require(id, 'account');
  tracked(account, 'account.updated', record, by, id);
}
