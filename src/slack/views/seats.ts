import { Refusal, refuse } from '../../domain/errors.ts';
import { requestSeatChange } from '../../domain/seats/request-seat-change.ts';
import { checkoutModal, noCheckoutModal, preparingModal, recordedModal } from '../blocks/seats-outcome.ts';
import type { Listener, ViewInteraction } from '../listener.ts';
import { unlessGone } from '../slack-error.ts';
import { readPreview, seenIn } from './seats-state.ts';

export const seatsViews: Record<string, Listener<ViewInteraction>> = {
  'seats.update': {
    once: true,
    handle: async (interaction) => {
      const { context, actor, view, state, ack } = interaction;
      const { quantity, version } = seenIn(state);
      const preview = readPreview(view.metadata, quantity);
      const outcome = await requestSeatChange(context, actor, {
        quantity: quantity ?? Number.NaN,
        ...(preview && { prorationAt: preview.prorationAt }),
        draft: { viewId: view.id, version },
      });
      if (outcome.kind === 'recorded') {
        return ack({ update: recordedModal(outcome, preview?.amountPence ?? null) });
      }
      await ack({ update: preparingModal });
      await leadToCheckout(interaction, outcome);
    },
  },
};

/** Stripe is asked when the modal is acknowledged; its page, or why there is none, is shown in its place. */
async function leadToCheckout(
  { client, view, questions, log }: ViewInteraction,
  { organizationId, quantity }: { organizationId: string; quantity: number },
): Promise<void> {
  const shown = await questions.billing.checkout(organizationId, quantity, view.id).then(
    ({ url }) => checkoutModal(quantity, url),
    (error: unknown) => {
      if (error instanceof Refusal) return noCheckoutModal(error.message);
      log.error({ err: error, organizationId }, 'Stripe gave no Checkout page.');
      return noCheckoutModal(refuse('billing_unavailable').message);
    },
  );
  await unlessGone(client.views.update({ view_id: view.id, view: shown }));
}
