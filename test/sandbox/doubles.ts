import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { connectStripe } from '../../src/clients/stripe/connection.ts';
import { setUpStripe } from '../../src/clients/stripe/setup.ts';
import { type MailSandbox, startMailSandbox } from './mail/server.ts';
import { type OpenIdSandbox, startOpenIdSandbox } from './openid/server.ts';
import { type SlackSandbox, startSlackSandbox } from './slack/server.ts';
import { type StripeSandbox, startStripeSandbox } from './stripe/server.ts';

/** Everything that the product reaches outside. */
export interface Doubles {
  slack: SlackSandbox;
  stripe: StripeSandbox;
  mail: MailSandbox;
  openid: OpenIdSandbox;
  /** Where they expect the product, which has yet to be started there. */
  url: string;
  /** What the product's environment has to say so that it reaches them and they reach it. */
  environment: Record<string, string>;
  stop(): Promise<void>;
}

export async function startDoubles(): Promise<Doubles> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const [slack, stripe, mail] = await Promise.all([
    startSlackSandbox({ appUrl: url }),
    startStripeSandbox(),
    startMailSandbox(),
  ]);
  // What an operator does once, by npm run stripe:setup.
  await setUpStripe(connectStripe({ secretKey: stripe.secretKey, apiBase: stripe.url }), () => {});
  stripe.webhooks.url = `${url}/stripe/webhook`;
  stripe.webhooks.connectUrl = stripe.webhooks.url;
  const { clientId, clientSecret, signingSecret } = slack.app;
  const openid = await startOpenIdSandbox({
    clientId,
    clientSecret,
    redirectUris: [`${url}/invitations/callback`],
  });
  return {
    slack,
    stripe,
    mail,
    openid,
    url,
    environment: {
      PORT: String(port),
      PUBLIC_URL: url,
      SLACK_CLIENT_ID: clientId,
      SLACK_CLIENT_SECRET: clientSecret,
      SLACK_SIGNING_SECRET: signingSecret,
      SLACK_API_URL: slack.url,
      OIDC_ISSUER: openid.issuer,
      STRIPE_SECRET_KEY: stripe.secretKey,
      STRIPE_WEBHOOK_SECRET: stripe.webhookSecret,
      STRIPE_CONNECT_WEBHOOK_SECRET: stripe.connectWebhookSecret,
      STRIPE_API_BASE: stripe.url,
      SMTP_URL: mail.url,
      MAIL_FROM: 'Orgdesk <orgdesk@example.com>',
      ENCRYPTION_KEYS: `k1:${randomBytes(32).toString('base64')}`,
      LOG_LEVEL: 'debug',
    },
    stop: async () => {
      await Promise.all([slack.close(), stripe.close(), mail.close(), openid.close()]);
    },
  };
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
