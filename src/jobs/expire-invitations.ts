import type { Context } from '../domain/context.ts';
import { expireInvitations as expire } from '../domain/invitations/expire-invitations.ts';
import type { Schedule } from './schedules.ts';

/** Tidies up invites whose time has run out: their seats were free before, and their links dead. */
export const expireInvitations: Schedule<Context> = {
  every: 30,
  async run(context, { log }) {
    const expired = await expire(context);
    if (expired > 0) log.info({ expired }, 'invites expired');
  },
};
