import { refuse } from '../../errors.ts';

/** Code points at most. */
export const CATEGORY_LENGTH = 50;

const unfit = /[\p{Cs}\p{Cc}\u2028\u2029\u202A-\u202E\u2066-\u2069]/u;
const nothingToSee = /^[\p{Cf}\p{Z}]*$/u;

/**
 * A category's name as it is stored: trimmed, in Unicode's composed form, 1-50 code points on one line.
 * @throws Refusal `text_invalid` or `category_length`, on `category`.
 */
export function readCategoryName(input: string): string {
  const name = input.trim().normalize('NFC');
  if (unfit.test(name)) throw refuse('text_invalid').on('category');
  if (nothingToSee.test(name) || [...name].length > CATEGORY_LENGTH) {
    throw refuse('category_length', { most: CATEGORY_LENGTH }).on('category');
  }
  return name;
}
