import { createPersonQuestion } from '../clients/slack/person.ts';
import { postToResponseUrl } from '../clients/slack/response-url.ts';
import { createBillingQuestions } from '../clients/stripe/billing-questions.ts';
import { createPaymentQuestions } from '../clients/stripe/payment-questions.ts';
import { createPortalQuestion } from '../clients/stripe/portal-question.ts';
import { createWebhookVerifier } from '../clients/stripe/webhook-signature.ts';
import type { Config } from '../config.ts';
import { subscribe } from '../database/notifications.ts';
import type { Questions } from '../slack/questions.ts';
import { leftPath, paidPath } from '../web/checkout-return.ts';
import type { Probe } from '../web/health.ts';
import { createConversationFeed } from '../web/live/conversation-feed.ts';
import { connectAgainPath, connectedUrlPath } from '../web/onboarding-return.ts';
import { portalReturnPath } from '../web/portal-return.ts';
import type { Parts } from './parts.ts';
import { createPlugin } from './plugin.ts';

/** What answers requests: Slack's, and all others. */
export async function createWeb(
  config: Config,
  parts: Parts,
  { probes, connectionString }: { probes: Record<string, Probe>; connectionString: string },
) {
  const [
    { createSlackApp },
    { listeners },
    { createPages },
    { installPages },
    { createSignIn },
    { callbackPath },
  ] = await Promise.all([
    import('../slack/app.ts'),
    import('../slack/listeners.ts'),
    import('../web/routes.ts'),
    import('../web/pages/install.ts'),
    import('../web/invitations/sign-in.ts'),
    import('../web/invitations/routes.ts'),
  ]);
  const { context, keyring, installations, slack, stripe, publicUrl, replyAddresses, log } = parts;
  const token = config.INBOUND_TOKEN;
  const app = { clientId: config.SLACK_CLIENT_ID, clientSecret: config.SLACK_CLIENT_SECRET };
  const questions: Questions = {
    person: createPersonQuestion(context, slack),
    billing: {
      ...createBillingQuestions(context, stripe, { paid: publicUrl(paidPath), left: publicUrl(leftPath) }),
      portal: createPortalQuestion(context, stripe, publicUrl(portalReturnPath)),
    },
    payments: createPaymentQuestions(context, stripe, {
      back: (accountId) => publicUrl(connectedUrlPath(accountId)),
      again: publicUrl(connectAgainPath),
    }),
    publicUrl,
    websites: { allowLocalhost: config.ALLOW_LOCALHOST === 'yes' },
  };
  const feed = createConversationFeed({
    context,
    listen: (options) => subscribe(connectionString, 'conversations', options),
    log,
  });
  return {
    live: feed,
    slack: createSlackApp({
      context,
      listeners,
      questions,
      log,
      signingSecret: config.SLACK_SIGNING_SECRET,
      clientFor: slack.interactive,
      respond: postToResponseUrl,
      oauth: {
        ...app,
        apiUrl: config.SLACK_API_URL,
        publicUrl: config.PUBLIC_URL,
        installations,
        pages: installPages,
      },
    }),
    pages: createPages({
      context,
      keyring,
      questions,
      probes,
      log,
      signIn: createSignIn({ ...app, issuer: config.OIDC_ISSUER, redirectUrl: publicUrl(callbackPath), log }),
      verifyStripeEvent: createWebhookVerifier(
        config.STRIPE_WEBHOOK_SECRET,
        config.STRIPE_CONNECT_WEBHOOK_SECRET,
      ),
      plugin: createPlugin(config, parts, feed),
      inboundMail: replyAddresses && token !== undefined ? { token, replyAddresses } : undefined,
    }),
  };
}
