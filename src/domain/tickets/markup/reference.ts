import type { Inline, Names } from './markup.ts';

const entities: Record<string, string> = { '&amp;': '&', '&lt;': '<', '&gt;': '>' };

/** Slack's three entities as their characters, each exactly once: `&amp;lt;` is `&lt;`. */
export function unescapeSlack(text: string): string {
  return text.replace(/&(?:amp|lt|gt);/g, (entity) => entities[entity] as string);
}

const linkable = new Set(['https:', 'http:', 'mailto:', 'tel:']);

/** Plain words for those who are called together; a customer is called by none of it. */
const audiences: Record<string, string> = {
  here: 'everyone here',
  channel: 'everyone in the channel',
  everyone: 'everyone',
};

/**
 * What stands between `<` and `>` in Slack's markup, without them: a mention, a channel, a date or a link. A link whose
 * scheme is none of https, http, mailto and tel is words.
 * https://docs.slack.dev/messaging/formatting-message-text
 */
export function readReference(content: string, names: Names): Inline {
  const separator = content.indexOf('|');
  const target = separator < 0 ? content : content.slice(0, separator);
  const label = separator < 0 ? '' : unescapeSlack(content.slice(separator + 1)).trim();
  switch (target[0]) {
    case '@':
      return words(`@${names.get(target.slice(1)) ?? (label.replace(/^@/, '') || 'somebody')}`);
    case '#':
      return words(label === '' ? 'a channel' : `#${label.replace(/^#/, '')}`);
    case '!':
      return words(announcement(target.slice(1), label));
    default:
      return link(unescapeSlack(target), label);
  }
}

function announcement(command: string, label: string): string {
  const [name = '', first = ''] = command.split('^');
  if (name === 'subteam') return label === '' ? 'a group' : `@${label.replace(/^@/, '')}`;
  if (name === 'date') return label || dateWords(first);
  return audiences[name] ?? label;
}

function dateWords(seconds: string): string {
  const at = new Date(Number(seconds) * 1000);
  return Number.isNaN(at.getTime()) ? '' : `${at.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

function link(target: string, label: string): Inline {
  const url = URL.canParse(target) ? new URL(target) : null;
  if (url && linkable.has(url.protocol)) return { kind: 'link', url: url.href, label: label || target };
  return words(label === '' || label === target ? target : `${label} (${target})`);
}

function words(text: string): Inline {
  return { kind: 'text', text };
}
