import type { Mailer } from '../clients/mail/mailer.ts';
import type { SlackClients } from '../clients/slack/clients.ts';
import type { SlackFiles } from '../clients/slack/files.ts';
import type { StripeClient } from '../clients/stripe/client.ts';
import type { Keyring } from '../database/sealing.ts';
import type { Context } from '../domain/context.ts';
import type { ConversationTokens } from '../domain/tickets/conversation/conversation-token.ts';
import type { ReplyAddresses } from '../domain/tickets/mail/reply-address.ts';

/**
 * What a job is given besides its payload: what an operation gets, and the clients of the outside. Whoever writes a
 * client adds it here (`Context & { mailer: Mailer; … }`); app.ts then has to construct it. A job may ask for less.
 */
export type JobContext = Context & {
  stripe: StripeClient;
  /** The same at a pace at which it slows nobody, for what goes through everything. */
  pacedStripe: StripeClient;
  /** A workspace's Web API client for jobs. */
  slack: SlackClients['background'];
  files: SlackFiles;
  mailer: Pick<Mailer, 'send'>;
  /** Where answers by mail come back; undefined where they do not. */
  replyAddresses: ReplyAddresses | undefined;
  /** What opens a ticket's conversation to its customer. */
  conversationTokens: Pick<ConversationTokens, 'tokenOf'>;
  /** Opens what `seal` has sealed. */
  keyring: Pick<Keyring, 'open'>;
  /** Whether Stripe tells of connected accounts by webhooks. */
  hearsOfAccounts: boolean;
  /** The public address of a path of ours, like "/logos/…". */
  publicUrl(path: string): string;
};
