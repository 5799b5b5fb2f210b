import { changePrefix } from '../../domain/organizations/change-prefix.ts';
import { prefixSavedModal } from '../blocks/prefix.ts';
import type { Listener, ViewInteraction } from '../listener.ts';
import { readText } from './inputs.ts';

export const prefixViews: Record<string, Listener<ViewInteraction>> = {
  'prefix.submit': {
    once: true,
    handle: async ({ context, actor, state, ack }) => {
      const outcome = await changePrefix(context, actor, { prefix: readText(state, 'prefix') });
      await ack({ update: prefixSavedModal(outcome) });
    },
  },
};
