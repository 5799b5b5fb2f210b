import type { ZodError } from 'zod';
import { Refusal, type RefusalCode } from '../../domain/errors.ts';
import { type FieldError, Problem, type ProblemStatus } from './problems.ts';

/** What a refusal of the business is over HTTP; 400 for all others. */
const statuses: Partial<Record<RefusalCode, ProblemStatus>> = {
  ticket_unknown: 404,
  attachment_unknown: 404,
  organization_gone: 404,
  idempotency_mismatch: 422,
  payment_unknown: 404,
  product_unknown: 404,
  product_inactive: 409,
  payments_closed: 409,
  payments_not_active: 409,
  payment_refused: 409,
};

/** A refusal of the business, said by the API. */
export function problemOf({ code, message, field }: Refusal): Problem {
  const errors = field === undefined ? undefined : [{ field, detail: message }];
  return new Problem(statuses[code] ?? 400, code, message, errors && { errors });
}

/** `operation`, with the fields of its refusals under the names that they have on the wire. */
export async function naming<T>(fields: Record<string, string>, operation: () => Promise<T>): Promise<T> {
  return operation().catch((error: unknown) => {
    if (!(error instanceof Refusal) || error.field === undefined) throw error;
    throw error.on(Object.hasOwn(fields, error.field) ? (fields[error.field] as string) : error.field);
  });
}

/** What a schema does not take, every field by its name. `place` is where it stood, like "query". */
export function invalid(error: ZodError, place: string): Problem {
  const errors = error.issues.flatMap((issue): FieldError[] => {
    const path = issue.path.map(String);
    if (issue.code === 'unrecognized_keys') {
      return issue.keys.map((key) => ({
        field: [...path, key].join('.'),
        detail: 'There is no such field.',
      }));
    }
    return [{ field: path.join('.') || place, detail: sentenceOf(issue) }];
  });
  // A body of thousands of unknown fields is not told of each.
  const named = errors.slice(0, 20);
  const fields = [...new Set(named.map(({ field }) => field))].join(', ');
  return new Problem(400, 'invalid', `This cannot be taken. Look at: ${fields}.`, { errors: named });
}

function sentenceOf(issue: ZodError['issues'][number]): string {
  if (issue.code === 'invalid_type' && issue.message.endsWith('received undefined'))
    return 'This is missing.';
  if (issue.code === 'invalid_type') return `This is to be of the type ${issue.expected}.`;
  return issue.message.endsWith('.') ? issue.message : `${issue.message}.`;
}
