import type { Actor } from '../../domain/actor.ts';
import { asRefusal, Refusal } from '../../domain/errors.ts';
import { readOverview } from '../../domain/organizations/read-overview.ts';
import type { Role } from '../../domain/roles.ts';
import { visitorBlocks } from '../blocks/home.ts';
import { overviewBlocks, overviewText } from '../blocks/overview.ts';
import { escapeText } from '../blocks/text.ts';
import type { Subcommands } from './route.ts';

export const overviewCommands: Subcommands = {
  overview: {
    summary: 'Shows the organization: seats, members, invites and domains.',
    offeredTo: ({ kind }) => kind === 'member',
    // The operation asks again whether they are a member, and as what.
    actor: 'recent',
    handle: async ({ context, questions, actor, ack }) => {
      const shown = await readOverview(context, actor).catch(asRefusal);
      if (shown instanceof Refusal) {
        return ack({ text: escapeText(shown.message), blocks: visitorBlocks(shown, { actor }) });
      }
      const around = {
        actor: as(shown.viewerRole, actor),
        now: context.now(),
        publicUrl: questions.publicUrl,
      };
      await ack({ text: overviewText(shown), blocks: overviewBlocks(shown, around) });
    },
  },
};

function as(role: Role, actor: Actor): Actor {
  return actor.kind === 'member' ? { ...actor, role } : actor;
}
