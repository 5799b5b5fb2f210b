/** What somebody means by a message in a ticket's thread. */
export type Words =
  | { kind: 'reply' }
  | { kind: 'note' }
  /** `!word rest`; the word in lower case. */
  | { kind: 'macro'; word: string; rest: string };

// What can stand before the first word without being one: space, formatting, and signs that nobody sees.
const lead = /^[\s*_~`>\p{Cf}]+|^&gt;/u;
// Whoever is called first, and the mark of a list, make no reply of a note.
const leadOfNote = /^(?:<[@!#][^<>]*>|[•◦▪‣·–—-]|[0-9]{1,3}[.)](?=\s))[\s,:]*/u;
const note = /^(?:(?:internal\s+)?note[\s*_~`\p{Cf}]*[::﹕]|🔒|:lock:)/iu;
const macro = /^!([\p{L}][\p{L}\p{N}_-]*)\s*([\s\S]*)$/u;

/**
 * Reads the beginning of a message, in Slack's markup: a note begins with "note:" or a lock, a macro with "!" and a word,
 * everything else is for the customer. Where it is doubtful whether something is a note, it is one.
 */
export function readWords(text: string): Words {
  const words = without(text, [lead, leadOfNote]);
  if (note.test(words.normalize('NFKC')) || note.test(words)) return { kind: 'note' };
  const command = macro.exec(without(text, [lead]));
  if (command)
    return { kind: 'macro', word: (command[1] as string).toLowerCase(), rest: (command[2] as string).trim() };
  return { kind: 'reply' };
}

/** What follows the beginnings that `leads` match, however many there are. */
function without(text: string, leads: readonly RegExp[]): string {
  let rest = text;
  for (;;) {
    const cut = leads.map((lead) => lead.exec(rest)?.[0].length ?? 0).find((length) => length > 0);
    if (cut === undefined) return rest;
    rest = rest.slice(cut);
  }
}
