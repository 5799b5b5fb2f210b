import { z } from 'zod';

/**
 * The kinds of parameters Stripe's API has. Values arrive as text; what does not fit is refused with the error code
 * given in `params.code`, and `{param}` in a message stands for the parameter's name.
 */
function refuse(context: z.core.$RefinementCtx, code: string, message: string): never {
  context.addIssue({ code: 'custom', message, params: { code } });
  return z.NEVER;
}

const emptyMessage =
  "You passed an empty string for '{param}'. We assume empty values are an attempt to unset a parameter; " +
  "however '{param}' cannot be unset. You should remove '{param}' from your request or supply a non-empty value.";

/** Text that is not empty. */
export function text(maximum = 5_000) {
  return z.string().transform((value, context) => {
    if (value === '') return refuse(context, 'parameter_invalid_empty', emptyMessage);
    if (value.length <= maximum) return value;
    return refuse(
      context,
      'parameter_invalid_string',
      `Invalid string: {param} must be at most ${maximum} characters.`,
    );
  });
}

export function integer(range: { min?: number; max?: number } = {}) {
  return z.string().transform((value, context) => {
    if (!/^-?\d+$/.test(value)) {
      return refuse(context, 'parameter_invalid_integer', `Invalid integer: ${value}`);
    }
    const number = Number(value);
    if (range.min !== undefined && number < range.min) {
      return refuse(
        context,
        'parameter_invalid_integer',
        `This value must be greater than or equal to ${range.min}.`,
      );
    }
    if (range.max !== undefined && number > range.max) {
      return refuse(
        context,
        'parameter_invalid_integer',
        `This value must be less than or equal to ${range.max}.`,
      );
    }
    return number;
  });
}

export function boolean() {
  return z.string().transform((value, context) => {
    if (value === 'true' || value === 'false') return value === 'true';
    return refuse(context, 'parameter_invalid_boolean', `Invalid boolean: ${value}`);
  });
}

/** One of some words. */
export function oneOf<const Word extends string>(...words: Word[]) {
  return z.string().transform((value, context): Word => {
    const word = words.find((candidate) => candidate === value);
    if (word !== undefined) return word;
    const allowed = words.length > 1 ? `${words.slice(0, -1).join(', ')}, or ${words.at(-1)}` : words[0];
    return refuse(context, 'parameter_invalid_enum', `Invalid {param}: must be one of ${allowed}`);
  });
}

export const timestamp = () => integer({ min: 0 });

export function currency() {
  return text().transform((value, context) => {
    if (/^[A-Za-z]{3}$/.test(value)) return value.toLowerCase();
    return refuse(context, 'parameter_invalid_currency', `Invalid currency: ${value}.`);
  });
}

/** An http(s) address. */
export function url() {
  return text().transform((value, context) => {
    if (URL.canParse(value) && /^https?:$/.test(new URL(value).protocol)) return value;
    return refuse(context, 'url_invalid', 'Not a valid URL');
  });
}

export function email() {
  return text(512).transform((value, context) => {
    if (/^[^\s@]+@[^\s@]+$/.test(value)) return value;
    return refuse(context, 'email_invalid', `Invalid email address: ${value}`);
  });
}

/** The given kind, or an empty string, which unsets. */
export function emptyable<T extends z.ZodType>(kind: T) {
  return z.union([z.literal('').transform(() => null), kind]);
}

/** Keys and texts; an empty text unsets the key. Stripe: 50 keys of 40 characters, texts of 500. */
export function metadata() {
  return z.record(z.string(), z.string()).transform((entries, context) => {
    if (Object.keys(entries).length > 50) {
      return refuse(context, 'parameter_invalid', 'You can only specify up to 50 metadata keys.');
    }
    for (const [key, value] of Object.entries(entries)) {
      if (key.length > 40) {
        return refuse(
          context,
          'parameter_invalid',
          `Metadata keys can have up to 40 characters. You passed in a key with ${key.length} characters.`,
        );
      }
      if (value.length > 500) {
        return refuse(
          context,
          'parameter_invalid',
          `Metadata values can have up to 500 characters, but you passed in a value that is ${value.length} characters.`,
        );
      }
    }
    return entries;
  });
}

/** A moment, or a range with gt, gte, lt, lte. */
export function moments() {
  const bound = timestamp().optional();
  return z.union([timestamp(), z.strictObject({ gt: bound, gte: bound, lt: bound, lte: bound })]);
}

export const expand = () => z.array(text()).optional();

/** Parameters of every list. */
export const pagination = {
  limit: integer({ min: 1, max: 100 }).optional(),
  starting_after: text().optional(),
  ending_before: text().optional(),
  expand: expand(),
};

/** A parameter the real Stripe has and the sandbox does not: refused loudly when it is used. */
export function unsimulated<Name extends string>(...names: Name[]) {
  const nothing = z.undefined().optional();
  return Object.fromEntries(names.map((name) => [name, nothing])) as Record<Name, typeof nothing>;
}

/** Metadata after a change: given keys set, keys given empty removed, everything removed by null. */
export function mergedMetadata(
  current: Record<string, string>,
  given: Record<string, string> | null | undefined,
): Record<string, string> {
  if (given === undefined) return current;
  if (given === null) return {};
  const merged = { ...current, ...given };
  return Object.fromEntries(Object.entries(merged).filter(([, value]) => value !== ''));
}
