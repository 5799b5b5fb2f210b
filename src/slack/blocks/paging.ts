import type { KnownBlock } from '@slack/types';
import { button, plain } from './composition.ts';
import { formatNumber } from './words.ts';

export interface Place {
  /** From 0. */
  page: number;
  pages: number;
}

/** Where one is in a list, and the way to the pages beside it; nothing for a list of one page. */
export function pagingBlocks(
  feature: 'members' | 'domains' | 'products',
  { page, pages }: Place,
): KnownBlock[] {
  if (pages < 2) return [];
  const previous = button(`${feature}.previous`, 'Previous', {
    label: 'Previous page',
    value: String(page - 1),
  });
  const next = button(`${feature}.next`, 'Next', { label: 'Next page', value: String(page + 1) });
  return [
    {
      type: 'context',
      elements: [plain(`Page ${formatNumber(page + 1)} of ${formatNumber(pages)}`)],
    },
    { type: 'actions', elements: [...(page > 0 ? [previous] : []), ...(page < pages - 1 ? [next] : [])] },
  ];
}
