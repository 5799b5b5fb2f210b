import { leaveOrganization } from '../../domain/members/leave-organization.ts';
import { leftModal } from '../blocks/leave.ts';
import type { Listener, ViewInteraction } from '../listener.ts';

export const leaveViews: Record<string, Listener<ViewInteraction>> = {
  'leave.submit': {
    once: true,
    handle: async ({ context, actor, ack }) => {
      await leaveOrganization(context, actor);
      await ack({ update: leftModal });
    },
  },
};
