/** The `error` object of a Stripe answer. */
export interface ErrorBody {
  type: 'api_error' | 'card_error' | 'idempotency_error' | 'invalid_request_error';
  message: string;
  code?: string;
  param?: string;
  decline_code?: string;
  charge?: string;
  payment_intent?: object;
  payment_method?: object;
  doc_url?: string;
}

/** An answer that is not 200: thrown by whatever refuses, turned into Stripe's JSON by the API. */
export class Refusal extends Error {
  readonly status: number;
  readonly body: ErrorBody;

  constructor(status: number, body: ErrorBody) {
    super(body.message);
    this.status = status;
    const page = body.code?.replaceAll('_', '-');
    this.body = page ? { ...body, doc_url: `https://stripe.com/docs/error-codes/${page}` } : body;
  }
}

export function invalidRequest(message: string, details: { param?: string; code?: string } = {}): Refusal {
  return new Refusal(400, { type: 'invalid_request_error', message, ...details });
}

/** An id in the path that does not exist is 404; one in a parameter is 400. */
export function noSuch(label: string, id: string, param: string, status: 400 | 404 = 400): Refusal {
  return new Refusal(status, {
    type: 'invalid_request_error',
    code: 'resource_missing',
    message: `No such ${label}: '${id}'`,
    param,
  });
}

export function rateLimited(message: string, code = 'rate_limit'): Refusal {
  return new Refusal(429, { type: 'invalid_request_error', code, message });
}

/** For what the real Stripe can do and this sandbox does not: loud, and in no way Stripe's own words. */
export function notSimulated(what: string, param?: string): Refusal {
  return new Refusal(400, {
    type: 'invalid_request_error',
    code: 'sandbox_not_simulated',
    message: `The Stripe sandbox does not simulate ${what}.`,
    ...(param ? { param } : {}),
  });
}
