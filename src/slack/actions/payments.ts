import { Refusal, refuse } from '../../domain/errors.ts';
import type { PaymentFilter } from '../../domain/payments/list-payments.ts';
import { permitPayments } from '../../domain/payments/permit-payments.ts';
import { prepareRefund } from '../../domain/payments/prepare-refund.ts';
import { readPayment } from '../../domain/payments/read-payment.ts';
import { showPayments } from '../../domain/payments/show-payments.ts';
import {
  type AccountPage,
  accountLinkModal,
  askingStripe,
  noAccountLinkModal,
} from '../blocks/payment-account.ts';
import { paymentModal } from '../blocks/payment-shown.ts';
import { ANY, paymentsModal } from '../blocks/payments.ts';
import { refundModal } from '../blocks/refund.ts';
import type { ActionInteraction, CommandInteraction, Interaction, Listener, ViewState } from '../listener.ts';
import { unlessGone } from '../slack-error.ts';

const filter: Listener<ActionInteraction> = { handle: (interaction) => turnPage(interaction) };
const page: Listener<ActionInteraction> = {
  handle: (interaction) => turnPage(interaction, interaction.value),
};

export const paymentsActions: Record<string, Listener<ActionInteraction>> = {
  'payments.open': { handle: openPayments },
  'payments.status': filter,
  'payments.newer': page,
  'payments.older': page,

  // In the list, and under the message in the support channel.
  'payments.show': {
    handle: async ({ context, actor, client, triggerId, view, value: paymentId = '', ack }) => {
      const payment = await readPayment(context, actor, { paymentId });
      await ack();
      const shown = { trigger_id: triggerId, view: paymentModal(payment, actor) };
      if (view) await unlessGone(client.views.push(shown));
      else await client.views.open(shown);
    },
  },

  'payments.refund': {
    handle: async ({ context, actor, client, triggerId, view, value: paymentId = '', ack }) => {
      const payment = await prepareRefund(context, actor, { paymentId });
      await ack();
      const place = { paymentId: payment.id, ...(view && { below: view.id }) };
      await unlessGone(client.views.push({ trigger_id: triggerId, view: refundModal(payment, place) }));
    },
  },

  'payments.connect': { handle: (interaction) => leadToStripe(interaction, 'onboarding') },
  'payments.dashboard': { handle: (interaction) => leadToStripe(interaction, 'dashboard') },
  // A link: the browser does its work.
  'payments.stripe': { actor: 'recent', handle: ({ ack }) => ack() },
};

export async function openPayments(interaction: CommandInteraction | ActionInteraction): Promise<void> {
  const { context, actor, client, triggerId } = interaction;
  const shown = await showPayments(context, actor);
  await interaction.ack();
  await client.views.open({ trigger_id: triggerId, view: paymentsModal(shown, actor) });
}

/** Shows in the modal that has the list what its filter asks for now. */
async function turnPage(
  { context, actor, client, view, state, ack }: ActionInteraction,
  key?: string,
): Promise<void> {
  const asked = { ...readFilter(state), ...(key !== undefined && { page: key }) };
  const shown = await showPayments(context, actor, asked);
  await ack();
  if (view) await unlessGone(client.views.update({ view_id: view.id, view: paymentsModal(shown, actor) }));
}

function readFilter(state: ViewState): PaymentFilter {
  const status = state.filters?.['payments.status']?.selected_option?.value;
  return status === undefined || status === ANY ? {} : { status };
}

/** Asks Stripe for a page of its own only when it is pressed: such links work once. */
async function leadToStripe(interaction: ActionInteraction, to: AccountPage): Promise<void> {
  const { actor, view, client, triggerId, ack } = interaction;
  const { organizationId } = permitPayments(actor);
  await ack();
  const opening = { trigger_id: triggerId, view: askingStripe };
  // From the list above it; from a message alone.
  const shown = view ? await unlessGone(client.views.push(opening)) : await client.views.open(opening);
  const viewId = shown?.view?.id;
  if (viewId === undefined) return;
  const answer = await askForPage(interaction, organizationId, to);
  const next = 'url' in answer ? accountLinkModal(to, answer.url) : noAccountLinkModal(answer.sentence);
  await unlessGone(client.views.update({ view_id: viewId, view: next }));
}

/** The page's address, or the sentence that says why there is none. */
async function askForPage(
  { questions, log }: Pick<Interaction, 'questions' | 'log'>,
  organizationId: string,
  page: AccountPage,
): Promise<{ url: string } | { sentence: string }> {
  try {
    return await questions.payments[page](organizationId);
  } catch (error) {
    if (error instanceof Refusal) return { sentence: error.message };
    log.error({ err: error, organizationId }, `Stripe gave no ${page} page.`);
    return { sentence: refuse('billing_unavailable').message };
  }
}
