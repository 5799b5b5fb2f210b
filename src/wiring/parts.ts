import { randomBytes } from 'node:crypto';
import { v7 as uuidv7 } from 'uuid';
import { createSlackClients } from '../clients/slack/clients.ts';
import { createStripe } from '../clients/stripe/client.ts';
import { PACED_CALLS } from '../clients/stripe/pacing.ts';
import type { Config } from '../config.ts';
import type { Database } from '../database/client.ts';
import { createKeyring, type Keyring } from '../database/sealing.ts';
import type { Context } from '../domain/context.ts';
import { createConversationTokens } from '../domain/tickets/conversation/conversation-token.ts';
import { createReplyAddresses } from '../domain/tickets/mail/reply-address.ts';
import type { Logger } from '../logger.ts';
import { boltLogger } from '../slack/bolt-logger.ts';
import { createInstallations } from '../slack/installations.ts';

/** What both sides of the product, requests and jobs, have in common. */
export type Parts = ReturnType<typeof createParts>;

/** Constructs them; none of them calls anything before it is asked. */
export function createParts(config: Config, database: Database, now: () => Date, log: Logger) {
  const keyring = createKeyring(config.ENCRYPTION_KEYS);
  const context = createContext(database, keyring, now);
  const installations = createInstallations(context, keyring);
  const slack = createSlackClients({
    apiUrl: config.SLACK_API_URL,
    tokens: installations,
    logger: boltLogger(log),
  });
  const stripeAccount = { secretKey: config.STRIPE_SECRET_KEY, apiBase: config.STRIPE_API_BASE };
  const stripe = createStripe(stripeAccount);
  const pacedStripe = createStripe({ ...stripeAccount, callsPerSecond: PACED_CALLS });
  const publicUrl = (path: string) => `${config.PUBLIC_URL}${path}`;
  const replyAddresses =
    config.INBOUND_DOMAIN === undefined
      ? undefined
      : createReplyAddresses({ domain: config.INBOUND_DOMAIN, keys: config.ENCRYPTION_KEYS });
  const conversationTokens = createConversationTokens({ keys: config.ENCRYPTION_KEYS });
  return {
    context,
    keyring,
    installations,
    slack,
    stripe,
    pacedStripe,
    publicUrl,
    replyAddresses,
    conversationTokens,
    log,
  };
}

function createContext(database: Database, keyring: Keyring, now: () => Date): Context {
  return {
    database,
    now,
    newId: () => uuidv7(),
    randomBytes: (size) => randomBytes(size),
    seal: keyring.seal,
  };
}
