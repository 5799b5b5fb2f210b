import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openWorld, type TestWorld } from '../../setup/desk.ts';
import { type Answer, type AskOptions, openWebsite, ticketForm, type Website } from './website.ts';

let world: TestWorld;
/** Has shop.example.com on its list, that host alone. */
let shop: Website;
/** Has wide.example.org on its list, with all below it. */
let wide: Website;
/** A name in another script, and a host below a public suffix of its own. */
let kafe: Website;
let pages: Website;
let session: string;

beforeAll(async () => {
  world = await openWorld();
  shop = await openWebsite(world);
  wide = await openWebsite(world, { host: 'wide.example.org', includeSubdomains: true });
  kafe = await openWebsite(world, { host: 'xn--caf-dma.example' });
  pages = await openWebsite(world, { host: 'harbour.github.io' });
  session = await shop.session();
});
afterAll(() => world?.stop());

const listed: [string, () => Website, string][] = [
  ['the site itself', () => shop, 'https://shop.example.com'],
  ['its www', () => shop, 'https://www.shop.example.com'],
  ['with subdomains: the site itself', () => wide, 'https://wide.example.org'],
  ['with subdomains: one below', () => wide, 'https://eu.wide.example.org'],
  ['with subdomains: two below', () => wide, 'https://a.b.wide.example.org'],
  ['punycode, as a browser writes it', () => kafe, 'https://xn--caf-dma.example'],
  ['a site below a public suffix', () => pages, 'https://harbour.github.io'],
];

const unlisted: [string, () => Website, string][] = [
  ['null, of a sandboxed frame or a file', () => shop, 'null'],
  ['empty', () => shop, ''],
  ['http', () => shop, 'http://shop.example.com'],
  ['another port', () => shop, 'https://shop.example.com:8443'],
  ['the default port, spelt out', () => shop, 'https://shop.example.com:443'],
  ['a trailing dot', () => shop, 'https://shop.example.com.'],
  ['a path', () => shop, 'https://shop.example.com/'],
  ['user information', () => shop, 'https://shop.example.com@evil.example'],
  ['user information of its own', () => shop, 'https://user@shop.example.com'],
  ['upper case', () => shop, 'https://SHOP.example.com'],
  ['upper case in the scheme', () => shop, 'HTTPS://shop.example.com'],
  ['a look-alike in front', () => shop, 'https://evil-shop.example.com'],
  ['a look-alike without a dot', () => shop, 'https://evilshop.example.com'],
  ['a look-alike behind', () => shop, 'https://shop.example.com.evil.example'],
  ['a look-alike in the path', () => shop, 'https://evil.example/shop.example.com'],
  ['a subdomain, which is not switched on', () => shop, 'https://eu.shop.example.com'],
  ['a subdomain of its www', () => shop, 'https://eu.www.shop.example.com'],
  ['the domain above', () => shop, 'https://example.com'],
  ['its public suffix', () => shop, 'https://com'],
  ['another organization’s site', () => shop, 'https://wide.example.org'],
  ['two origins', () => shop, 'https://shop.example.com https://evil.example'],
  ['two origins with a comma', () => shop, 'https://shop.example.com, https://evil.example'],
  ['a star', () => shop, '*'],
  ['no scheme', () => shop, 'shop.example.com'],
  ['another scheme', () => shop, 'ftp://shop.example.com'],
  ['an extension', () => shop, 'chrome-extension://shop.example.com'],
  ['localhost, which is not allowed here', () => shop, 'http://localhost:3000'],
  ['an address', () => shop, 'https://127.0.0.1'],
  ['percent encoding', () => shop, 'https://shop%2eexample.com'],
  ['with subdomains: a look-alike', () => wide, 'https://evil-wide.example.org'],
  ['with subdomains: a look-alike behind', () => wide, 'https://wide.example.org.evil.example'],
  ['with subdomains: http below', () => wide, 'http://eu.wide.example.org'],
  ['with subdomains: the domain above', () => wide, 'https://example.org'],
  ['another script than punycode', () => kafe, 'https://caf%C3%A9.example'],
  ['what looks like the punycode', () => kafe, 'https://cafe.example'],
  ['another site below the public suffix', () => pages, 'https://evil.github.io'],
  ['the public suffix', () => pages, 'https://github.io'],
];

/** Every way in, as a page of `origin` would take it, with a session that is good for its own website. */
const ways: [string, (site: Website, origin: string | null) => Promise<Answer>][] = [
  ['preflight', (site, origin) => preflight(site, { origin })],
  ['session', (site, origin) => site.ask('/sessions', { origin, body: { purpose: 'tickets' } })],
  ['ticket', async (site, origin) => site.ask('/tickets', { origin, ...(await good(site)) })],
];

async function good(site: Website): Promise<AskOptions> {
  return { bearer: site === shop ? session : await site.session(), body: ticketForm() };
}

function preflight(site: Website, options: AskOptions = {}): Promise<Answer> {
  const headers = {
    'access-control-request-method': 'POST',
    'access-control-request-headers': 'authorization,content-type,idempotency-key',
  };
  return site.ask('/tickets', { method: 'OPTIONS', headers, ...options });
}

const opened = () => world.context.database.ticket.count();

describe.each(ways)('%s', (way, ask) => {
  it.each(listed)('from %s', async (_, site, origin) => {
    const from = site();
    // A session is its own origin's.
    const { body } = await from.ask('/sessions', { origin, body: { purpose: 'tickets' } });
    const { status, headers } =
      way === 'ticket'
        ? await from.ask('/tickets', { origin, bearer: body.session ?? '', body: ticketForm() })
        : await ask(from, origin);
    expect(status).toBe(way === 'preflight' ? 204 : 201);
    expect(headers.get('access-control-allow-origin')).toBe(origin);
    expect(headers.get('access-control-allow-credentials')).toBeNull();
    expect(headers.get('vary')).toMatch(/\bOrigin\b/);
  });

  it.each(unlisted)('not from %s', async (_, site, origin) => {
    const before = await opened();
    const { status, headers, body } = await ask(site(), origin);
    expect([status, body.code]).toEqual([403, 'origin_unlisted']);
    expect(corsHeaders(headers)).toEqual([]);
    expect(headers.get('vary')).toMatch(/\bOrigin\b/);
    expect(await opened()).toBe(before);
  });

  it('not without a key, with one that is none, or with another organization’s', async () => {
    const before = await opened();
    for (const key of [null, '', 'odpk_', `odpk_${'A'.repeat(43)}`, `${shop.key}\0`, `${shop.key}A`]) {
      const { status, headers, body } = await shop.ask(way === 'session' ? '/sessions' : '/tickets', {
        ...(way === 'preflight' ? { method: 'OPTIONS' } : await good(shop)),
        ...(way === 'session' && { body: { purpose: 'tickets' } }),
        key,
      });
      expect([key, status, body.code]).toEqual([key, 403, 'key_unknown']);
      expect(corsHeaders(headers)).toEqual([]);
    }
    const { status, headers } = await ask(
      { ...shop, ask: (path, asked) => shop.ask(path, { ...asked, key: wide.key }) },
      shop.origin,
    );
    expect(status).toBe(403);
    expect(corsHeaders(headers)).toEqual([]);
    expect(await opened()).toBe(before);
  });
});

describe('without an Origin', () => {
  it('there is no session', async () => {
    const { status, body } = await shop.ask('/sessions', { origin: null, body: { purpose: 'tickets' } });
    expect([status, body.code]).toEqual([403, 'origin_missing']);
    expect(body.session).toBeUndefined();
  });

  it('a session opens nothing, as one that somebody took from a page', async () => {
    const before = await opened();
    const { status, body } = await shop.ask('/tickets', { origin: null, ...(await good(shop)) });
    expect([status, body.code]).toEqual([403, 'origin_missing']);
    expect(await opened()).toBe(before);
  });
});

describe('the preflight', () => {
  it('allows what the script sends, and for how long', async () => {
    const { headers } = await preflight(shop);
    const allowed = (name: string) => (headers.get(name) ?? '').toLowerCase().split(/ *, */).sort();
    expect(allowed('access-control-allow-methods')).toEqual(['get', 'head', 'post']);
    expect(allowed('access-control-allow-headers')).toEqual([
      'authorization',
      'content-type',
      'idempotency-key',
      'last-event-id',
    ]);
    expect(Number(headers.get('access-control-max-age'))).toBeGreaterThan(0);
  });
});

it('lets a listed page read what was refused', async () => {
  const { status, headers } = await shop.ask('/tickets', { bearer: session, body: {} });
  expect(status).toBe(400);
  expect(headers.get('access-control-allow-origin')).toBe(shop.origin);
  expect(headers.get('access-control-expose-headers')).toMatch(/Retry-After/i);
  expect(headers.get('vary')).toMatch(/\bOrigin\b/);
  const nothing = await shop.ask('/nothing');
  expect([nothing.status, nothing.body.code]).toEqual([404, 'no_route']);
  expect(nothing.headers.get('access-control-allow-origin')).toBe(shop.origin);
});

it('gives our own pages no session and no ticket of an organization that did not list them', async () => {
  const origin = world.url;
  expect((await shop.ask('/sessions', { origin, body: { purpose: 'tickets' } })).status).toBe(403);
  expect((await shop.ask('/tickets', { origin, ...(await good(shop)) })).status).toBe(403);
});

describe('with ALLOW_LOCALHOST', () => {
  let local: TestWorld;
  let site: Website;
  beforeAll(async () => {
    local = await openWorld({ ALLOW_LOCALHOST: 'yes' });
    site = await openWebsite(local, { host: 'localhost' });
  });
  afterAll(() => local?.stop());

  it.each(['http://localhost:5173', 'https://localhost', 'http://localhost'])(
    '%s is listed',
    async (origin) => {
      const { status } = await site.ask('/sessions', { origin, body: { purpose: 'tickets' } });
      expect(status).toBe(201);
    },
  );

  it.each(['http://127.0.0.1:5173', 'http://evil.localhost', 'http://localhost.evil.example'])(
    '%s is not',
    async (origin) => {
      const { status } = await site.ask('/sessions', { origin, body: { purpose: 'tickets' } });
      expect(status).toBe(403);
    },
  );
});

function corsHeaders(headers: Headers): string[] {
  return [...headers.keys()].filter((name) => name.startsWith('access-control-'));
}
