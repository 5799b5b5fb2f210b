import { transferOwnership } from '../../domain/members/transfer-ownership.ts';
import { transferredModal } from '../blocks/transfer.ts';
import type { Listener, ViewInteraction } from '../listener.ts';
import { readText, readUser } from './inputs.ts';

export const transferViews: Record<string, Listener<ViewInteraction>> = {
  'transfer.submit': {
    once: true,
    handle: async ({ context, actor, state, ack }) => {
      const { name } = await transferOwnership(context, actor, {
        userId: readUser(state, 'member'),
        confirmation: readText(state, 'confirmation'),
      });
      await ack({ update: transferredModal(name) });
    },
  },
};
