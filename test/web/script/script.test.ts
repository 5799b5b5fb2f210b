import { once } from 'node:events';
import { request } from 'node:http';
import { brotliCompressSync, brotliDecompressSync, gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundle } from '../../../esbuild.config.ts';
import { formatMoney } from '../../../src/domain/money.ts';
import { formatAmount } from '../../../src/embed/money.ts';
import { createLogger } from '../../../src/logger.ts';
import { assemblePages } from '../../../src/web/assemble.ts';
import { script } from '../../../src/web/plugin/generated/script.ts';
import { scriptRoutes } from '../../../src/web/plugin/script.ts';
import { type RunningServer, startServer } from '../../../src/web/server.ts';

const log = createLogger('info', { write: () => {} });
let server: RunningServer;

beforeAll(async () => {
  server = await startServer({
    port: 0,
    host: '127.0.0.1',
    pages: assemblePages([scriptRoutes()], log),
    log,
  });
});
afterAll(() => server?.stop());

/** As it goes over the wire: fetch would open what is compressed. */
async function get(headers: Record<string, string> = {}, method = 'GET') {
  const asked = request({
    host: '127.0.0.1',
    port: server.port,
    path: '/plugin/v1.js',
    method,
    headers,
  }).end();
  const [response] = await once(asked, 'response');
  const parts: Buffer[] = [];
  for await (const part of response) parts.push(part);
  return {
    status: response.statusCode as number,
    headers: response.headers as Record<string, string>,
    body: Buffer.concat(parts),
  };
}

describe('the script for websites', () => {
  it('is under 15 kB, compressed either way', () => {
    expect(gzipSync(script).length).toBeLessThan(15_000);
    expect(brotliCompressSync(script).length).toBeLessThan(15_000);
  });

  it('is made of our own files alone', async () => {
    const inputs = await bundle();
    expect(inputs.length).toBeGreaterThan(20);
    expect(inputs.filter((file) => !/^src\/(embed|domain\/tickets\/markup)\//.test(file))).toEqual([]);
  });

  it('does nothing that a strict policy or trusted types forbid', () => {
    expect(script).not.toMatch(
      /\beval\b|new Function|\bFunction\(|innerHTML|outerHTML|insertAdjacentHTML|document\.write|srcdoc/,
    );
    expect(script).not.toMatch(/createElement\("script"\)|import\(|\.cookie\b/);
    // Of other places it knows none: the namespace of SVG is no address that is asked.
    expect([...new Set(script.match(/https?:\/\/[\w.]+/g))]).toEqual(['http://www.w3.org']);
  });

  it('may be loaded by every website, and is asked for again after some minutes', async () => {
    const { status, headers, body } = await get();
    expect([status, body.toString()]).toEqual([200, script]);
    expect(headers).toMatchObject({
      'content-type': 'text/javascript; charset=utf-8',
      'access-control-allow-origin': '*',
      'cross-origin-resource-policy': 'cross-origin',
      'x-content-type-options': 'nosniff',
      'cache-control': 'public, max-age=300',
      vary: 'Accept-Encoding',
    });
  });

  it.each([
    ['br', 'gzip, deflate, br', brotliDecompressSync],
    ['gzip', 'gzip;q=0.5, br;q=0', gunzipSync],
  ] as const)('comes as %s to who takes "%s"', async (encoding, accepted, open) => {
    const { headers, body } = await get({ 'accept-encoding': accepted });
    expect(headers).toMatchObject({ 'content-encoding': encoding, 'content-length': String(body.length) });
    expect(body.length).toBeLessThan(15_000);
    expect(open(body).toString()).toBe(script);
  });

  it('is not sent again to who has it', async () => {
    const { etag = '' } = (await get()).headers;
    const again = await get({ 'if-none-match': `"other", ${etag}`, 'accept-encoding': 'br' });
    expect([again.status, again.body.length]).toEqual([304, 0]);
    expect((await get({ 'if-none-match': '"other"' })).status).toBe(200);
    const head = await get({}, 'HEAD');
    expect([head.status, head.body.length]).toEqual([200, 0]);
  });
});

it.each([
  [1797, 'gbp'],
  [500, 'jpy'],
  [500, 'isk'],
  [17_500, 'huf'],
  [17_550, 'huf'],
  [1230, 'kwd'],
  [100, 'ugx'],
  [123_456, 'eur'],
] as const)('an amount of %i in %s reads on websites as it does in Slack', (amount, currency) => {
  expect(formatAmount(amount, currency, 'en-GB').replace(/\.00$/, '')).toBe(
    formatMoney(amount, currency).replace(/\.00$/, ''),
  );
});
