import { asRefusal, Refusal } from '../../domain/errors.ts';
import { createSecretKey } from '../../domain/plugin/keys/create-secret-key.ts';
import { showPlugin } from '../actions/plugin.ts';
import { refusalView } from '../blocks/refusal.ts';
import { secretMadeText, secretShownModal } from '../blocks/secret-keys.ts';
import type { Listener, ViewInteraction } from '../listener.ts';
import { readChoices, readText } from './inputs.ts';

export const pluginViews: Record<string, Listener<ViewInteraction>> = {
  'plugin.secret': {
    once: true,
    handle: async (interaction) => {
      const { context, actor, view, state, ack } = interaction;
      const made = await createSecretKey(context, actor, {
        name: readText(state, 'name'),
        scopes: readChoices(state, 'scopes'),
        onceKey: `form:${view.id}`,
      }).catch(asRefusal);
      if (made instanceof Refusal) {
        if (made.code !== 'key_form_sent') throw made;
        // Above the view, not in its place: the first answer may stand there, with the key that is shown only once.
        return ack({ push: refusalView(made.message) });
      }
      await ack({ update: secretShownModal(made) });
      await showPlugin(interaction, view.rootId, secretMadeText(made));
    },
  },
};
