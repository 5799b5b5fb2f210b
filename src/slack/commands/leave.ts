import { openLeaving } from '../actions/leave.ts';
import type { Subcommands } from './route.ts';

export const leaveCommands: Subcommands = {
  leave: {
    summary: 'Gives your seat back, after a confirmation.',
    offeredTo: (actor) => actor.kind === 'member' && actor.role !== 'owner',
    handle: openLeaving,
  },
};
