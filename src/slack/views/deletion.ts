import { requestDeletion } from '../../domain/organizations/deletion/request-deletion.ts';
import { requestedModal } from '../blocks/deletion.ts';
import type { Listener, ViewInteraction } from '../listener.ts';
import { readText } from './inputs.ts';

export const deletionViews: Record<string, Listener<ViewInteraction>> = {
  'deletion.submit': {
    once: true,
    handle: async ({ context, actor, state, ack }) => {
      await requestDeletion(context, actor, { confirmation: readText(state, 'confirmation') });
      await ack({ update: requestedModal });
    },
  },
};
