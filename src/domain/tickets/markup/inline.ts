import { showEmoji } from './emoji.ts';
import type { Inline, Names } from './markup.ts';
import { readReference, unescapeSlack } from './reference.ts';

const delimiters = { '*': 'strong', _: 'emphasis', '~': 'deleted' } as const;
type Delimiter = keyof typeof delimiters;

/** One character, or what is read as a whole. */
type Unit = string | Inline;

const atom = /<([^<>\n]*)>|`([^`\n]+)`|&(?:amp|lt|gt);/gu;

/** One line of Slack's markup. Takes time in proportion to its length, whatever stands in it. */
export function parseLine(line: string, names: Names): Inline[] {
  return emphasize(unitsOf(line, names), new Set());
}

/** A text as it reads without any markup: for code, in which Slack still writes links in its own way. */
export function plainWords(text: string, names: Names): string {
  return text
    .split(/(<[^<>\n]*>)/)
    .map((part) =>
      /^<.*>$/.test(part) ? wordsOf(readReference(part.slice(1, -1), names)) : unescapeSlack(part),
    )
    .join('');
}

function wordsOf(inline: Inline): string {
  if (inline.kind === 'link') return inline.label;
  return inline.kind === 'text' ? inline.text : '';
}

function unitsOf(line: string, names: Names): Unit[] {
  const units: Unit[] = [];
  let from = 0;
  for (const match of line.matchAll(atom)) {
    units.push(...characters(line.slice(from, match.index)));
    const [whole, reference, code] = match;
    if (reference !== undefined) units.push(readReference(reference, names));
    else if (code !== undefined) units.push({ kind: 'code', text: plainWords(code, names) });
    else units.push(unescapeSlack(whole));
    from = match.index + whole.length;
  }
  units.push(...characters(line.slice(from)));
  return units;
}

function characters(text: string): string[] {
  return Array.from(text);
}

/** Bold, italic and struck-through: from a delimiter that begins a word to the next one that ends a word. */
function emphasize(units: readonly Unit[], inside: ReadonlySet<Delimiter>): Inline[] {
  const found: Inline[] = [];
  let text = '';
  const endText = () => {
    if (text !== '') found.push({ kind: 'text', text: showEmoji(text) });
    text = '';
  };
  // Where a delimiter has no end behind one place, it has none behind a later one.
  const endless = new Set<Delimiter>();
  for (let at = 0; at < units.length; at++) {
    const unit = units[at] as Unit;
    if (typeof unit !== 'string') {
      if (unit.kind === 'text') text += unit.text;
      else {
        endText();
        found.push(unit);
      }
      continue;
    }
    const end =
      isDelimiter(unit) && !inside.has(unit) && !endless.has(unit) && opens(units, at)
        ? closing(units, at)
        : null;
    if (isDelimiter(unit) && end === -1) endless.add(unit);
    if (isDelimiter(unit) && end !== null && end > 0) {
      endText();
      const children = emphasize(units.slice(at + 1, end), new Set([...inside, unit]));
      found.push({ kind: delimiters[unit], children });
      at = end;
    } else {
      text += unit;
    }
  }
  endText();
  return found;
}

function isDelimiter(unit: Unit | undefined): unit is Delimiter {
  return typeof unit === 'string' && Object.hasOwn(delimiters, unit);
}

function opens(units: readonly Unit[], at: number): boolean {
  return !isWord(units[at - 1]) && !isSpace(units[at + 1]) && units[at + 1] !== units[at];
}

/** The place of the delimiter that ends what begins at `from`; -1 where there is none. */
function closing(units: readonly Unit[], from: number): number {
  for (let at = from + 2; at < units.length; at++) {
    if (units[at] === units[from] && !isSpace(units[at - 1]) && !isWord(units[at + 1])) return at;
  }
  return -1;
}

function isWord(unit: Unit | undefined): boolean {
  return typeof unit === 'string' && /[\p{L}\p{N}]/u.test(unit);
}

function isSpace(unit: Unit | undefined): boolean {
  return unit === undefined || (typeof unit === 'string' && /\s/.test(unit));
}
