import { asRefusal, Refusal } from '../../domain/errors.ts';
import { previewPrefix } from '../../domain/organizations/show-prefix.ts';
import { prefixModal } from '../blocks/prefix.ts';
import type { ActionInteraction, Listener } from '../listener.ts';
import { unlessGone } from '../slack-error.ts';

export const prefixActions: Record<string, Listener<ActionInteraction>> = {
  'prefix.open': {
    handle: async ({ context, actor, client, triggerId, ack }) => {
      const shown = await previewPrefix(context, actor);
      await ack();
      await client.views.open({ trigger_id: triggerId, view: prefixModal(shown.current, shown) });
    },
  },

  // Every key pressed comes here: shows what the next ticket would be called.
  'prefix.typed': {
    handle: async ({ context, actor, client, view, value, ack }) => {
      await ack();
      if (!view) return;
      const present = await previewPrefix(context, actor);
      const shown = value ? await previewPrefix(context, actor, { prefix: value }).catch(asRefusal) : present;
      const preview = shown instanceof Refusal ? { sentence: shown.message } : shown;
      // Without the view's hash: several keys are under way at once, and the last one's preview must not be dropped.
      const shownAnew = prefixModal(present.current, preview);
      await unlessGone(client.views.update({ view_id: view.id, view: shownAnew }));
    },
  },
};
