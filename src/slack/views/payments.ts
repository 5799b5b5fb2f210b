import { z } from 'zod';
import { asRefusal, Refusal } from '../../domain/errors.ts';
import { checkRefund } from '../../domain/payments/prepare-refund.ts';
import { readPayment } from '../../domain/payments/read-payment.ts';
import { requestRefund } from '../../domain/payments/refunds/request-refund.ts';
import { paymentModal } from '../blocks/payment-shown.ts';
import {
  confirmRefundModal,
  type RefundPlace,
  refundRequestedText,
  refundSentModal,
} from '../blocks/refund.ts';
import type { Listener, ViewInteraction } from '../listener.ts';
import { unlessGone } from '../slack-error.ts';
import { readText } from './inputs.ts';
import { parseJson } from './place.ts';

const placeSchema = z.object({
  paymentId: z.string(),
  below: z.string().optional(),
  amount: z.int().optional(),
});

/** What the form remembers; a payment that is none where that cannot be read. */
function readPlace(metadata: string): RefundPlace {
  const { paymentId = '', below, amount } = placeSchema.safeParse(parseJson(metadata)).data ?? {};
  return { paymentId, ...(below !== undefined && { below }), ...(amount !== undefined && { amount }) };
}

export const paymentsViews: Record<string, Listener<ViewInteraction>> = {
  'payments.refund-amount': {
    handle: async ({ context, actor, view, state, ack }) => {
      const place = readPlace(view.metadata);
      const { paymentId } = place;
      const { payment, amount } = await checkRefund(context, actor, {
        paymentId,
        typed: readText(state, 'amount'),
      });
      await ack({ update: confirmRefundModal(payment, { ...place, amount }) });
    },
  },

  // Under the modal's id, which stays the same from the amount on: however often it is sent, it is one refund.
  'payments.refund': {
    once: true,
    handle: async (interaction) => {
      const { context, actor, view, ack } = interaction;
      const { paymentId, below, amount = 0 } = readPlace(view.metadata);
      const onceKey = `refund:${view.id}`;
      const outcome = await requestRefund(context, actor, { paymentId, amount, onceKey }).catch(asRefusal);
      if (outcome instanceof Refusal) {
        if (outcome.code !== 'refund_sent') throw outcome;
        return ack({ update: refundSentModal(outcome.message) });
      }
      const payment = await readPayment(context, actor, { paymentId });
      const words = refundRequestedText(payment, outcome.amount);
      await ack({ update: refundSentModal(words) });
      await showBelow(interaction, below, paymentModal(payment, actor, words));
    },
  },
};

/** Shows the payment as it is now in the modal below, where it is open still. */
async function showBelow(
  { client }: ViewInteraction,
  viewId: string | undefined,
  view: ReturnType<typeof paymentModal>,
): Promise<void> {
  if (viewId !== undefined) await unlessGone(client.views.update({ view_id: viewId, view }));
}
