import type { StripeClient } from '../clients/stripe/client.ts';
import type { Context } from '../domain/context.ts';

/**
 * What a job is given besides its payload: what an operation gets, and the clients of the outside. Whoever writes a
 * client adds it here (`Context & { mailer: Mailer; … }`); app.ts then has to construct it. A job may ask for less.
 */
export type JobContext = Context & { stripe: StripeClient };
