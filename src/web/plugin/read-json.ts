import type { MiddlewareHandler } from 'hono';
import type { PluginEnv } from './api.ts';
import { Problem } from './problems.ts';

/** No body of ours is deeper than three; a deep one would only cost. */
const DEEPEST = 8;

/**
 * Reads the body when it is asked for as JSON, once, and strictly: UTF-8, one value, no name twice in an object, not deep. What
 * cannot be read is null to the schema, and `unreadable` says why.
 */
export const strictJson: MiddlewareHandler<PluginEnv> = async (request, next) => {
  const read = async () => {
    try {
      return parseStrictly(await request.req.arrayBuffer());
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      request.set('unreadable', error);
      return null;
    }
  };
  Object.assign(request.req, { json: read });
  await next();
};

/** @throws Problem 400 `json_unreadable`, `json_repeats` or `json_deep`. */
export function parseStrictly(body: ArrayBuffer): unknown {
  const { text, value } = parse(body);
  const { names, deepest } = measure(value);
  if (deepest > DEEPEST) throw new Problem(400, 'json_deep', 'This JSON is nested too deeply.');
  if (namesWritten(text) > names) {
    throw new Problem(400, 'json_repeats', 'A name stands twice in one object of this JSON.');
  }
  return value;
}

function parse(body: ArrayBuffer): { text: string; value: unknown } {
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(body);
    return { text, value: JSON.parse(text) };
  } catch {
    throw new Problem(400, 'json_unreadable', 'The body is not JSON in UTF-8.');
  }
}

/** How many names the objects of a value have, and how deep it is. Without recursion, whatever somebody sends. */
function measure(value: unknown): { names: number; deepest: number } {
  let names = 0;
  let deepest = 0;
  const open: { value: unknown; depth: number }[] = [{ value, depth: 0 }];
  for (let next = open.pop(); next !== undefined && deepest <= DEEPEST; next = open.pop()) {
    const { depth } = next;
    if (typeof next.value !== 'object' || next.value === null) continue;
    deepest = Math.max(deepest, depth + 1);
    if (!Array.isArray(next.value)) names += Object.keys(next.value).length;
    for (const child of Object.values(next.value)) open.push({ value: child, depth: depth + 1 });
  }
  return { names, deepest };
}

/** How many names stand in the text of valid JSON: strings that a colon follows. */
function namesWritten(text: string): number {
  let names = 0;
  for (let start = text.indexOf('"'); start !== -1; ) {
    const end = endOfString(text, start + 1);
    let after = end + 1;
    while (isSpace(text.charCodeAt(after))) after += 1;
    if (text[after] === ':') names += 1;
    start = text.indexOf('"', after);
  }
  return names;
}

/** Where the quote stands that ends a string: one behind an even number of backslashes. */
function endOfString(text: string, from: number): number {
  for (let end = text.indexOf('"', from); ; end = text.indexOf('"', end + 1)) {
    let backslashes = 0;
    while (text[end - 1 - backslashes] === '\\') backslashes += 1;
    if (backslashes % 2 === 0) return end;
  }
}

function isSpace(code: number): boolean {
  return code === 32 || code === 10 || code === 13 || code === 9;
}
