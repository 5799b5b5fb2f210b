import { permitBilling } from '../../domain/billing/permit-billing.ts';
import { Refusal, refuse } from '../../domain/errors.ts';
import { noPortalModal, portalModal, preparingPortal } from '../blocks/billing.ts';
import type { ActionInteraction, Interaction, Listener } from '../listener.ts';
import { unlessGone } from '../slack-error.ts';

export const billingActions: Record<string, Listener<ActionInteraction>> = {
  // A link: the browser does its work.
  'billing.portal': { actor: 'recent', handle: ({ ack }) => ack() },

  'billing.open': {
    handle: async (interaction) => {
      const { actor, view, client, triggerId, ack } = interaction;
      const { organizationId } = permitBilling(actor);
      await ack();
      const above = view !== undefined && view.callbackId !== '';
      const shown = above
        ? await unlessGone(client.views.push({ trigger_id: triggerId, view: preparingPortal }))
        : await client.views.open({ trigger_id: triggerId, view: preparingPortal });
      const viewId = shown?.view?.id;
      if (viewId === undefined) return;
      const answer = await askForPortal(interaction, organizationId);
      const next = 'url' in answer ? portalModal(answer.url) : noPortalModal(answer.sentence);
      await unlessGone(client.views.update({ view_id: viewId, view: next }));
    },
  },
};

/** The portal's address, or the sentence that says why there is none. */
export async function askForPortal(
  { questions, log }: Pick<Interaction, 'questions' | 'log'>,
  organizationId: string,
): Promise<{ url: string } | { sentence: string }> {
  try {
    return await questions.billing.portal(organizationId);
  } catch (error) {
    if (error instanceof Refusal) return { sentence: error.message };
    log.error({ err: error, organizationId }, 'Stripe gave no billing portal.');
    return { sentence: refuse('billing_unavailable').message };
  }
}
