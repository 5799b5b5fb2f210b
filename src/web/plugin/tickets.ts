import { createRoute, z } from '@hono/zod-openapi';
import type { Context } from '../../domain/context.ts';
import {
  type ConversationTokens,
  conversationPath,
} from '../../domain/tickets/conversation/conversation-token.ts';
import {
  findOpenedBefore,
  openFromPlugin,
  readPluginOpening,
} from '../../domain/tickets/open-from-plugin.ts';
import { readPostedFiles } from '../../domain/tickets/posted-files.ts';
import { type Caller, type PluginApi, pluginBase } from './api.ts';
import type { Gate } from './gate.ts';
import type { LimitName, Limits } from './limits.ts';
import { Problem, problems } from './problems.ts';
import { naming } from './refusals.ts';
import { anyOf, attachmentsSchema, idempotencyHeaders, keyQuery, ticketSchema } from './schemas.ts';

export interface TicketParts {
  context: Context;
  gate: Gate;
  limits: Limits;
  conversationTokens: Pick<ConversationTokens, 'tokenOf'>;
  publicUrl(path: string): string;
}

const openingSchema = z
  .strictObject({
    title: z
      .string()
      .openapi({ description: '1 to 150 characters on one line.', example: 'The kettle leaks' }),
    description: z.string().openapi({ description: '1 to 10,000 characters.' }),
    requester: z.strictObject({
      name: z.string().optional().openapi({ description: 'At most 80 characters.' }),
      email: z.string().openapi({ description: 'Where the answers go.', example: 'cara@customer.example' }),
    }),
    attachments: attachmentsSchema.optional(),
    website: z
      .string()
      .max(0, 'Leave this empty: people do not see it, and only programs fill it in.')
      .optional()
      .openapi({ description: 'Stays empty. Whoever fills in every field of a form is no person.' }),
  })
  .openapi('TicketOpening');

const openedSchema = z
  .object({
    ticket: ticketSchema,
    token: z.string().openapi({ description: 'Opens this conversation alone.', example: 'odt_…' }),
    url: z.url().openapi({ description: 'The conversation’s page, for the same person.' }),
  })
  .openapi('TicketOpened');

/** `POST /plugin/v1/tickets` opens a customer's ticket, and gives the token of its conversation to whoever opened it. */
export function ticketRoutes(
  api: PluginApi,
  { context, gate, limits, conversationTokens, publicUrl }: TicketParts,
): void {
  const route = createRoute({
    method: 'post',
    path: `${pluginBase}/tickets`,
    tags: ['Tickets'],
    summary: 'Open a ticket',
    description:
      'For a customer. From a browser with a session for `tickets` and `?key=`, from a server with a secret key. An acknowledgement is mailed to the requester.',
    middleware: [gate.browserOrServer('tickets'), limits.perAddress('tickets')],
    security: anyOf('session', 'secretKey'),
    request: {
      query: keyQuery,
      headers: idempotencyHeaders,
      body: { required: true, content: { 'application/json': { schema: openingSchema } } },
    },
    responses: {
      201: {
        description:
          'The ticket. The same again under the same Idempotency-Key, then with `Idempotent-Replayed: true`.',
        content: { 'application/json': { schema: openedSchema } },
      },
      ...problems(400, 401, 403, 404, 411, 413, 415, 422, 429),
    },
  });
  api.openapi(route, async (request) => {
    const { caller } = request.var;
    const input = request.req.valid('json');
    const { 'idempotency-key': idempotencyKey } = request.req.valid('header');
    const { organizationId, teamId, origin } = caller;
    const asker = { organizationId, teamId, origin, idempotencyKey };
    const opening = await naming({ name: 'requester.name', email: 'requester.email' }, async () =>
      readPluginOpening(input, await readPostedFiles(input.attachments ?? [])),
    );
    const ticket =
      (await findOpenedBefore(context, asker, opening)) ?? (await openWithinLimit(caller, asker, opening));
    if (ticket.replayed) request.header('idempotent-replayed', 'true');
    const token = conversationTokens.tokenOf(ticket.id);
    const { id, number, title, status } = ticket;
    const organization = { name: caller.organizationName };
    return request.json(
      { ticket: { id, number, title, status, organization }, token, url: publicUrl(conversationPath(token)) },
      201,
    );
  });

  /** A request that turns out to be one of before mails nobody, and counts for nothing. */
  async function openWithinLimit(
    caller: Caller,
    asker: Parameters<typeof openFromPlugin>[1],
    opening: Parameters<typeof openFromPlugin>[2],
  ) {
    const { email } = opening.requester;
    const { organizationId, origin } = caller;
    const counted: [LimitName, string][] =
      origin === null
        ? [['emailFromServer', `${organizationId}:${email}`]]
        : [
            ['email', mailboxOf(email)],
            ['openings', organizationId],
            ['openingsHourly', organizationId],
          ];
    const giveBack = (taken: typeof counted) =>
      Promise.all(taken.map(([name, subject]) => limits.giveBack(name, subject)));
    for (const [index, [name, subject]] of counted.entries()) {
      await limits.take(name, subject).catch(async (error: unknown) => {
        await giveBack(counted.slice(0, index));
        throw error instanceof Problem ? tooMany(error, name) : error;
      });
    }
    const ticket = await openFromPlugin(context, asker, opening);
    if (ticket.replayed) await giveBack(counted);
    return ticket;
  }
}

function tooMany({ message, code, headers }: Problem, limit: LimitName): Problem {
  if (limit.startsWith('openings')) {
    const detail = `${message} So many tickets are being opened on this organization’s websites that no more are taken for now.`;
    return new Problem(429, code, detail, { headers });
  }
  const detail = `${message} So many tickets were opened for this address that no more mail goes to it for now.`;
  const errors = [{ field: 'requester.email', detail: 'Too many tickets were opened for this address.' }];
  return new Problem(429, code, detail, { errors, headers });
}

/** The mailbox behind an address, as most providers read it: what follows a + only sorts its mail. */
function mailboxOf(email: string): string {
  return email.replace(/\+[^@]*(?=@[^@]*$)/, '');
}
