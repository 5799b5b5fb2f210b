import { z } from '@hono/zod-openapi';
import { MOST_FILES } from '../../domain/tickets/posted-files.ts';
import { statuses } from '../../domain/tickets/ticket.ts';

/** What several routes take or give. How long words may be, and what stands in them, the operations say. */

/** For createRoute's `security`: one of these bearer tokens opens it. */
export function anyOf(
  ...schemes: readonly ('session' | 'secretKey' | 'conversation')[]
): Record<string, string[]>[] {
  return schemes.map((scheme) => ({ [scheme]: [] }));
}

export const attachmentsSchema = z
  .array(
    z.strictObject({
      name: z.string().max(1000).openapi({ example: 'kettle.png' }),
      content: z.string().min(1).openapi({
        format: 'byte',
        description:
          'The file in base64; at most 10 MiB before. Judged by its content, whatever its name says.',
      }),
    }),
  )
  .max(MOST_FILES, `There are at most ${MOST_FILES} files.`);

export const organizationSchema = z.object({ name: z.string() });

export const ticketSchema = z
  .object({
    id: z.uuid(),
    number: z.string().openapi({ example: 'TKT-041' }),
    title: z.string(),
    status: z.enum(statuses),
    organization: organizationSchema,
  })
  .openapi('Ticket');

/** A key that a client makes up for one request, so that it may be sent again. */
export const idempotencyKeySchema = z
  .string()
  .regex(/^[\x21-\x7e]{1,255}$/, 'An Idempotency-Key has 1 to 255 visible ASCII characters.');

/** The header of routes on which it may be left out. */
export const idempotencyHeaders = z.object({
  'idempotency-key': idempotencyKeySchema.optional().openapi({
    description:
      'Send a request again under the same key, for 24 hours: it is done once, and answered alike.',
  }),
});

/** The publishable key in the address, for browsers; servers leave it out. */
export const keyQuery = z.object({
  key: z
    .string()
    .optional()
    .openapi({
      param: { name: 'key', in: 'query' },
      description: 'The publishable key; a server leaves it out.',
    }),
});
