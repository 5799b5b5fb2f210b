import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openWorld, type TestWorld } from '../../setup/desk.ts';
import { type Answer, type AskOptions as Asked, openWebsite, ticketForm, type Website } from './website.ts';

type AskOptions = Asked & { path?: string };

let world: TestWorld;
/** Has shop.example.com on its list, that host alone. */
let shop: Website;
/** Has wide.example.org on its list, with all below it. */
let wide: Website;
/** A name in another script, and a host below a public suffix of its own. */
let kafe: Website;
let pages: Website;

beforeAll(async () => {
  world = await openWorld();
  shop = await openWebsite(world);
  wide = await openWebsite(world, { host: 'wide.example.org', includeSubdomains: true });
  kafe = await openWebsite(world, { host: 'xn--caf-dma.example' });
  pages = await openWebsite(world, { host: 'harbour.github.io' });
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

/** A way in: what a page of `from` asks, with everything that it needs and is good. */
interface Way {
  path: string;
  /** What a listed website is answered. */
  status: number;
  request(site: Website, from: string): Promise<AskOptions> | AskOptions;
}

const ways: Record<string, Way> = {
  preflight: {
    path: '/tickets',
    status: 204,
    request: () => ({
      method: 'OPTIONS',
      headers: {
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'authorization,content-type,idempotency-key',
      },
    }),
  },
  session: { path: '/sessions', status: 201, request: () => ({ body: { purpose: 'payments' } }) },
  ticket: {
    path: '/tickets',
    status: 201,
    request: async (site, from) => ({ bearer: await sessionOf(site, from, 'tickets'), body: ticketForm() }),
  },
  products: { path: '/products', status: 200, request: () => ({}) },
  // Of a product that there is not: it gets as far as looking for it.
  payment: {
    path: '/payments',
    status: 404,
    request: async (site, from) => ({
      bearer: await sessionOf(site, from, 'payments'),
      headers: { 'idempotency-key': world.context.newId() },
      body: {
        product: world.context.newId(),
        email: 'cara@customer.example',
        successUrl: `${site.origin}/thanks`,
        cancelUrl: `${site.origin}/cart`,
      },
    }),
  },
  conversation: {
    path: '/tickets/:id',
    status: 200,
    request: async (site) => {
      const { ticket, token } = await conversationOf(site);
      return { path: `/tickets/${ticket}`, bearer: token };
    },
  },
  // From a revision that there is not, and of what there is not: they get as far as looking.
  events: {
    path: '/tickets/:id/events',
    status: 400,
    request: async (site) => {
      const { ticket, token } = await conversationOf(site);
      return { path: `/tickets/${ticket}/events`, bearer: token, headers: { 'last-event-id': 'x' } };
    },
  },
  attachment: {
    path: '/tickets/:id/attachments/:id',
    status: 404,
    request: async (site) => {
      const { ticket, token } = await conversationOf(site);
      return { path: `/tickets/${ticket}/attachments/${world.context.newId()}`, bearer: token };
    },
  },
  'payment, read': {
    path: '/payments/:id',
    status: 404,
    request: async (site, from) => ({
      path: `/payments/${world.context.newId()}`,
      bearer: await sessionOf(site, from, 'payments'),
    }),
  },
  answer: {
    path: '/tickets/:id',
    status: 201,
    request: async (site) => {
      const { ticket, token } = await conversationOf(site);
      return { path: `/tickets/${ticket}/messages`, bearer: token, body: { text: 'More.' } };
    },
  },
};

async function sessionOf(site: Website, origin: string, purpose: 'tickets' | 'payments') {
  const { body } = await site.ask('/sessions', { origin, body: { purpose } });
  return body.session ?? '';
}

const conversations = new Map<Website, Promise<{ ticket: string; token: string }>>();

/** One for each website. */
function conversationOf(site: Website) {
  const known =
    conversations.get(site) ??
    site.session().then(async (bearer) => {
      const { body } = await site.ask('/tickets', { bearer, body: ticketForm() });
      return { ticket: (body.ticket as { id: string }).id, token: String(body.token) };
    });
  conversations.set(site, known);
  return known;
}

/** Everything that somebody could have done. */
async function done() {
  const { ticket, ticketMessage, payment } = world.context.database;
  return Promise.all([ticket.count(), ticketMessage.count(), payment.count()]);
}

describe.each(Object.entries(ways))('%s', (_, { path, status: expected, request }) => {
  /** Asks with what is good for `from`, as `changed`. */
  async function ask(site: Website, from: string, changed: AskOptions = {}): Promise<Answer> {
    const asked = await request(site, from);
    return site.ask(asked.path ?? path, { ...asked, origin: from, ...changed });
  }

  // Ten minutes lie between them: this is not about how often.
  beforeEach(() => world.advance({ seconds: 601 }));

  it.each(listed)('from %s', async (_, site, origin) => {
    const { status, headers } = await ask(site(), origin);
    expect(status).toBe(expected);
    expect(headers.get('access-control-allow-origin')).toBe(origin);
    expect(headers.get('access-control-allow-credentials')).toBeNull();
    expect(headers.get('vary')).toMatch(/\bOrigin\b/);
  });

  it.each(unlisted)('not from %s, with all that the listed website has', async (_, site, origin) => {
    await conversationOf(site());
    const before = await done();
    const { status, headers, body } = await ask(site(), site().origin, { origin });
    expect([status, body.code]).toEqual([403, 'origin_unlisted']);
    expect(corsHeaders(headers)).toEqual([]);
    expect(headers.get('vary')).toMatch(/\bOrigin\b/);
    expect(await done()).toEqual(before);
  });

  it('not without a key, with one that is none, or with another organization’s', async () => {
    await conversationOf(shop);
    const before = await done();
    for (const key of [null, '', 'odpk_', `odpk_${'A'.repeat(43)}`, `${shop.key}\0`, `${shop.key}A`]) {
      const { status, headers, body } = await ask(shop, shop.origin, { key });
      expect([key, status, body.code]).toEqual([key, 403, 'key_unknown']);
      expect(corsHeaders(headers)).toEqual([]);
    }
    const { status, headers, body } = await ask(shop, shop.origin, { key: wide.key });
    expect([status, body.code]).toEqual([403, 'origin_unlisted']);
    expect(corsHeaders(headers)).toEqual([]);
    expect(await done()).toEqual(before);
  });
});

describe('without an Origin', () => {
  it('there is no session', async () => {
    const { status, body } = await shop.ask('/sessions', { origin: null, body: { purpose: 'tickets' } });
    expect([status, body.code]).toEqual([403, 'origin_missing']);
    expect(body.session).toBeUndefined();
  });

  it.each(['tickets', 'payments'] as const)(
    'a session for %s does nothing, as one that somebody took from a page',
    async (purpose) => {
      const way = ways[purpose === 'tickets' ? 'ticket' : 'payment'] as Way;
      const asked = await way.request(shop, shop.origin);
      const before = await done();
      const { status, body } = await shop.ask(way.path, { ...asked, origin: null });
      expect([status, body.code]).toEqual([403, 'origin_missing']);
      expect(await done()).toEqual(before);
    },
  );
});

describe('the preflight', () => {
  it('allows what the script sends, and for how long', async () => {
    const { headers } = await shop.ask('/tickets', { method: 'OPTIONS' });
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
  const { status, headers } = await shop.ask('/tickets', { bearer: await shop.session(), body: {} });
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
  const asked = { bearer: await shop.session(), body: ticketForm() };
  expect((await shop.ask('/tickets', { origin, ...asked })).status).toBe(403);
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
