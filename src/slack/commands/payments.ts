import { openPayments } from '../actions/payments.ts';
import { offerToWhoMay } from './offer.ts';
import type { Subcommands } from './route.ts';

export const paymentsCommands: Subcommands = {
  payments: {
    summary: 'Shows what customers paid on your websites; the Owner connects Stripe and refunds there.',
    offeredTo: offerToWhoMay('payments.view'),
    handle: openPayments,
  },
};
