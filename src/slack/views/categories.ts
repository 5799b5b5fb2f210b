import { z } from 'zod';
import { addCategory } from '../../domain/tickets/categories/add-category.ts';
import { prepareCategories } from '../../domain/tickets/categories/prepare-categories.ts';
import { renameCategory } from '../../domain/tickets/categories/rename-category.ts';
import { readAdded, showCategories } from '../actions/categories.ts';
import { addedText, categoriesModal, renamedText } from '../blocks/categories.ts';
import type { Listener, ViewInteraction } from '../listener.ts';
import { readText } from './inputs.ts';
import { parseJson } from './place.ts';

const categorySchema = z.object({ categoryId: z.string() });

export const categoriesViews: Record<string, Listener<ViewInteraction>> = {
  'categories.add': {
    once: true,
    handle: async ({ context, actor, view, state, ack }) => {
      const added = await addCategory(context, actor, { name: readText(state, 'category') });
      const categories = await prepareCategories(context, actor);
      const place = { added: readAdded(view.metadata) + 1, done: addedText(added) };
      await ack({ update: categoriesModal(categories, place) });
    },
  },

  'categories.rename': {
    once: true,
    handle: async (interaction) => {
      const { context, actor, view, state, ack } = interaction;
      const categoryId = categorySchema.safeParse(parseJson(view.metadata)).data?.categoryId ?? '';
      const renamed = await renameCategory(context, actor, { categoryId, name: readText(state, 'category') });
      await ack();
      // The form below may have had some added: its input then is a new one, and empty.
      await showCategories(interaction, view.rootId, { added: 0, done: renamedText(renamed) });
    },
  },
};
