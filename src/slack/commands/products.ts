import { openProducts } from '../actions/products.ts';
import { offerToWhoMay } from './offer.ts';
import type { Subcommands } from './route.ts';

export const productsCommands: Subcommands = {
  products: {
    summary: 'Adds and changes what your websites can sell, and shows the buttons to paste.',
    offeredTo: offerToWhoMay('settings.manage'),
    handle: openProducts,
  },
};
