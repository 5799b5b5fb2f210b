/** Words from Slack as PostgreSQL takes them: without NUL and halves of surrogate pairs. */
export function storableText(text: string): string {
  return text.replaceAll('\0', '').replace(/\p{Cs}/gu, '\uFFFD');
}
