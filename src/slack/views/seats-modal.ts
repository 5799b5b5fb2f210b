import { setTimeout as pause } from 'node:timers/promises';
import { type Draft, forgetOldDrafts, readDraft } from '../../domain/seats/draft.ts';
import { readSeats, type Seats } from '../../domain/seats/read-seats.ts';
import { restingSeatsModal, seatsModal } from '../blocks/seats.ts';
import type { Due } from '../blocks/seats-words.ts';
import type { ActionInteraction, CommandInteraction, Interaction, ViewInteraction } from '../listener.ts';
import type { SeatPreview } from '../questions.ts';
import { unlessGone } from '../slack-error.ts';

/** Presses within this time are asked about together, in milliseconds. */
const PREVIEW_PAUSE = 300;

/** Opens the modal, and then asks Stripe what is due for the number it begins with. */
export async function openSeatsModal(
  interaction: CommandInteraction | ActionInteraction,
  seats: Seats,
): Promise<void> {
  const { context, actor, client, triggerId } = interaction;
  if (seats.resting) {
    await client.views.open({ trigger_id: triggerId, view: restingSeatsModal(seats) });
    return;
  }
  const wanted = seats.open[0]?.to ?? Math.max(seats.purchased, seats.used, 1);
  const draft = { wanted, version: 0 };
  const opened = await client.views.open({
    trigger_id: triggerId,
    view: seatsModal({ seats, ...draft, due: { kind: 'asking' } }),
  });
  if (!opened.view?.id) return;
  await forgetOldDrafts(context, actor);
  await showDue(interaction, { viewId: opened.view.id, hash: opened.view.hash ?? '' }, { draft, seats });
}

interface Stepped {
  draft: Draft;
  seats: Seats;
}

/**
 * Brings the modal to the number as it stands, and then asks Stripe what is due for it. Presses come in parallel and their
 * updates arrive in any order: whoever has updated the modal looks whether the number has moved on meanwhile, so that
 * the last update shows the last number.
 */
export async function showDraft(
  interaction: ActionInteraction,
  viewId: string,
  { draft, seats }: Stepped,
): Promise<void> {
  const { context, actor, client } = interaction;
  let shown = (await readDraft(context, actor, viewId)) ?? draft;
  // A later press is at it already.
  if (shown.version > draft.version) return;
  for (;;) {
    const view = seatsModal({ seats, ...shown, due: { kind: 'asking' } });
    const updated = await unlessGone(client.views.update({ view_id: viewId, view }));
    if (!updated) return;
    const present = (await readDraft(context, actor, viewId)) ?? shown;
    if (isSame(present, shown)) {
      const hash = updated.view?.hash ?? '';
      return showDue(interaction, { viewId, hash }, { draft: shown, seats });
    }
    shown = present;
  }
}

/**
 * Shows the modal again in the place of what a submission was answered with, with a sentence that says why. `draft` is what
 * was submitted; a press that came later counts. Without a preview for the number Stripe is asked.
 */
export async function showAgain(
  interaction: ViewInteraction,
  submitted: Draft,
  { note, preview }: { note: string; preview?: SeatPreview },
): Promise<void> {
  const { context, actor, client, view } = interaction;
  const [seats, moved] = await Promise.all([readSeats(context, actor), readDraft(context, actor, view.id)]);
  const draft = moved ?? submitted;
  const due: Due =
    preview && draft.wanted === submitted.wanted ? { kind: 'told', preview } : { kind: 'asking' };
  const shown = seatsModal({ seats, ...draft, due, note });
  const updated = await unlessGone(client.views.update({ view_id: view.id, view: shown }));
  if (!updated || due.kind === 'told') return;
  const place = { viewId: view.id, hash: updated.view?.hash ?? '' };
  await showDue(interaction, place, { draft, seats, note });
}

/** Adds what is due, unless the modal has moved on by then: the hash is that of the update that asked. */
async function showDue(
  { context, actor, client, questions, log }: Interaction,
  { viewId, hash }: { viewId: string; hash: string },
  { draft, seats, note }: Stepped & { note?: string },
): Promise<void> {
  const { organizationId } = actor;
  const asks = seats.subscribed && (draft.wanted !== seats.purchased || seats.open.length > 0);
  if (!asks || organizationId === null) return;
  await pause(PREVIEW_PAUSE);
  const isCurrent = async () => isSame((await readDraft(context, actor, viewId)) ?? draft, draft);
  if (!(await isCurrent())) return;
  const due = await questions.billing.preview(organizationId, draft.wanted).then(
    (preview): Due => ({ kind: 'told', preview }),
    (error: unknown): Due => {
      log.warn({ err: error }, 'Stripe gave no preview.');
      return { kind: 'unknown' };
    },
  );
  if (!(await isCurrent())) return;
  const view = seatsModal({ seats, ...draft, due, ...(note !== undefined && { note }) });
  await unlessGone(client.views.update({ view_id: viewId, hash, view }));
}

function isSame(one: Draft, other: Draft): boolean {
  return one.version === other.version && one.wanted === other.wanted;
}
