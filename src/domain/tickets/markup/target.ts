/** What has to stand beside a link's words so that its target can be seen; null where the words are the target. */
export function targetBeside({ url, label }: { url: string; label: string }): string | null {
  const target = url.replace(/^(?:mailto|tel):/, '');
  return isSame(label, target) || isSame(label, url) ? null : target;
}

/** Without the scheme's beginning and the slash at the end, which say nothing of where it leads. */
function isSame(label: string, target: string): boolean {
  const bare = (text: string) =>
    text
      .trim()
      .replace(/^https?:\/\//, '')
      .replace(/\/$/, '');
  return bare(label) === bare(target);
}
