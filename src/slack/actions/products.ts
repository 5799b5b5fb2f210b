import { DEFAULT_CURRENCY } from '../../domain/money.ts';
import { findProduct } from '../../domain/payments/products/find-product.ts';
import { listProducts } from '../../domain/payments/products/list-products.ts';
import type { Product } from '../../domain/payments/products/product.ts';
import { switchProduct } from '../../domain/payments/products/switch-product.ts';
import { addProductModal, changeProductModal, productsModal, switchedText } from '../blocks/products.ts';
import type { ActionInteraction, CommandInteraction, Interaction, Listener } from '../listener.ts';
import { unlessGone } from '../slack-error.ts';

const turnPage: Listener<ActionInteraction> = {
  handle: async (interaction) => {
    await interaction.ack();
    await showProducts(interaction, interaction.view?.id, { page: Number(interaction.value) });
  },
};

export const productsActions: Record<string, Listener<ActionInteraction>> = {
  'products.open': { handle: openProducts },
  'products.previous': turnPage,
  'products.next': turnPage,

  'products.add': {
    handle: async ({ context, actor, client, triggerId, ack }) => {
      const { products } = await listProducts(context, actor);
      await ack();
      const view = addProductModal({ currency: products[0]?.currency ?? DEFAULT_CURRENCY });
      await unlessGone(client.views.push({ trigger_id: triggerId, view }));
    },
  },

  // The menu of one product: on or off sale at once, changed in a form. The value says what is wanted, so that a double press
  // ends where one does.
  'products.change': {
    once: true,
    handle: async (interaction) => {
      const { context, actor, client, triggerId, view, value = '', ack } = interaction;
      const [, what = '', productId = ''] = /^(\w+):(.*)$/.exec(value) ?? [];
      if (what === 'on' || what === 'off') {
        const product = await switchProduct(context, actor, { productId, active: what === 'on' });
        await ack();
        return showProducts(interaction, view?.id, { with: product, done: switchedText(product) });
      }
      const product = await findProduct(context, actor, { productId });
      await ack();
      await unlessGone(client.views.push({ trigger_id: triggerId, view: changeProductModal(product) }));
    },
  },
};

export async function openProducts(interaction: CommandInteraction | ActionInteraction): Promise<void> {
  const { context, actor, client, triggerId } = interaction;
  const page = await listProducts(context, actor);
  await interaction.ack();
  await client.views.open({ trigger_id: triggerId, view: productsModal(page) });
}

/** Shows the list as it is now in the modal that has it: a page, or the page of a product. */
export async function showProducts(
  { context, actor, client }: Interaction,
  viewId: string | undefined,
  { done, ...place }: { page?: number; with?: Product; done?: string },
): Promise<void> {
  if (viewId === undefined) return;
  const page = await listProducts(context, actor, place);
  const view = productsModal(page, done === undefined ? {} : { done });
  // Without the view's hash: what is read now is newer than whatever the modal shows.
  await unlessGone(client.views.update({ view_id: viewId, view }));
}
