import type { IncomingMessage, ServerResponse } from 'node:http';
import {
  type App,
  HTTPReceiver,
  type HTTPReceiverOptions,
  type Receiver,
  type ReceiverEvent,
} from '@slack/bolt';
import type { Logger } from '../logger.ts';
import { type EnvelopeKind, envelopeKind } from './envelope.ts';
import { RefusedRequest, readGuarded } from './request-guard.ts';

/** What is known of a request besides its body. Listeners find it in Bolt's context under `request`. */
export interface SignedRequest {
  id: string;
  signature: string;
  rawBody: Buffer;
}

/** Where Slack sends to; the one request URL of the manifest. */
export const eventsPath = '/slack/events';
export const installPath = '/slack/install';
export const redirectPath = '/slack/oauth_redirect';

export interface SlackReceiver extends Receiver {
  /** Answers a request to one of the three paths; never throws. */
  handle(request: IncomingMessage, response: ServerResponse, requestId: string): void;
}

/** Takes a signed event in; resolves when it is safe to answer 200. */
export type TakeEvent = (body: Record<string, unknown>, request: SignedRequest) => Promise<void>;

/**
 * Bolt's HTTPReceiver between a guard and our own intake of events. Events never reach Bolt's app, which would
 * acknowledge them before they are stored.
 */
export function createReceiver(
  options: Omit<HTTPReceiverOptions, 'endpoints' | 'processEventErrorHandler' | 'customPropertiesExtractor'>,
  { takeEvent, log }: { takeEvent: TakeEvent; log: Logger },
): SlackReceiver {
  const ids = new WeakMap<IncomingMessage, string>();
  const http = new HTTPReceiver({
    ...options,
    endpoints: [eventsPath],
    customPropertiesExtractor: (request) => ({
      request: {
        id: ids.get(request) ?? '',
        signature: String(request.headers['x-slack-signature']),
        rawBody: request.rawBody,
      } satisfies SignedRequest,
    }),
    processEventErrorHandler: async ({ error, request, response }) => {
      const status = error instanceof RefusedRequest ? error.status : 503;
      if (status === 503)
        log.error({ err: error, requestId: ids.get(request) }, 'A request from Slack failed.');
      answer(response, status);
      return true;
    },
  });

  return {
    init: (app: App) => http.init(routing(app, takeEvent) as App),
    start: () => Promise.reject(new Error('The receiver has no server of its own.')),
    stop: () => Promise.resolve(),
    handle(request, response, requestId) {
      ids.set(request, requestId);
      admit(request)
        .then(
          () => http.requestListener(request, response),
          (error: unknown) => answer(response, error instanceof RefusedRequest ? error.status : 400),
        )
        .catch((error: unknown) => {
          log.error({ err: error, requestId }, 'A request from Slack failed.');
          answer(response, 500);
        });
    },
  };
}

/** Stands where the receiver expects the app: what it verified goes to the intake, to the app, or back. */
function routing(app: App, takeEvent: TakeEvent): Pick<App, 'processEvent'> {
  const routes: Record<EnvelopeKind, (event: ReceiverEvent) => Promise<void>> = {
    event: async (event) => {
      await takeEvent(event.body, event.customProperties?.request as SignedRequest);
      await event.ack();
    },
    command: (event) => app.processEvent(event),
    action: (event) => app.processEvent(event),
    submission: (event) => app.processEvent(event),
    // Nothing of ours hangs on a modal being closed.
    closing: (event) => event.ack(),
    shortcut: (event) => app.processEvent(event),
  };
  return {
    processEvent: async (event) => {
      const kind = envelopeKind(event.body);
      if (kind === null) throw new RefusedRequest(400, 'This is nothing that Slack sends.');
      await routes[kind](event);
    },
  };
}

/** Bolt's listener throws on a method that it does not know. @throws RefusedRequest */
async function admit(request: IncomingMessage): Promise<void> {
  const posts = request.url?.split('?', 1)[0] === eventsPath;
  if (request.method !== (posts ? 'POST' : 'GET')) throw new RefusedRequest(405, 'No such method here.');
  if (posts) Object.assign(request, { rawBody: await readGuarded(request) });
}

function answer(response: ServerResponse, status: number): void {
  if (response.headersSent) return;
  // A body that was not read to its end leaves the connection unusable.
  response.writeHead(status, { connection: 'close' }).end();
}
