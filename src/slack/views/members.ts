import { z } from 'zod';
import { removeMember } from '../../domain/members/remove-member.ts';
import { showMembers } from '../actions/members.ts';
import { removedText } from '../blocks/members.ts';
import type { Listener, ViewInteraction } from '../listener.ts';
import { parseJson, readPage } from './place.ts';

const memberSchema = z.object({ memberId: z.string() });

export const membersViews: Record<string, Listener<ViewInteraction>> = {
  'members.remove': {
    once: true,
    handle: async (interaction) => {
      const { context, actor, view, ack } = interaction;
      const memberId = memberSchema.safeParse(parseJson(view.metadata)).data?.memberId ?? '';
      const { name } = await removeMember(context, actor, { memberId });
      await ack();
      await showMembers(interaction, view.rootId, { page: readPage(view.metadata), done: removedText(name) });
    },
  },
};
