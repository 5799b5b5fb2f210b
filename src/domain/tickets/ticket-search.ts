import { Prisma } from '../../database/client.ts';
import { readTicketNumber } from './ticket.ts';

/** Words of a search that are looked at; more narrow nothing down. */
const MOST_WORDS = 8;
const WORD_LENGTH = 40;

export interface Search {
  condition: Prisma.Sql;
  /** True for words: a few tickets may have them, or all. */
  words: boolean;
}

/**
 * What somebody looks for, as a condition on tickets `t` that an index answers: a number with its prefix, a requester's
 * address, or the beginnings of words in the title. Null where there is nothing to look for.
 */
export function readSearch(organizationId: string, text: string): Search | null {
  const asked = readTicketNumber(text);
  if (asked?.prefix) {
    const condition = Prisma.sql`t.prefix = ${asked.prefix} AND t.number = ${asked.number}`;
    return { condition, words: false };
  }
  if (/^\S+@\S+$/.test(text.trim())) {
    const email = text.trim().toLowerCase();
    const condition = Prisma.sql`t.requester_id = (SELECT id FROM customers
      WHERE organization_id = ${organizationId}::uuid AND email = ${email})`;
    return { condition, words: false };
  }
  const words = readWords(text);
  if (words.length === 0) return null;
  // The index is shared by all organizations: each title has its organization as a word of its own.
  const query = [`'organization ${organizationId}'`, ...words.map((word) => `'${word}':*`)].join(' & ');
  return {
    condition: Prisma.sql`ticket_words(t.organization_id, t.title) @@ ${query}::tsquery`,
    words: true,
  };
}

/** Letters and digits alone, as PostgreSQL's parser takes titles apart, so that nothing in them is an operator. */
export function readWords(text: string): string[] {
  const words = text.toLowerCase().match(/[\p{L}\p{M}\p{N}]+/gu) ?? [];
  return words.slice(0, MOST_WORDS).map((word) => [...word].slice(0, WORD_LENGTH).join(''));
}
