import type { MiddlewareHandler } from 'hono';
import { shapeOfJson } from '../json-shape.ts';
import type { PluginEnv } from './api.ts';
import { Problem } from './problems.ts';

/** No body of ours is deeper than three, nor has more than twenty values: what is beyond would only cost. */
const MOST = { values: 1_000, depth: 8 };

/**
 * Reads the body when it is asked for as JSON, once, and strictly: UTF-8, one value, no name twice in an object, neither deep nor
 * of many values. What cannot be read is null to the schema, and `unreadable` says why.
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

/** @throws Problem 400 `json_unreadable`, `json_repeats`, `json_deep` or `json_large`. */
export function parseStrictly(body: ArrayBuffer): unknown {
  const { values, names, deepest } = shapeOfJson(new Uint8Array(body), MOST);
  if (deepest > MOST.depth) throw new Problem(400, 'json_deep', 'This JSON is nested too deeply.');
  if (values > MOST.values) {
    throw new Problem(400, 'json_large', 'This JSON has more values than anything that is taken here.');
  }
  const value = parse(body);
  if (names > namesKept(value)) {
    throw new Problem(400, 'json_repeats', 'A name stands twice in one object of this JSON.');
  }
  return value;
}

function parse(body: ArrayBuffer): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(body));
  } catch {
    throw new Problem(400, 'json_unreadable', 'The body is not JSON in UTF-8.');
  }
}

/** How many names the objects of a value have, which is no deeper than MOST. */
function namesKept(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  const own = Array.isArray(value) ? 0 : Object.keys(value).length;
  return Object.values(value).reduce<number>((names, child) => names + namesKept(child), own);
}
