import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Account } from './account.ts';
import { SandboxClock } from './clock.ts';
import { Dashboard } from './dashboard.ts';
import { Api } from './http/api.ts';
import { Faults } from './http/faults.ts';
import { Gate } from './http/gate.ts';
import { RequestLog } from './http/request-log.ts';
import { randomText } from './identifiers.ts';
import { servePage } from './pages/pages.ts';
import { CardBehaviours } from './payments/card-behaviours.ts';
import { routes } from './resources/routes.ts';
import { defaultSettings, type SandboxSettings } from './settings.ts';
import { AccountState } from './state.ts';
import { Webhooks } from './webhooks/delivery.ts';

export interface StripeSandboxOptions {
  /** Where events are sent; can be set later as `webhooks.url`. */
  webhookUrl?: string;
  webhookSecret?: string;
  /** Of the endpoint for events of connected accounts, whose address is `webhooks.connectUrl`. */
  connectWebhookSecret?: string;
  /** The clock stands still at this moment and moves only by `advance`. Absent: it runs with the machine. */
  now?: Date;
  /** A free one when absent. */
  port?: number;
}

export interface StripeSandbox {
  /** For example `http://127.0.0.1:43121`. */
  url: string;
  host: string;
  port: number;
  /** The one key it takes. */
  secretKey: string;
  webhookSecret: string;
  connectWebhookSecret: string;
  clock: SandboxClock;
  settings: SandboxSettings;
  faults: Faults;
  requests: RequestLog;
  /** Holds API calls before they act, or before they answer. */
  gate: Gate;
  webhooks: Webhooks;
  cards: CardBehaviours;
  state: AccountState;
  dashboard: Dashboard;
  /** Ends deliveries, hanging calls and the server. */
  close(): Promise<void>;
}

const host = '127.0.0.1';

/** Starts a Stripe account of its own on a loopback port, empty, for `new Stripe(secretKey, {host, port, protocol: 'http'})`. */
export async function startStripeSandbox(options: StripeSandboxOptions = {}): Promise<StripeSandbox> {
  const clock = new SandboxClock(options.now);
  const settings = defaultSettings();
  const cards = new CardBehaviours();
  const account = new Account({ clock, settings, cards });
  const faults = new Faults();
  const requests = new RequestLog();
  const gate = new Gate();
  const secretKey = `sk_test_51${randomText(32)}`;
  const webhookSecret = options.webhookSecret ?? `whsec_${randomText(32)}`;
  const connectWebhookSecret = options.connectWebhookSecret ?? `whsec_${randomText(32)}`;
  const webhooks = new Webhooks({
    clock,
    secret: webhookSecret,
    connectSecret: connectWebhookSecret,
    url: options.webhookUrl,
    find: (id) => account.events.get(id),
  });
  account.onEvent((event) => webhooks.accept(event));
  const api = new Api(account, routes, { secretKey, faults, requests, gate });
  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const url = new URL(request.url ?? '/', account.baseUrl);
    if (url.pathname.startsWith('/v1/')) await api.handle(request, response, url);
    else await servePage(account, request, response, url);
  };
  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => {
      console.error(error);
      response.destroy();
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, host, resolve);
  });
  const { port } = server.address() as AddressInfo;
  account.baseUrl = `http://${host}:${port}`;
  return {
    url: account.baseUrl,
    host,
    port,
    secretKey,
    webhookSecret,
    connectWebhookSecret,
    clock,
    settings,
    faults,
    requests,
    gate,
    webhooks,
    cards,
    state: new AccountState(account),
    dashboard: new Dashboard(account),
    close: async () => {
      gate.open();
      await webhooks.close();
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
    },
  };
}
