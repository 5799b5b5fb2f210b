const escapes: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };

/**
 * Somebody's words inside mrkdwn: Slack's three control characters are escaped, so that no link, mention or
 * `<!channel>` comes out of them.
 */
export function escapeText(text: string): string {
  return text.replace(/[&<>]/g, (character) => escapes[character] as string);
}

/** Somebody's words as code: escaped, on one line, and without the backtick that would end it. */
export function codeText(text: string): string {
  return `\`${escapeText(truncate(text.replace(/[`\s]+/g, ' ').trim(), 80))}\``;
}

/** Words of ours as a block of code, to be copied: escaped. Nobody else's, which could end it. */
export function codeBlock(text: string): string {
  return `\`\`\`${escapeText(text)}\`\`\``;
}

/** At most `most` characters, an ellipsis included; never half a surrogate pair. */
export function truncate(text: string, most: number): string {
  if (text.length <= most) return text;
  return `${text.slice(0, most - 1).replace(/[\uD800-\uDBFF]$/, '')}…`;
}

/**
 * The text of a slash command as it was typed. The manifest asks Slack to escape it (`should_escape`), so that a person
 * arrives as `<@U…>`; these stay, `<mailto:…|a@b.c>` and `<https://…|b.c>` become what was typed.
 */
export function readCommandText(text: string): string {
  if (!/[<&]/.test(text)) return text.trim();
  return text
    .replace(/<((?:mailto:|https?:\/\/)[^|>]*)(?:\|([^>]*))?>/g, (_, link: string, shown?: string) =>
      shown ? shown : link.replace(/^mailto:/, ''),
    )
    .replace(/<@([UW][A-Z0-9]+)\|[^>]*>/g, '<@$1>')
    .replace(/&lt;/g, '<')
    .replace(/&gt;/g, '>')
    .replace(/&amp;/g, '&')
    .trim();
}
