import { distance } from 'fastest-levenshtein';
import type { z } from 'zod';
import { invalidRequest, notSimulated, type Refusal } from '../refusal.ts';
import { type FormParams, parameterName } from './form.ts';

function valueAt(params: unknown, path: PropertyKey[]): unknown {
  let value = params;
  for (const key of path) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = (value as Record<PropertyKey, unknown>)[key];
  }
  return value;
}

function knownKeys(schema: z.ZodType, path: PropertyKey[]): string[] {
  if (path.length > 0) return [];
  return 'shape' in schema ? Object.keys(schema.shape as object) : [];
}

function unknownParameters(schema: z.ZodType, path: PropertyKey[], keys: string[]): Refusal {
  const names = keys.map((key) => parameterName([...path, key]));
  const [first = ''] = names;
  if (names.length > 1) {
    return invalidRequest(`Received unknown parameters: ${names.join(', ')}`, {
      param: first,
      code: 'parameter_unknown',
    });
  }
  const near = knownKeys(schema, path).find((known) => distance(known, first) <= 2);
  const hint = near ? `. Did you mean ${near}?` : '';
  return invalidRequest(`Received unknown parameter: ${first}${hint}`, {
    param: first,
    code: 'parameter_unknown',
  });
}

/** The most telling issue of a union: what is wrong with the branch the value came nearest to. */
function innermost(issue: z.core.$ZodIssue): z.core.$ZodIssue {
  if (issue.code !== 'invalid_union') return issue;
  const branches = issue.errors.map((branch) => branch[0]).filter((branch) => branch !== undefined);
  const best = branches.find(({ code }) => code === 'custom') ?? branches.at(-1);
  return best ? innermost({ ...best, path: [...issue.path, ...best.path] }) : issue;
}

function refusalOf(schema: z.ZodType, params: FormParams, found: z.core.$ZodIssue): Refusal {
  const issue = innermost(found);
  const name = parameterName(issue.path);
  if (issue.code === 'unrecognized_keys') return unknownParameters(schema, issue.path, issue.keys);
  if (issue.code === 'custom') {
    const code = String(issue.params?.code ?? 'parameter_invalid');
    return invalidRequest(issue.message.replaceAll('{param}', name), { param: name, code });
  }
  if (valueAt(params, issue.path) === undefined) {
    return invalidRequest(`Missing required param: ${name}.`, { param: name, code: 'parameter_missing' });
  }
  const expected = 'expected' in issue ? String(issue.expected) : '';
  if (expected === 'undefined') return notSimulated(`the parameter ${name}`, name);
  if (expected === 'array') return invalidRequest('Invalid array', { param: name });
  return invalidRequest(expected === 'string' ? 'Invalid string' : 'Invalid object', { param: name });
}

/** The parameters as their route declares them, or Stripe's refusal: unknown ones first, then missing and wrong ones. */
export function checkParameters<Schema extends z.ZodType>(
  schema: Schema,
  params: FormParams,
): z.output<Schema> {
  const result = schema.safeParse(params);
  if (result.success) return result.data;
  const { issues } = result.error;
  const first = issues.find((issue) => innermost(issue).code === 'unrecognized_keys') ?? issues[0];
  if (!first) throw new Error('zod refused without an issue');
  throw refusalOf(schema, params, first);
}
