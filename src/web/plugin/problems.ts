import { z } from '@hono/zod-openapi';
import type { ContentfulStatusCode } from 'hono/utils/http-status';

/** One input that cannot be taken, as a path: `requester.email`. */
export interface FieldError {
  field: string;
  detail: string;
}

/** What the API refuses, as problem+json (RFC 9457). `detail` is for people; programs go by `code`. */
export class Problem extends Error {
  readonly status: ContentfulStatusCode;
  readonly code: string;
  readonly errors: readonly FieldError[] | undefined;
  readonly headers: Record<string, string>;

  constructor(
    status: ContentfulStatusCode,
    code: string,
    detail: string,
    { errors, headers = {} }: { errors?: readonly FieldError[]; headers?: Record<string, string> } = {},
  ) {
    super(detail);
    this.name = 'Problem';
    this.status = status;
    this.code = code;
    this.errors = errors;
    this.headers = headers;
  }

  toResponse(): Response {
    const { status, code, message: detail, errors } = this;
    const body = JSON.stringify({ title: titleOf(status), status, detail, code, ...(errors && { errors }) });
    return new Response(body, {
      status,
      headers: { ...this.headers, 'content-type': 'application/problem+json' },
    });
  }
}

const titles = {
  400: 'Not understood',
  401: 'Not signed in',
  403: 'Not allowed',
  404: 'Nothing here',
  409: 'Not now',
  411: 'Length required',
  413: 'Too large',
  415: 'Not JSON',
  422: 'Not the same',
  429: 'Too often',
  500: 'Not done',
  502: 'Not done',
  503: 'Not done',
} as const;

export type ProblemStatus = keyof typeof titles;

function titleOf(status: number): string {
  return Object.hasOwn(titles, status) ? titles[status as ProblemStatus] : 'Not done';
}

export const problemSchema = z
  .object({
    title: z.string(),
    status: z.int(),
    detail: z.string().openapi({ description: 'A sentence for people.' }),
    code: z.string().openapi({ description: 'What programs go by.', example: 'origin_unlisted' }),
    errors: z
      .array(z.object({ field: z.string().openapi({ example: 'requester.email' }), detail: z.string() }))
      .optional()
      .openapi({ description: 'Every input that cannot be taken.' }),
  })
  .openapi('Problem');

const descriptions: Record<ProblemStatus, string> = {
  400: 'An input cannot be taken; `errors` names each.',
  401: 'There is no session or key, or it is not good (any more).',
  403: 'This key or this website may not do it.',
  404: 'There is no such thing, or it is not yours.',
  409: 'It cannot be done as things stand.',
  411: 'The request does not say how long its body is.',
  413: 'The body is too large.',
  415: 'The body is not `application/json` in UTF-8.',
  422: 'The Idempotency-Key was used for another body.',
  429: 'Too many requests; `Retry-After` says in how many seconds to try again.',
  500: 'It failed on our side.',
  502: 'It failed behind us; try again.',
  503: 'It cannot be done at the moment; try again.',
};

const retryAfter = z.object({ 'Retry-After': z.int().min(1).openapi({ description: 'In seconds.' }) });

function responseOf(status: ProblemStatus) {
  return {
    description: descriptions[status],
    content: { 'application/problem+json': { schema: problemSchema } },
    ...(status === 429 && { headers: retryAfter }),
  };
}

/** The responses of a route for what can go wrong with it, for createRoute. */
export function problems<Status extends ProblemStatus>(...statuses: readonly Status[]) {
  const responses = statuses.map((status) => [status, responseOf(status)]);
  return Object.fromEntries(responses) as Record<Status, ReturnType<typeof responseOf>>;
}
