import { setTimeout as pause } from 'node:timers/promises';
import { Refusal, refuse } from '../../domain/errors.ts';
import { hasMoved } from '../../domain/seats/amount-shown.ts';
import { checkSeatChange } from '../../domain/seats/check-seat-change.ts';
import { requestSeatChange } from '../../domain/seats/request-seat-change.ts';
import type { SeatChangeWish } from '../../domain/seats/wish.ts';
import {
  askingModal,
  checkoutModal,
  preparingModal,
  recordedModal,
  sentenceModal,
} from '../blocks/seats-outcome.ts';
import { movedText, neverToldText, nowToldText } from '../blocks/seats-words.ts';
import type { Listener, ViewInteraction } from '../listener.ts';
import type { SeatPreview } from '../questions.ts';
import { unlessGone } from '../slack-error.ts';
import { showAgain } from './seats-modal.ts';
import { readPreview, seenIn } from './seats-state.ts';

/** How long a person waits for Stripe to tell the amount once more, in milliseconds. */
const PATIENCE_MS = 4_000;

export const seatsViews: Record<string, Listener<ViewInteraction>> = {
  /**
   * Stripe is asked once more what is due, and the wish is recorded only where that is what the modal said, or where Stripe is
   * silent after the modal had said an amount. Who closes the modal meanwhile has pressed Update all the same; of another
   * amount they have to be asked, and nothing is recorded.
   */
  'seats.update': {
    once: true,
    handle: async (interaction) => {
      const { context, actor, view, state, ack } = interaction;
      const { quantity, version } = seenIn(state);
      const shown = readPreview(view.metadata, quantity);
      const wish: SeatChangeWish = {
        quantity: quantity ?? Number.NaN,
        ...(shown && { prorationAt: shown.prorationAt }),
        draft: { viewId: view.id, version },
      };
      const checked = await checkSeatChange(context, actor, wish);
      if (checked.kind === 'checkout') {
        await ack({ update: preparingModal });
        return leadToCheckout(interaction, checked);
      }
      await ack({ update: askingModal });
      if (checked.kind === 'open') return record(interaction, wish, { amount: shown?.amountDue ?? null });
      const { organizationId, prorationAt } = checked;
      const preview = await previewOf(interaction, organizationId, wish.quantity, prorationAt);
      const draft = { wanted: wish.quantity, version };
      if (preview === null) {
        if (shown) return record(interaction, wish, { amount: shown.amountDue, silent: true });
        return showAgain(interaction, draft, { note: neverToldText });
      }
      if (shown && !hasMoved(shown, preview)) {
        return record(interaction, { ...wish, prorationAt }, { amount: preview.amountDue });
      }
      const note = shown ? movedText(shown, preview) : nowToldText;
      await showAgain(interaction, draft, { note, preview });
    },
  },
};

/** Null where Stripe does not say. */
async function previewOf(
  { questions, log }: ViewInteraction,
  organizationId: string,
  quantity: number,
  at: Date,
): Promise<SeatPreview | null> {
  const answer = questions.billing.preview(organizationId, quantity, at).catch((error: unknown) => {
    log.warn({ err: error }, 'Stripe gave no preview.');
    return null;
  });
  return Promise.race([answer, pause(PATIENCE_MS, null, { ref: false })]);
}

async function record(
  interaction: ViewInteraction,
  wish: SeatChangeWish,
  told: { amount: number | null; silent?: boolean },
): Promise<void> {
  const { context, actor, client, view } = interaction;
  try {
    const outcome = await requestSeatChange(context, actor, wish);
    if (outcome.kind === 'checkout') return await leadToCheckout(interaction, outcome);
    await unlessGone(
      client.views.update({ view_id: view.id, view: recordedModal(outcome, told, context.now()) }),
    );
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const { message: note, code } = error;
    // What was wanted is there by now: a second press of Update, or the same wish from elsewhere.
    if (code !== 'seats_unchanged') {
      const draft = { wanted: wish.quantity, version: wish.draft?.version ?? 0 };
      return showAgain(interaction, draft, { note });
    }
    await unlessGone(client.views.update({ view_id: view.id, view: sentenceModal(note) }));
  }
}

/** Stripe is asked when the modal is acknowledged; its page, or why there is none, is shown in its place. */
async function leadToCheckout(
  { client, view, questions, log }: ViewInteraction,
  { organizationId, quantity }: { organizationId: string; quantity: number },
): Promise<void> {
  const shown = await questions.billing.checkout(organizationId, quantity, view.id).then(
    ({ url }) => checkoutModal(quantity, url),
    (error: unknown) => {
      if (error instanceof Refusal) return sentenceModal(error.message);
      log.error({ err: error, organizationId }, 'Stripe gave no Checkout page.');
      return sentenceModal(refuse('billing_unavailable').message);
    },
  );
  await unlessGone(client.views.update({ view_id: view.id, view: shown }));
}
