import { z } from 'zod';
import type { Amount } from '../../domain/seats/amount-shown.ts';
import { versionOf } from '../blocks/seats.ts';
import type { ViewState } from '../listener.ts';
import { parseJson } from './place.ts';

/** The number in the field of a seats modal and the version it was shown under; null where it holds no whole number. */
export function seenIn(state: ViewState): { version: number; quantity: number | null } {
  for (const [blockId, inputs] of Object.entries(state)) {
    const version = versionOf(blockId);
    if (version !== null) return { version, quantity: readQuantity(Object.values(inputs)[0]?.value) };
  }
  return { version: 0, quantity: null };
}

/** Up to eight digits as a number; null for anything else. */
export function readQuantity(text: string | null | undefined): number | null {
  return /^\d{1,8}$/.test(text ?? '') ? Number(text) : null;
}

const previewSchema = z.object({
  quantity: z.int(),
  prorationAt: z.iso.datetime().transform((text) => new Date(text)),
  amountDue: z.int(),
  currency: z.string().regex(/^[a-z]{3}$/),
});

/**
 * What the modal had told to be due for `quantity`; null where it had told nothing, or for another number. It has been with
 * the client: it says what the person agrees to, and nothing else follows from it.
 */
export function readPreview(
  metadata: string,
  quantity: number | null,
): (Amount & { prorationAt: Date }) | null {
  const preview = previewSchema.safeParse(parseJson(metadata)).data;
  return preview && preview.quantity === quantity ? preview : null;
}
