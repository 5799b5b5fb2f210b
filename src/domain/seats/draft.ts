import type { Transaction } from '../../database/client.ts';
import { type Actor, type Member, requireMember } from '../actor.ts';
import type { Context } from '../context.ts';
import { refuse } from '../errors.ts';
import { permit } from '../permissions.ts';
import { MOST_SEATS } from './limits.ts';
import { readSeats, type Seats } from './read-seats.ts';

/** What a person saw in their seats modal when they did something there. */
export interface DraftSeen {
  viewId: string;
  /** The draft's version that the modal showed; 0 as it was opened. */
  version: number;
}

/** What they did: pressed − or + with `shown` in the field, or typed `shown` there. */
export interface DraftStep extends DraftSeen {
  /** The number in the field; null where it holds none. */
  shown: number | null;
  /** −1 or +1 for a press, 0 for typing. */
  by: -1 | 0 | 1;
}

export interface Draft {
  wanted: number;
  version: number;
}

/** How long the numbers of modals are kept that nobody submitted, in days. */
const KEPT_DAYS = 1;

/**
 * Adds one step to the number wanted in an open modal. A press on top of what the modal shows counts from the number shown;
 * a press that came before the modal had caught up counts from where the presses before it arrived, so that none is lost.
 * Typing that a later press has overtaken is left out. Presses stay between the seats in use and 10,000; whether a number
 * may be wanted is decided when it is submitted.
 *
 * @throws Refusal `not_allowed`.
 */
export async function stepDraft(
  context: Context,
  actor: Actor,
  step: DraftStep,
): Promise<{ draft: Draft; seats: Seats }> {
  const owner = requireMember(actor);
  permit(owner, 'billing.manage');
  const seats = await readSeats(context, owner);
  const { viewId, version, by } = step;
  const least = by === 0 ? 1 : Math.max(1, seats.used);
  const shown = step.shown === null ? null : within(1, step.shown);
  const [draft] = await context.database.$queryRaw<Draft[]>`
    INSERT INTO seat_drafts AS d (view_id, organization_id, user_id, wanted, version, updated_at)
    VALUES (${viewId}, ${owner.organizationId}::uuid, ${owner.userId},
      ${within(least, (shown ?? seats.purchased) + by)}::int, ${version}::int + ${Math.abs(by)}::int,
      ${context.now()}::timestamptz)
    ON CONFLICT (view_id) DO UPDATE SET
      wanted = least(${MOST_SEATS}::int, greatest(${least}::int, ${by}::int
        + CASE WHEN ${version}::int >= d.version THEN coalesce(${shown}::int, d.wanted) ELSE d.wanted END)),
      version = greatest(d.version, ${version}::int) + ${Math.abs(by)}::int,
      updated_at = excluded.updated_at
    WHERE d.organization_id = excluded.organization_id AND d.user_id = excluded.user_id
    RETURNING wanted, version`;
  if (!draft) throw refuse('not_allowed', { roles: ['owner'] });
  return { draft, seats };
}

/** The number as it stands; null where nothing was done in the modal since it was opened. */
export async function readDraft(context: Context, actor: Actor, viewId: string): Promise<Draft | null> {
  const { organizationId, userId } = requireMember(actor);
  return context.database.seatDraft.findFirst({
    where: { viewId, organizationId, userId },
    select: { wanted: true, version: true },
  });
}

/** Refuses an Update that was pressed on a number that presses still under way have changed. */
export async function assertDraftIsCurrent(
  transaction: Transaction,
  { organizationId, userId }: Member,
  { viewId, version }: DraftSeen,
): Promise<void> {
  const draft = await transaction.seatDraft.findFirst({ where: { viewId, organizationId, userId } });
  if (draft && draft.version > version) throw refuse('seats_moved', { seats: draft.wanted }).on('quantity');
}

/** Forgets what this person left behind in modals of the past. */
export async function forgetOldDrafts(context: Context, actor: Actor): Promise<void> {
  const { organizationId, userId } = requireMember(actor);
  const updatedAt = { lt: new Date(context.now().getTime() - KEPT_DAYS * 86_400_000) };
  await context.database.seatDraft.deleteMany({ where: { organizationId, userId, updatedAt } });
}

function within(least: number, quantity: number): number {
  return Math.min(MOST_SEATS, Math.max(least, quantity));
}
