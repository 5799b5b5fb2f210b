import { promisify } from 'node:util';
import { brotliCompress, gzip } from 'node:zlib';
import { Hono, type Context as Request } from 'hono';
import { knowsTag } from '../etag.ts';
import { script, scriptHash } from './generated/script.ts';

export const scriptPath = '/plugin/v1.js';

const encodings = { br: promisify(brotliCompress), gzip: promisify(gzip) } as const;
type Encoding = keyof typeof encodings;

/** Five minutes: as long as a page may run the version before. */
const headers = {
  'content-type': 'text/javascript; charset=utf-8',
  'cache-control': 'public, max-age=300',
  // Weak, since it is the same in every encoding.
  etag: `W/"${scriptHash}"`,
  vary: 'Accept-Encoding',
  // Anybody's page may load it, also one that is isolated or names its hash; it holds nothing of anybody's.
  'access-control-allow-origin': '*',
  'cross-origin-resource-policy': 'cross-origin',
};

/** GET and HEAD /plugin/v1.js: what websites embed and the conversation page runs, compressed where that is understood. */
export function scriptRoutes(): Hono {
  const compressed = new Map<Encoding, Promise<Uint8Array<ArrayBuffer>>>();
  const inEncoding = (encoding: Encoding) => {
    const known =
      compressed.get(encoding) ?? encodings[encoding](script).then((bytes) => new Uint8Array(bytes));
    compressed.set(encoding, known);
    return known;
  };
  return new Hono().get(scriptPath, async (request) => {
    if (knowsTag(request.req.header('if-none-match'), headers.etag)) return request.body(null, 304, headers);
    const encoding = encodingFor(request);
    if (encoding === null) return request.body(script, 200, headers);
    const bytes = await inEncoding(encoding);
    return request.body(bytes, 200, {
      ...headers,
      'content-encoding': encoding,
      'content-length': String(bytes.length),
    });
  });
}

/** The smallest that the browser takes; one that it refuses by `;q=0` is none of them. */
function encodingFor(request: Request): Encoding | null {
  const accepted = (request.req.header('accept-encoding') ?? '')
    .split(',')
    .map((part) => part.trim().toLowerCase())
    .filter((part) => !/;\s*q=0(\.0*)?$/.test(part))
    .map((part) => part.split(';')[0]);
  return (['br', 'gzip'] as const).find((encoding) => accepted.includes(encoding)) ?? null;
}
