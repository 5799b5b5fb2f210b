/** What somebody means by a message in a ticket's thread. */
export type Words =
  | { kind: 'reply' }
  | { kind: 'note' }
  /** `!word rest`; the word in lower case. */
  | { kind: 'macro'; word: string; rest: string };

// What can stand before the first word without being one: space, formatting, and signs that nobody sees.
const lead = /^[\s*_~`>\p{Cf}]+|^&gt;/u;
const note = /^(?:(?:internal\s+)?note[\s*_~`\p{Cf}]*[::﹕]|🔒|:lock:)/iu;
const macro = /^!([\p{L}][\p{L}\p{N}_-]*)\s*([\s\S]*)$/u;

/**
 * Reads the beginning of a message, in Slack's markup: a note begins with "note:" or a lock, a macro with "!" and a word,
 * everything else is for the customer. Where it is doubtful whether something is a note, it is one.
 */
export function readWords(text: string): Words {
  let rest = text;
  for (let cut = lead.exec(rest); cut !== null && cut[0] !== ''; cut = lead.exec(rest))
    rest = rest.slice(cut[0].length);
  if (note.test(rest.normalize('NFKC')) || note.test(rest)) return { kind: 'note' };
  const command = macro.exec(rest);
  if (command)
    return { kind: 'macro', word: (command[1] as string).toLowerCase(), rest: (command[2] as string).trim() };
  return { kind: 'reply' };
}
