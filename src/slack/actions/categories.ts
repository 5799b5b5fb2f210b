import { z } from 'zod';
import { refuse } from '../../domain/errors.ts';
import { archiveCategory } from '../../domain/tickets/categories/archive-category.ts';
import { prepareCategories } from '../../domain/tickets/categories/prepare-categories.ts';
import { archivedText, categoriesModal, renameCategoryModal } from '../blocks/categories.ts';
import type { ActionInteraction, CommandInteraction, Interaction, Listener } from '../listener.ts';
import { unlessGone } from '../slack-error.ts';
import { parseJson } from '../views/place.ts';

export const categoriesActions: Record<string, Listener<ActionInteraction>> = {
  'categories.open': { handle: openCategories },

  // The menu of one category: archived at once, renamed in a form.
  'categories.change': {
    once: true,
    handle: async (interaction) => {
      const { context, actor, client, triggerId, view, value = '', ack } = interaction;
      const [, what = '', categoryId = ''] = /^(\w+):(.*)$/.exec(value) ?? [];
      if (what === 'archive') {
        const archived = await archiveCategory(context, actor, { categoryId });
        await ack();
        const place = { added: readAdded(view?.metadata), done: archivedText(archived) };
        return showCategories(interaction, view?.id, place);
      }
      const category = (await prepareCategories(context, actor)).find(({ id }) => id === categoryId);
      if (!category) throw refuse('category_unknown');
      await ack();
      await client.views.push({ trigger_id: triggerId, view: renameCategoryModal(category) });
    },
  },
};

export async function openCategories(interaction: CommandInteraction | ActionInteraction): Promise<void> {
  const { context, actor, client, triggerId } = interaction;
  const categories = await prepareCategories(context, actor);
  await interaction.ack();
  await client.views.open({ trigger_id: triggerId, view: categoriesModal(categories, { added: 0 }) });
}

const addedSchema = z.object({ added: z.int().min(0) });

/** How many were added in the modal, by its private_metadata; 0 where that cannot be read. */
export function readAdded(metadata: string | undefined): number {
  return addedSchema.safeParse(parseJson(metadata)).data?.added ?? 0;
}

/** Shows the list as it is now in the modal that has it. */
export async function showCategories(
  { context, actor, client }: Interaction,
  viewId: string | undefined,
  place: { added: number; done: string },
): Promise<void> {
  if (viewId === undefined) return;
  const view = categoriesModal(await prepareCategories(context, actor), place);
  await unlessGone(client.views.update({ view_id: viewId, view }));
}
