import { closest, distance } from 'fastest-levenshtein';
import { codeText } from '../blocks/text.ts';
import type { CommandInteraction, Listener, Subcommand } from '../listener.ts';
import { offerToEverybody } from './offer.ts';

export type Subcommands = Record<string, Subcommand>;

/** What `/org <text>` calls for: the listener, and what follows its word. */
export function routeOrg(
  subcommands: Subcommands,
  text: string,
): { listener: Listener<CommandInteraction>; text: string } {
  const [, word = '', rest = ''] = /^(\S*)\s*([\s\S]*)$/.exec(text) ?? [];
  if (word === '') return { listener: startListener(subcommands), text: '' };
  const known = word.toLowerCase();
  const listener = Object.hasOwn(subcommands, known) ? subcommands[known] : undefined;
  return { listener: listener ?? unknownWord(subcommands, word), text: rest.trim() };
}

/** The subcommands with `help` beside them. */
export function withHelp(subcommands: Subcommands): Subcommands {
  const help: Subcommand = {
    summary: 'Shows this list.',
    offeredTo: offerToEverybody,
    actor: 'recent',
    handle: ({ actor, ack }) => {
      const offered = lines.filter(({ offeredTo }) => offeredTo(actor)).map(({ line }) => line);
      return ack({ text: `*What you can do here*\n${offered.join('\n')}` });
    },
  };
  const all = { ...subcommands, help };
  const lines = Object.entries(all).map(([word, { usage, summary, offeredTo }]) => ({
    line: `\`/org ${usage ? `${word} ${usage}` : word}\` ${summary}`,
    offeredTo,
  }));
  return all;
}

/** `/org` alone: the overview, which tells whoever has none how to start. */
function startListener(subcommands: Subcommands): Listener<CommandInteraction> {
  const start = subcommands.overview ?? subcommands.help;
  return start ?? unknownWord(subcommands, '');
}

function unknownWord(subcommands: Subcommands, word: string): Listener<CommandInteraction> {
  const nearest = nearestWord(Object.keys(subcommands), word);
  const hint = nearest ? `Did you mean \`/org ${nearest}\`? ` : '';
  return {
    actor: 'recent',
    handle: ({ ack }) =>
      ack({
        text: `There is no ${codeText(`/org ${word}`)}. ${hint}\`/org help\` shows everything you can do.`,
      }),
  };
}

/** The known word that takes the fewest keystrokes to reach, or undefined where none is near. */
function nearestWord(words: string[], word: string): string | undefined {
  // Slack lets a command's text be long; beyond this nothing is near, and the comparison costs the product of lengths.
  if (word.length > 30) return undefined;
  const nearest = closest(word.toLowerCase(), words);
  return distance(word.toLowerCase(), nearest) < Math.max(nearest.length, 3) ? nearest : undefined;
}
