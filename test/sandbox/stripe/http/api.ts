import type { IncomingMessage, ServerResponse } from 'node:http';
import { setImmediate, setTimeout } from 'node:timers/promises';
import { type Account, apiVersion } from '../account.ts';
import { randomText } from '../identifiers.ts';
import { invalidRequest, Refusal, rateLimited } from '../refusal.ts';
import { readBody } from './body.ts';
import { checkCredentials } from './credentials.ts';
import { expanded } from './expansion.ts';
import type { FaultKind, Faults } from './faults.ts';
import { type FormParams, parseForm } from './form.ts';
import type { Gate } from './gate.ts';
import { IdempotencyKeys, type StoredAnswer } from './idempotency.ts';
import type { LoggedRequest, RequestLog } from './request-log.ts';
import type { Route } from './route.ts';
import { Router } from './router.ts';
import { checkParameters } from './validation.ts';

const lost: FaultKind[] = ['drop-before', 'acted-then-drop', 'timeout', 'acted-then-timeout'];
const before: FaultKind[] = ['500-before', '429', 'lock-timeout', 'drop-before', 'timeout'];

const serverError = () =>
  new Refusal(500, {
    type: 'api_error',
    message:
      'An unknown error occurred. If this error persists, please contact us at https://support.stripe.com.',
  });

function faultRefusal(kind: FaultKind): Refusal {
  if (kind === '429') return rateLimited('Request rate limit exceeded.');
  if (kind === 'lock-timeout') {
    return rateLimited(
      'This object cannot be accessed right now because another API request or Stripe process is currently accessing it.',
      'lock_timeout',
    );
  }
  return serverError();
}

/** Answers `/v1/…`: the whole way of a request from its headers to Stripe's JSON. */
export class Api {
  private readonly account: Account;
  private readonly router: Router;
  private readonly keys: IdempotencyKeys;
  private readonly options: { secretKey: string; faults: Faults; requests: RequestLog; gate: Gate };

  constructor(
    account: Account,
    routes: Route[],
    options: { secretKey: string; faults: Faults; requests: RequestLog; gate: Gate },
  ) {
    this.account = account;
    this.router = new Router(routes);
    this.keys = new IdempotencyKeys(account.clock);
    this.options = options;
  }

  async handle(request: IncomingMessage, response: ServerResponse, url: URL): Promise<void> {
    const method = request.method ?? 'GET';
    const body = await readBody(request);
    this.account.clock.catchUp();
    const key = method === 'POST' ? (request.headers['idempotency-key']?.toString() ?? null) : null;
    const entry = this.options.requests.add({
      id: `req_${randomText(14)}`,
      at: this.account.clock.now(),
      method,
      path: url.pathname,
      params: parseForm([url.search.slice(1), body].filter(Boolean).join('&')),
      idempotencyKey: key,
      status: null,
      error: null,
      replayed: false,
      fault: this.options.faults.take(method, url.pathname) ?? null,
    });
    const answer = await this.answer(request, body, entry);
    if (entry.fault === 'drop-before' || entry.fault === 'acted-then-drop') request.socket.destroy();
    if (!entry.fault || !lost.includes(entry.fault)) this.send(response, entry, answer);
  }

  private async answer(request: IncomingMessage, body: string, entry: LoggedRequest): Promise<StoredAnswer> {
    try {
      if (entry.fault && before.includes(entry.fault)) throw faultRefusal(entry.fault);
      checkCredentials(request.headers, this.options.secretKey);
      const { route, path } = this.router.match(entry.method, entry.path);
      if (body !== '' && !request.headers['content-type']?.startsWith('application/x-www-form-urlencoded')) {
        throw invalidRequest(
          'Invalid request (check that your POST content type is application/x-www-form-urlencoded). ' +
            'If you have any questions, we can help at https://support.stripe.com/.',
        );
      }
      const params = checkParameters(route.parameters, entry.params);
      return await this.once(entry, () =>
        this.run(entry, () => route.run({ account: this.account, path, params })),
      );
    } catch (error) {
      return this.refused(entry, error);
    }
  }

  /** Runs a call under its idempotency key, or replays what it answered before. */
  private async once(entry: LoggedRequest, run: () => StoredAnswer): Promise<StoredAnswer> {
    const key = entry.idempotencyKey;
    const stored = key === null ? undefined : this.keys.begin(key, entry.path, entry.params);
    if (stored) {
      entry.replayed = true;
      return stored;
    }
    // Even at no latency the key stays claimed for one turn, so that calls sent together do meet.
    await (this.account.settings.latencyMs > 0
      ? setTimeout(this.account.settings.latencyMs)
      : setImmediate());
    if (!(await this.options.gate.pass(entry, 'before'))) {
      if (key !== null) this.keys.release(key);
      entry.fault = 'drop-before';
      throw serverError();
    }
    const answer = run();
    if (key !== null && answer.status === 429) this.keys.release(key);
    else if (key !== null) this.keys.store(key, answer);
    if (!(await this.options.gate.pass(entry, 'after'))) entry.fault = 'acted-then-drop';
    return answer;
  }

  private run(entry: LoggedRequest, act: () => object): StoredAnswer {
    this.account.origin = { id: entry.id, idempotency_key: entry.idempotencyKey };
    try {
      if (entry.fault === '500-stored') throw serverError();
      const body = expanded(this.account, act(), expandPaths(entry.params));
      if (entry.fault === 'acted-then-500-stored') throw serverError();
      return { status: 200, body, requestId: entry.id };
    } catch (error) {
      return this.refused(entry, error);
    } finally {
      this.account.origin = null;
    }
  }

  private refused(entry: LoggedRequest, error: unknown): StoredAnswer {
    const refusal =
      error instanceof Refusal
        ? error
        : new Refusal(500, { type: 'api_error', message: `The Stripe sandbox broke: ${String(error)}` });
    if (!(error instanceof Refusal)) console.error(error);
    return {
      status: refusal.status,
      body: {
        error: { ...refusal.body, request_log_url: `https://dashboard.stripe.com/test/logs/${entry.id}` },
      },
      requestId: entry.id,
    };
  }

  private send(response: ServerResponse, entry: LoggedRequest, answer: StoredAnswer): void {
    const { status } = answer;
    const error = (answer.body as { error?: { code?: string; type: string } }).error;
    entry.status = status;
    entry.error = error?.code ?? error?.type ?? null;
    response.statusCode = status;
    response.setHeader('Content-Type', 'application/json');
    response.setHeader('Request-Id', entry.id);
    response.setHeader('Stripe-Version', apiVersion);
    if (entry.idempotencyKey !== null) {
      response.setHeader('Idempotency-Key', entry.idempotencyKey);
      response.setHeader('Original-Request', answer.requestId);
    }
    if (entry.replayed) response.setHeader('Idempotent-Replayed', 'true');
    if (status === 409 || error?.code === 'lock_timeout') response.setHeader('Stripe-Should-Retry', 'true');
    else if (status >= 500 && entry.fault !== '500-before')
      response.setHeader('Stripe-Should-Retry', 'false');
    response.end(JSON.stringify(answer.body, null, 2));
  }
}

function expandPaths(params: FormParams): string[] {
  const paths = params.expand;
  return Array.isArray(paths) ? paths.filter((path) => typeof path === 'string') : [];
}
