import { Prisma } from '../../database/client.ts';
import { queryRows } from '../../database/statements.ts';
import type { Context } from '../context.ts';
import { effect } from '../effects.ts';
import { recordClauses } from '../record.ts';

/** A place in a line whose events are handled in the order in which they happened. */
export interface Turn {
  line: string;
  /** When it happened, as Slack writes it: of two of one line, the lesser text is the earlier. */
  ts: string;
}

/**
 * Stores what came in, with the outbox row that will have it handled, in one statement: both are there or neither, and
 * a key that was stored before changes nothing.
 */
export async function storeEvent(
  context: Pick<Context, 'database' | 'now' | 'newId'>,
  topic: 'slack.event' | 'stripe.event' | 'mail.received',
  { key, body, turn }: { key: string; body: Uint8Array; turn?: Turn | null },
): Promise<{ first: boolean }> {
  const handling = recordClauses(
    context,
    [],
    [effect(topic, { key })],
    Prisma.sql`EXISTS (SELECT FROM taken)`,
  );
  const [row] = await queryRows<{ first: boolean }>(
    context.database,
    Prisma.sql`
    WITH taken AS (
      INSERT INTO intake (key, body, received_at, line, line_ts)
      VALUES (${key}, ${body}, ${context.now()}, ${turn?.line ?? null}::text, ${turn?.ts ?? null}::text)
      ON CONFLICT DO NOTHING RETURNING key),
    ${handling}
    SELECT EXISTS (SELECT FROM taken) AS first`,
  );
  return { first: row?.first ?? false };
}
