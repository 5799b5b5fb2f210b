import { closest, distance } from 'fastest-levenshtein';
import { codeText } from '../blocks/text.ts';
import type { Command, CommandInteraction, Listener, Subcommand } from '../listener.ts';
import { offerToEverybody } from './offer.ts';

export type Subcommands = Record<string, Subcommand>;

/** What `<name> <text>` calls for: the listener, and what follows its word. */
export function routeCommand(
  commands: Readonly<Record<string, Command>>,
  name: string,
  text: string,
): { listener: Listener<CommandInteraction>; text: string } {
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (!command) return { listener: unknownCommand(name), text };
  const { words, start } = command;
  const [, word = '', rest = ''] = /^(\S*)\s*([\s\S]*)$/.exec(text) ?? [];
  if (word === '') return { listener: words[start] ?? unknownWord(name, words, ''), text: '' };
  const known = word.toLowerCase();
  const listener = Object.hasOwn(words, known) ? words[known] : undefined;
  if (listener) return { listener, text: rest.trim() };
  const other = command.otherwise?.(text);
  return other ? { listener: other, text } : { listener: unknownWord(name, words, word), text: rest.trim() };
}

/** The words of a command with `help` beside them. */
export function withHelp(name: string, subcommands: Subcommands): Subcommands {
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
    line: `\`${name} ${usage ? `${word} ${usage}` : word}\` ${summary}`,
    offeredTo,
  }));
  return all;
}

function unknownCommand(name: string): Listener<CommandInteraction> {
  return {
    actor: 'recent',
    handle: ({ ack }) => ack({ text: `${codeText(name)} is from another version of Orgdesk.` }),
  };
}

function unknownWord(name: string, subcommands: Subcommands, word: string): Listener<CommandInteraction> {
  const nearest = nearestWord(Object.keys(subcommands), word);
  const hint = nearest ? `Did you mean \`${name} ${nearest}\`? ` : '';
  return {
    actor: 'recent',
    handle: ({ ack }) =>
      ack({
        text: `There is no ${codeText(`${name} ${word}`)}. ${hint}\`${name} help\` shows everything you can do.`,
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
