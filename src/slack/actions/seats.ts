import { stepDraft } from '../../domain/seats/draft.ts';
import { readSeats } from '../../domain/seats/read-seats.ts';
import { seatsShownModal, versionOf } from '../blocks/seats.ts';
import type { ActionInteraction, Listener } from '../listener.ts';
import { openSeatsModal, showDraft } from '../views/seats-modal.ts';
import { readQuantity, seenIn } from '../views/seats-state.ts';

/** A link button: the browser does its work, and Slack only wants to know that the press was heard. */
const link: Listener<ActionInteraction> = { actor: 'recent', handle: ({ ack }) => ack() };

export const seatsActions: Record<string, Listener<ActionInteraction>> = {
  'seats.pay': link,
  'seats.checkout': link,

  'seats.open': {
    handle: async (interaction) => {
      const { context, actor, client, triggerId, ack } = interaction;
      const seats = await readSeats(context, actor);
      await ack();
      if (seats.mayChange) await openSeatsModal(interaction, seats);
      else await client.views.open({ trigger_id: triggerId, view: seatsShownModal(seats) });
    },
  },
  'seats.fewer': { once: true, handle: (interaction) => press(interaction, -1) },
  'seats.more': { once: true, handle: (interaction) => press(interaction, 1) },

  // Every key pressed in the field comes here.
  'seats.typed': {
    handle: async (interaction) => {
      const { context, actor, view, value, blockId, ack } = interaction;
      await ack();
      const shown = readQuantity(value);
      if (!view || shown === null) return;
      const version = versionOf(blockId) ?? 0;
      const stepped = await stepDraft(context, actor, { viewId: view.id, version, shown, by: 0 });
      await showDraft(interaction, view.id, stepped);
    },
  },
};

async function press(interaction: ActionInteraction, by: -1 | 1): Promise<void> {
  const { context, actor, view, state, ack } = interaction;
  await ack();
  if (!view) return;
  const { version, quantity: shown } = seenIn(state);
  const stepped = await stepDraft(context, actor, { viewId: view.id, version, shown, by });
  await showDraft(interaction, view.id, stepped);
}
