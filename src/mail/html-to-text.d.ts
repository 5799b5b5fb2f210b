/** As much of html-to-text 10 as is used here: it comes without types. */
declare module 'html-to-text' {
  interface Selector {
    selector: string;
    format?: string;
    options?: Record<string, unknown>;
  }
  export function htmlToText(
    html: string,
    options: { wordwrap: false; limits: { maxDepth: number }; selectors: Selector[] },
  ): string;
}
