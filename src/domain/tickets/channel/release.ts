import type { Context } from '../../context.ts';
import { paymentAnnounce } from '../../effects.ts';
import { listOutdated } from '../../payments/announcement.ts';
import { record } from '../../record.ts';
import { postInChannel } from './post-effects.ts';

interface Waiting {
  organizationId: string;
  channelId: string;
}

/** Organizations, or messages of one, looked at in one round. */
const BATCH = 500;

/** Has whatever waits in an organization posted, and what payments' messages say brought up to date, as far as it can be now. */
export async function releaseWaiting(context: Context, organizationId: string): Promise<void> {
  const waiting = await context.database.$queryRaw<Waiting[]>`
    SELECT o.id AS "organizationId", o.support_channel_id AS "channelId" FROM organizations o
    WHERE o.id = ${organizationId}::uuid AND o.support_channel_id IS NOT NULL AND o.channel_trouble IS NULL
      AND (EXISTS (SELECT FROM tickets t WHERE t.organization_id = o.id AND t.message_ts IS NULL)
        OR EXISTS (SELECT FROM payments p
          WHERE p.organization_id = o.id AND p.paid_at IS NOT NULL AND p.message_ts IS NULL))
    UNION
    SELECT p.organization_id, t.channel_id FROM thread_posts p JOIN tickets t ON t.id = p.ticket_id
    WHERE p.organization_id = ${organizationId}::uuid AND t.channel_id IS NOT NULL`;
  const outdated = await listOutdated(context, organizationId, BATCH);
  await record(
    context.database,
    context,
    [],
    [...waiting.map((channel) => postInChannel(channel)), ...outdated.map(({ id }) => paymentAnnounce(id))],
  );
}

/**
 * The organizations in which something waits that can be posted, whatever it has waited for: seats, an installation, a
 * forgotten effect. Gives the last id looked at, from which to go on; null at the end.
 */
export async function listReleasable(
  context: Context,
  after: string | null,
): Promise<{ organizationIds: string[]; last: string | null }> {
  const found = await context.database.$queryRaw<{ id: string }[]>`
    SELECT o.id FROM organizations o
    JOIN installations i ON i.team_id = o.team_id AND i.removed_at IS NULL
    WHERE (${after}::uuid IS NULL OR o.id > ${after}::uuid) AND o.seats_purchased > 0
      AND (EXISTS (SELECT FROM thread_posts p WHERE p.organization_id = o.id)
        OR (o.support_channel_id IS NOT NULL AND o.channel_trouble IS NULL
          AND (EXISTS (SELECT FROM tickets t WHERE t.organization_id = o.id AND t.message_ts IS NULL)
            OR EXISTS (SELECT FROM payments p
              WHERE p.organization_id = o.id AND p.paid_at IS NOT NULL
                AND (p.message_ts IS NULL OR p.shown_refund <> p.refunded_amount)))))
    ORDER BY o.id LIMIT ${BATCH}`;
  const organizationIds = found.map(({ id }) => id);
  return { organizationIds, last: found.length < BATCH ? null : (organizationIds.at(-1) ?? null) };
}
