import { createPaymentOpener } from '../clients/stripe/payment-opener.ts';
import type { Config } from '../config.ts';
import { readFeeTerms } from '../domain/payments/fee.ts';
import { createPluginSessions } from '../domain/plugin/session.ts';
import type { ConversationFeed } from '../web/live/conversation-feed.ts';
import type { PluginParts } from '../web/plugin/routes.ts';
import type { Parts } from './parts.ts';

/** What the API for websites needs; none of it calls anything before it is asked. */
export function createPlugin(config: Config, parts: Parts, feed: ConversationFeed): PluginParts {
  const { context, stripe, log, publicUrl, conversationTokens } = parts;
  return {
    context,
    log,
    publicUrl,
    conversationTokens,
    feed,
    sessions: createPluginSessions({ keys: config.ENCRYPTION_KEYS }),
    ownOrigin: config.PUBLIC_URL,
    allowLocalhost: config.ALLOW_LOCALHOST === 'yes',
    trustedProxies: config.TRUSTED_PROXIES,
    fee: readFeeTerms(config.PLATFORM_FEE_PERCENT, config.PLATFORM_FEE_FIXED),
    openPayment: createPaymentOpener(context, stripe, log),
  };
}
