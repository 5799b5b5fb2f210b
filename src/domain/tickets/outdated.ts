import { Prisma } from '../../database/client.ts';
import type { Context } from '../context.ts';

/**
 * For what changes how tickets look without anything being said or done about each: `active_at` as it stays, but on a ticket whose
 * card is not recorded yet, so that one that is being posted at this moment is seen to show an older state.
 */
export function outdated({ now }: Pick<Context, 'now'>): Prisma.Sql {
  return Prisma.sql`CASE WHEN message_ts IS NULL
    THEN greatest(${now()}::timestamptz, active_at + interval '1 millisecond') ELSE active_at END`;
}
