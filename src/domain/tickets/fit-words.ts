import { cleanLine, cleanText } from './clean-text.ts';
import { nothingToSee, REQUESTER_NAME_LENGTH, TITLE_LENGTH } from './ticket.ts';

/** What a customer writes is never refused for its length, but cut behind so many code points. */
const MESSAGE_LENGTH = 40_000;

/** A title that somebody outside sent, made fit: what cannot stand in a title is left out, and it ends with … where it is cut. */
export function fitTitle(input: string): string {
  return fitLine(input, TITLE_LENGTH) ?? '(no subject)';
}

/** A name that somebody outside sent, made fit; null where nothing is left of it. */
export function fitName(input: string | null | undefined): string | null {
  return fitLine(input ?? '', REQUESTER_NAME_LENGTH);
}

/** What a customer wrote, made fit: lines end with \n, and it ends with … where it is cut, after 40,000 code points. */
export function fitText(input: string): string {
  return cut(cleanText(input).trim().normalize('NFC'), MESSAGE_LENGTH);
}

function fitLine(input: string, most: number): string | null {
  const line = cleanLine(input).normalize('NFC');
  return nothingToSee.test(line) ? null : cut(line, most);
}

/** At most `most` code points, the … included. */
export function cut(text: string, most: number): string {
  // Far fewer code units than code points cannot be.
  if (text.length <= most) return text;
  const points = [...text];
  if (points.length <= most) return text;
  return `${points
    .slice(0, most - 1)
    .join('')
    .trimEnd()}…`;
}
