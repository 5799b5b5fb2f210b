import type { KnownBlock } from '@slack/types';
import { escapeText, truncate } from './text.ts';

/** Slack cuts a message's text behind 40,000 characters (docs.slack.dev/reference/methods/chat.postMessage). */
const TEXT = 39_000;

/** The words of a message's sections as its text, for where its blocks are not taken; empty where there are none. */
export function blockWords(blocks: readonly KnownBlock[]): string {
  const sections = blocks.flatMap((block) => (block.type === 'section' && block.text ? [block.text] : []));
  const words = sections.map(({ type, text }) => (type === 'plain_text' ? escapeText(text) : text));
  return truncate(words.join('\n'), TEXT);
}
