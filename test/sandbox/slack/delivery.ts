import { createHmac } from 'node:crypto';
import { type IncomingHttpHeaders, request } from 'node:http';
import { isObject, type JsonObject, parseJson } from './json.ts';
import type { SandboxState } from './state.ts';

/** The app has three seconds to answer (https://docs.slack.dev/interactivity/handling-user-interaction#acknowledgment_response). */
export const ACK_DEADLINE_MS = 3_000;
/** How long the sandbox itself waits before it gives up. */
const PATIENCE_MS = 15_000;

/** What the app answered to a request of Slack. `status` is 0 when there was no answer. */
export interface Ack {
  status: number;
  body: string;
  json: JsonObject | undefined;
  headers: IncomingHttpHeaders;
  milliseconds: number;
}

/** The exact bytes and headers of one request, so that it can be sent again. */
export interface Delivered {
  url: string;
  headers: Record<string, string | string[]>;
  body: Buffer;
}

/** What a test changes about an otherwise correct request. */
export interface SendOptions {
  contentType?: string;
  /** Over what Slack would send; `undefined` takes a header away, a list sends it several times. */
  headers?: Record<string, string | string[] | undefined>;
  /** Seconds since 1970, also signed; the present time unless told. */
  timestamp?: number;
  /** What to sign with instead of the app's signing secret. */
  secret?: string;
}

/** `v0=` and the HMAC-SHA256 of `v0:timestamp:body` (https://docs.slack.dev/authentication/verifying-requests-from-slack). */
export function sign(secret: string, timestamp: number, body: Buffer): string {
  return `v0=${createHmac('sha256', secret).update(`v0:${timestamp}:`).update(body).digest('hex')}`;
}

/** Slack's side of the app's request URL. */
export class Delivery {
  readonly #state: SandboxState;
  last: Delivered | undefined;

  constructor(state: SandboxState) {
    this.#state = state;
  }

  /** Sends a body, signed, to the app's request URL. Nothing is noted, whatever the app answers. */
  send(body: string | Buffer, options: SendOptions = {}): Promise<Ack> {
    const { appUrl, requestPath, signingSecret } = this.#state.settings;
    const bytes = Buffer.from(body);
    const timestamp = options.timestamp ?? Math.floor(Date.now() / 1000);
    const headers: SendOptions['headers'] = {
      'content-type': options.contentType ?? 'application/json',
      'user-agent': 'Slackbot 1.0 (+https://api.slack.com/robots)',
      'x-slack-request-timestamp': String(timestamp),
      'x-slack-signature': sign(options.secret ?? signingSecret, timestamp, bytes),
      ...options.headers,
    };
    const sent = Object.entries(headers).filter((entry): entry is [string, string | string[]] => !!entry[1]);
    return this.replay({ url: `${appUrl}${requestPath}`, headers: Object.fromEntries(sent), body: bytes });
  }

  /** Sends the same bytes under the same signature once more. */
  async replay(delivered = this.last): Promise<Ack> {
    if (!delivered) throw new Error('Nothing has been sent yet');
    this.last = delivered;
    const ack = await post(delivered);
    this.#state.changed();
    return ack;
  }

  /** Sends what Slack sends of itself, and notes an answer that is late or no success. */
  async deliver(what: string, body: string, options: SendOptions): Promise<Ack> {
    const ack = await this.send(body, options);
    if (ack.status < 200 || ack.status > 299) {
      this.#state.violation('bad-ack', `${what}: status ${ack.status} ${ack.body.slice(0, 200)}`);
    } else if (ack.milliseconds > this.#state.settings.ackDeadlineMs) {
      this.#state.violation('slow-ack', `${what}: answered after ${ack.milliseconds} ms`);
    }
    return ack;
  }

  /** Interactions come as a form with one field. */
  deliverPayload(what: string, payload: JsonObject, options: SendOptions = {}): Promise<Ack> {
    const body = new URLSearchParams({ payload: JSON.stringify(payload) }).toString();
    return this.deliver(what, body, { contentType: 'application/x-www-form-urlencoded', ...options });
  }
}

function post(delivered: Delivered): Promise<Ack> {
  const started = performance.now();
  let resolve: (ack: Ack) => void = () => undefined;
  const promise = new Promise<Ack>((settle) => {
    resolve = settle;
  });
  const finish = (status: number, body: string, headers: IncomingHttpHeaders) => {
    const json = parseJson(body);
    const milliseconds = Math.round(performance.now() - started);
    resolve({ status, body, json: isObject(json) ? json : undefined, headers, milliseconds });
  };
  const outgoing = request(delivered.url, {
    method: 'POST',
    // A connection of its own for each request: none is found closed when it is needed.
    agent: false,
    timeout: PATIENCE_MS,
    headers: { ...delivered.headers, 'content-length': delivered.body.length },
  });
  outgoing.on('response', (response) => {
    const chunks: Buffer[] = [];
    response.on('data', (chunk: Buffer) => chunks.push(chunk));
    response.on('end', () =>
      finish(response.statusCode ?? 0, Buffer.concat(chunks).toString(), response.headers),
    );
    response.on('error', (error) => finish(0, String(error), {}));
  });
  outgoing.on('timeout', () => outgoing.destroy(new Error('operation_timeout')));
  outgoing.on('error', (error) => finish(0, String(error), {}));
  outgoing.end(delivered.body);
  return promise;
}
