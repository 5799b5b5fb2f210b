/** What a JSON text is made of, before anything of it is built. */
export interface JsonShape {
  /** No fewer than there are; an empty array or object may be counted as two. */
  values: number;
  /** Names of objects, each time that one is written. */
  names: number;
  /** Arrays and objects within each other. */
  deepest: number;
}

const [QUOTE, COMMA, COLON, BACKSLASH] = [0x22, 0x2c, 0x3a, 0x5c];
const [ARRAY, ARRAY_END, OBJECT, OBJECT_END] = [0x5b, 0x5d, 0x7b, 0x7d];

/**
 * Looks through a text in UTF-8 once, without keeping anything: a few megabytes of empty objects would become a gigabyte when
 * parsed. Stops where there are more values, or more depth, than `most`, and gives what it has seen until then. What is no JSON
 * has a shape too, and parsing builds no more of it than that.
 */
export function shapeOfJson(text: Uint8Array, most: { values: number; depth: number }): JsonShape {
  const shape = { values: 1, names: 0, deepest: 0 };
  let depth = 0;
  for (let at = 0; at < text.length; at += 1) {
    switch (text[at]) {
      case QUOTE:
        at = endOfString(text, at + 1);
        break;
      case COLON:
        shape.names += 1;
        break;
      case COMMA:
        shape.values += 1;
        break;
      case ARRAY:
      case OBJECT:
        shape.values += 1;
        depth += 1;
        shape.deepest = Math.max(shape.deepest, depth);
        break;
      case ARRAY_END:
      case OBJECT_END:
        depth -= 1;
        break;
    }
    if (shape.values > most.values || shape.deepest > most.depth) break;
  }
  return shape;
}

/** Where the quote stands that ends a string; the end of the text where none does. */
function endOfString(text: Uint8Array, from: number): number {
  for (let at = from; at < text.length; at += 1) {
    if (text[at] === QUOTE) return at;
    if (text[at] === BACKSLASH) at += 1;
  }
  return text.length;
}
