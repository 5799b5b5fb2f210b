import { z } from 'zod';
import { addProduct } from '../../domain/payments/products/add-product.ts';
import { changeProduct } from '../../domain/payments/products/change-product.ts';
import { showProducts } from '../actions/products.ts';
import { addedText, changedText } from '../blocks/products.ts';
import type { Listener, ViewInteraction, ViewState } from '../listener.ts';
import { readText } from './inputs.ts';
import { parseJson } from './place.ts';

const shownSchema = z.object({
  productId: z.string(),
  seen: z.object({ name: z.string(), unitAmount: z.number(), currency: z.string() }),
});
/** Of metadata that cannot be read: no product of anybody's. */
const nothingShown = { productId: '', seen: { name: '', unitAmount: 0, currency: '' } };

export const productsViews: Record<string, Listener<ViewInteraction>> = {
  'products.add': {
    once: true,
    handle: async (interaction) => {
      const { context, actor, view, state, ack } = interaction;
      const product = await addProduct(context, actor, { ...readTyped(state), onceKey: `form:${view.id}` });
      await ack();
      await showProducts(interaction, view.rootId, { with: product, done: addedText(product) });
    },
  },

  'products.change': {
    once: true,
    handle: async (interaction) => {
      const { context, actor, view, state, ack } = interaction;
      const shown = shownSchema.safeParse(parseJson(view.metadata)).data ?? nothingShown;
      const product = await changeProduct(context, actor, { ...readTyped(state), ...shown });
      await ack();
      await showProducts(interaction, view.rootId, { with: product, done: changedText(product) });
    },
  },
};

function readTyped(state: ViewState) {
  return {
    name: readText(state, 'name'),
    price: readText(state, 'price'),
    currency: readText(state, 'currency'),
  };
}
