import type { Context } from '../../context.ts';
import { idMadeAt, madeAt } from '../../ids.ts';

/** Nobody answers a ticket within its first second: before it there is its own first message alone. */
const FIRST_MS = 1000;

/**
 * When something was said that stands in a ticket's thread at `slackTs`, and an id in the order of what was said, however late it
 * is heard of. A moment that lies ahead, or before the ticket, is none: then it is said now.
 */
export function placeInTime(
  context: Pick<Context, 'now' | 'newId'>,
  ticket: { id: string; createdAt: Date },
  slackTs: string,
): { id: string; createdAt: Date } {
  const id = context.newId();
  const now = context.now();
  const microseconds = Math.round(1_000_000 * Number(slackTs));
  const at = new Date(Math.floor(microseconds / 1000));
  const isOrdered = at.getTime() > madeAt(ticket.id) + FIRST_MS && at.getTime() <= madeAt(id);
  return {
    id: isOrdered ? idMadeAt(id, microseconds) : id,
    createdAt: at > ticket.createdAt && at <= now ? at : now,
  };
}
