import { openMembers } from '../actions/members.ts';
import type { Subcommands } from './route.ts';

export const membersCommands: Subcommands = {
  members: {
    summary: 'Lists the members; Admins and the Owner change roles and remove people there.',
    offeredTo: ({ kind }) => kind === 'member',
    handle: openMembers,
  },
};
