import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { type Product, startProduct } from '../../src/app.ts';
import { connectStripe } from '../../src/clients/stripe/connection.ts';
import { setUpStripe } from '../../src/clients/stripe/setup.ts';
import { type Config, readConfig } from '../../src/config.ts';
import { createLogger } from '../../src/logger.ts';
import { type MailSandbox, startMailSandbox } from './mail/server.ts';
import { type OpenIdSandbox, startOpenIdSandbox } from './openid/server.ts';
import { type SlackSandbox, startSlackSandbox } from './slack/server.ts';
import { type StripeSandbox, startStripeSandbox } from './stripe/server.ts';

export interface WorldOptions {
  /** What the environment says beside the addresses of the doubles: DATABASE_URL or DATA_DIR, REDIS_URL, ROLE, … */
  environment: NodeJS.ProcessEnv;
}

/** The product, wired as it is shipped, between doubles of everything that it reaches outside. */
export interface World {
  product: Product;
  config: Config;
  /** Where the product is reached. */
  url: string;
  slack: SlackSandbox;
  stripe: StripeSandbox;
  mail: MailSandbox;
  openid: OpenIdSandbox;
  /** Every line that the product logged. */
  logged: Record<string, unknown>[];
  /** Moves the product's clock and Stripe's; both go on from there with the machine's. */
  advance(by: { days?: number; seconds?: number }): Promise<void>;
  /** Resolves when every effect is done that was decided by now, and Stripe has delivered its events. */
  settle(): Promise<void>;
  /** Stops the product and starts it again on the same data, as a new process would. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

export async function startWorld({ environment }: WorldOptions): Promise<World> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const [slack, stripe, mail] = await Promise.all([
    startSlackSandbox({ appUrl: url }),
    startStripeSandbox({ webhookUrl: `${url}/stripe/webhook` }),
    startMailSandbox(),
  ]);
  // What an operator does once, by npm run stripe:setup.
  await setUpStripe(connectStripe({ secretKey: stripe.secretKey, apiBase: stripe.url }), () => {});
  const { clientId, clientSecret, signingSecret } = slack.app;
  const openid = await startOpenIdSandbox({
    clientId,
    clientSecret,
    redirectUris: [`${url}/invitations/callback`],
  });
  const config = readConfig({
    PORT: String(port),
    PUBLIC_URL: url,
    SLACK_CLIENT_ID: clientId,
    SLACK_CLIENT_SECRET: clientSecret,
    SLACK_SIGNING_SECRET: signingSecret,
    SLACK_API_URL: slack.url,
    OIDC_ISSUER: openid.issuer,
    STRIPE_SECRET_KEY: stripe.secretKey,
    STRIPE_WEBHOOK_SECRET: stripe.webhookSecret,
    STRIPE_API_BASE: stripe.url,
    SMTP_URL: mail.url,
    MAIL_FROM: 'Orgdesk <orgdesk@example.com>',
    ENCRYPTION_KEYS: `k1:${randomBytes(32).toString('base64')}`,
    LOG_LEVEL: 'debug',
    ...environment,
  });
  const logged: Record<string, unknown>[] = [];
  const log = createLogger(config.LOG_LEVEL, { write: (line: string) => void logged.push(JSON.parse(line)) });
  let ahead = 0;
  const start = () => startProduct(config, { log, now: () => new Date(Date.now() + ahead) });
  const world: World = {
    product: await start(),
    config,
    url,
    slack,
    stripe,
    mail,
    openid,
    logged,
    async advance(by) {
      ahead += 1000 * ((by.seconds ?? 0) + 86_400 * (by.days ?? 0));
      await stripe.clock.advance(by);
      world.product.jobs?.wake();
    },
    async settle() {
      // An effect may make Stripe send an event, and an event may have an effect: until neither does.
      for (let before = -1; before !== stripe.requests.entries.length; ) {
        before = stripe.requests.entries.length;
        await stripe.webhooks.settled();
        await world.product.jobs?.runUntilIdle();
        await stripe.webhooks.settled();
        await world.product.jobs?.runUntilIdle();
      }
    },
    async restart() {
      await world.product.stop();
      world.product = await start();
    },
    async stop() {
      await world.product.stop();
      await Promise.all([slack.close(), stripe.close(), mail.close(), openid.close()]);
    },
  };
  return world;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('There is no port.');
  return address.port;
}
