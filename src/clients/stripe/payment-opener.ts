import type { Context } from '../../domain/context.ts';
import type { PaymentToOpen } from '../../domain/payments/checkout/page.ts';
import type { Logger } from '../../logger.ts';
import { PermanentFailure, RetryableFailure } from '../failures.ts';
import type { StripeClient } from './client.ts';
import { openPayment } from './open-payment.ts';

/**
 * Opens a payment's page for whoever waits for it: the payment as it stands then, or null where Stripe could not be asked. The
 * same question later goes on where this one stopped.
 */
export function createPaymentOpener(
  context: Context,
  stripe: Pick<StripeClient, 'openPaymentPage' | 'findPaymentPage'>,
  log: Logger,
) {
  return async (paymentId: string): Promise<PaymentToOpen | null> => {
    try {
      return await openPayment(context, stripe, paymentId);
    } catch (error) {
      if (!(error instanceof RetryableFailure || error instanceof PermanentFailure)) throw error;
      const level = error instanceof PermanentFailure ? 'error' : 'warn';
      log[level]({ err: error, paymentId }, 'The page of a payment could not be opened.');
      return null;
    }
  };
}
