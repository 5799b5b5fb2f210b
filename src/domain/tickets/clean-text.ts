// What PostgreSQL cannot store, what no reader shows, and what turns the direction of the text around it.
const unfit = /(?![\n\t])\p{Cc}|[\p{Cs}\u202A-\u202E\u2066-\u2069\uFEFF]/gu;

/**
 * Words from outside as they are kept: lines end in \n, and NUL, other controls, lone surrogates and marks that turn the
 * direction of text are left out. Never refuses.
 */
export function cleanText(text: string): string {
  return text.replace(/\r\n?|[\u2028\u2029\u0085]/g, '\n').replace(unfit, '');
}

/** The same on one line, trimmed: for names, subjects and other words that stand in a line or a header. */
export function cleanLine(text: string): string {
  return cleanText(text).replace(/\s+/g, ' ').trim();
}
