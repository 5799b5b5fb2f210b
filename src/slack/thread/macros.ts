import type { Actor } from '../../domain/actor.ts';
import type { Context } from '../../domain/context.ts';
import { Refusal } from '../../domain/errors.ts';
import { assignTicket, claimTicket } from '../../domain/tickets/assign-ticket.ts';
import { mergeTicket } from '../../domain/tickets/merge/merge-ticket.ts';
import { setPriority } from '../../domain/tickets/set-priority.ts';
import { setStatus } from '../../domain/tickets/set-status.ts';
import { priorities, type TicketStatus } from '../../domain/tickets/ticket.ts';
import { codeText } from '../blocks/text.ts';
import { priorityNames } from '../blocks/ticket-words.ts';

interface Macro {
  /** What follows the word, for the help. */
  usage?: string;
  summary: string;
  /** Gives the answer. */
  run(context: Context, actor: Actor, call: { ticketId: string; rest: string }): Promise<string>;
}

const NOTHING_SENT = 'Nothing was sent to the customer.';

function status(to: TicketStatus, done: string, summary: string): Macro {
  return {
    summary,
    run: async (context, actor, { ticketId }) => {
      const { number, changed } = await setStatus(context, actor, { ticketId, status: to });
      return changed ? `${number} is ${done} now.` : `${number} is ${done} already.`;
    },
  };
}

const macros: Record<string, Macro> = {
  resolve: status('resolved', 'resolved', 'Resolves the ticket.'),
  reopen: status('open', 'open', 'Opens it again.'),
  pending: status('pending', 'pending', 'Marks it as waiting for the customer.'),
  close: status(
    'closed',
    'closed',
    'Closes it: a later answer opens a new ticket. For Admins and the Owner.',
  ),
  claim: {
    summary: 'Makes it yours.',
    run: async (context, actor, { ticketId }) => {
      const { number, changed } = await claimTicket(context, actor, { ticketId });
      return changed ? `${number} is yours now.` : `${number} is yours already.`;
    },
  },
  assign: {
    usage: '@person',
    summary:
      'Gives it to somebody with a seat; `!assign nobody` to nobody. Others are for Admins and the Owner to assign.',
    run: async (context, actor, { ticketId, rest }) => {
      const userId = readAssignee(actor, rest);
      if (userId === undefined)
        return `Say to whom, like \`!assign @person\`. Nothing was done. ${NOTHING_SENT}`;
      const { number, changed } = await assignTicket(context, actor, { ticketId, userId });
      if (!changed) return `${number} is with them already.`;
      return userId === null ? `${number} is nobody’s now.` : `${number} is assigned.`;
    },
  },
  priority: {
    usage: priorities.join('|'),
    summary: 'Sets the priority. For Admins and the Owner.',
    run: async (context, actor, { ticketId, rest }) => {
      const changed = await setPriority(context, actor, { ticketId, priority: rest.toLowerCase() });
      const name = priorityNames[changed.priority].toLowerCase();
      return `The priority of ${changed.number} is ${name}${changed.changed ? ' now' : ' already'}.`;
    },
  },
  merge: {
    usage: 'TKT-012',
    summary:
      'Closes it as a duplicate of another ticket of the same requester; `!reopen` undoes it. For Admins and the Owner.',
    run: async (context, actor, { ticketId, rest }) => {
      const { number, into } = await mergeTicket(context, actor, { ticketId, into: rest });
      return `${number} is merged into ${into}: what the customer answers appears there.`;
    },
  },
};

/** What `!help` tells. */
function help(): string {
  const lines = Object.entries(macros).map(
    ([word, { usage, summary }]) => `\`!${usage ? `${word} ${usage}` : word}\` ${summary}`,
  );
  return [
    'In a ticket’s thread you can write these; the customer never sees them.',
    ...lines,
    'What begins with `note:` or a lock is an internal note. Everything else goes to the customer.',
  ].join('\n');
}

/** Does what a macro asks for, and gives the answer for whoever wrote it. @throws what is no Refusal. */
export async function runMacro(
  context: Context,
  actor: Actor,
  { ticketId, word, rest }: { ticketId: string; word: string; rest: string },
): Promise<string> {
  if (word === 'help') return help();
  const macro = Object.hasOwn(macros, word) ? macros[word] : undefined;
  if (!macro) return `There is no ${codeText(`!${word}`)}. ${NOTHING_SENT} \`!help\` shows what there is.`;
  if (macro.usage === undefined && rest !== '') {
    return `\`!${word}\` stands alone in its message. Nothing was done. ${NOTHING_SENT}`;
  }
  try {
    return await macro.run(context, actor, { ticketId, rest });
  } catch (error) {
    if (error instanceof Refusal) return error.message;
    throw error;
  }
}

/** A person as Slack writes them; oneself for "me", null for "nobody", undefined where nobody is named. */
function readAssignee({ userId }: Actor, text: string): string | null | undefined {
  const person = /^<@([UW][A-Z0-9]+)(?:\|[^>]*)?>$/.exec(text)?.[1];
  if (person !== undefined) return person;
  const word = text.toLowerCase();
  if (word === 'me') return userId;
  return word === 'nobody' || word === 'none' ? null : undefined;
}
