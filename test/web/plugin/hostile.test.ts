import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openWorld, type TestWorld } from '../../setup/desk.ts';
import { openWebsite, ticketForm, type Website } from './website.ts';

let world: TestWorld;
let shop: Website;
let other: Website;
beforeAll(async () => {
  world = await openWorld();
  shop = await openWebsite(world);
  other = await openWebsite(world, { host: 'other.example.com', name: 'Other Support' });
});
afterAll(() => world?.stop());

/** UTF-16 as it comes: NUL, controls, halves of surrogate pairs. */
const anyText = fc.string({
  unit: fc.integer({ min: 0, max: 0xffff }).map((code) => String.fromCharCode(code)),
});
const anything = fc.oneof(
  anyText,
  fc.jsonValue(),
  fc.constantFrom('\0', '\ud800', '\u202e', '', '__proto__'),
);
const anyForm = fc.record(
  {
    title: fc.oneof(fc.constant('A title'), anything),
    description: fc.oneof(fc.constant('Some words'), anything),
    requester: fc.oneof(
      fc.constant({ email: 'cara@customer.example' }),
      fc.record({ name: anything, email: fc.oneof(fc.emailAddress(), anything) }),
      anything,
    ),
    attachments: fc.oneof(
      fc.array(fc.record({ name: anything, content: fc.oneof(fc.base64String(), anything) })),
      anything,
    ),
    website: fc.oneof(fc.constant(''), anything),
    ['__proto__']: anything,
  },
  { requiredKeys: [] },
);

describe('whatever is sent', () => {
  it('in a form is taken or refused, and never fails', async () => {
    const bearer = await shop.addSecret();
    await fc.assert(
      fc.asyncProperty(anyForm, async (form) => {
        const { status, body } = await shop.ask('/tickets', { origin: null, key: null, bearer, body: form });
        expect([201, 400, 429]).toContain(status);
        if (status === 400) expect(body.code).not.toBe('');
      }),
      { numRuns: 200 },
    );
  });

  it('as a body of any bytes is refused, and never fails', async () => {
    const bearer = await shop.addSecret();
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), async (bytes) => {
        const { status } = await shop.ask('/tickets', { origin: null, key: null, bearer, body: bytes });
        expect(status).toBe(400);
      }),
      { numRuns: 100 },
    );
  });

  it('in the headers and the address is refused, and never fails', async () => {
    // What a client can send at all: Latin-1 without controls.
    const code = fc.integer({ min: 0x20, max: 0xff }).filter((each) => each !== 0x7f);
    const header = fc.string({ unit: code.map((each) => String.fromCharCode(each)) });
    await fc.assert(
      fc.asyncProperty(header, header, header, anyText, async (origin, bearer, idempotencyKey, key) => {
        const headers = { 'idempotency-key': idempotencyKey, 'x-forwarded-for': origin };
        const asked = { origin, bearer, headers, body: ticketForm() };
        for (const named of [key, shop.key]) {
          const { status } = await shop.ask('/tickets', { ...asked, key: named });
          expect([400, 401, 403]).toContain(status);
        }
      }),
      { numRuns: 100 },
    );
  });

  it.each([
    '',
    '/',
    '/tickets/%00',
    '/tickets/%E0%A4%A',
    '/tickets/..%2f..%2f',
    '/tickets/%ff/messages',
    '//tickets',
    '/TICKETS',
    '/tickets/',
    '/payments/%00',
    '/openapi.json/',
    `/${'x'.repeat(5000)}`,
  ])('at %j is JSON, and never fails', async (path) => {
    for (const method of ['GET', 'POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS']) {
      const address = `${world.url}/plugin/v1${path}?key=${shop.key}`;
      const headers = { origin: shop.origin, accept: 'text/html' };
      const { status, headers: told } = await fetch(address, { method, headers });
      expect(status, method).toBeLessThan(500);
      if (status >= 400) expect(told.get('content-type'), method).toBe('application/problem+json');
    }
  });
});

describe('another organization', () => {
  it('sees and answers no conversation but its own, also with its own key from its own website', async () => {
    const { body } = await shop.ask('/tickets', { bearer: await shop.session(), body: ticketForm() });
    const { ticket, token } = body as { ticket: { id: string }; token: string };
    const theirs = await other.ask('/tickets', { bearer: await other.session(), body: ticketForm() });
    const before = await world.context.database.ticketMessage.count();
    const tries = [
      { path: `/tickets/${ticket.id}`, bearer: token },
      { path: `/tickets/${ticket.id}`, bearer: String(theirs.body.token) },
      { path: `/tickets/${ticket.id}/messages`, bearer: token, body: { text: 'Mine.' } },
      { path: `/tickets/${ticket.id}/events`, bearer: String(theirs.body.token) },
      { path: `/tickets/${ticket.id}`, bearer: await other.session() },
      { path: `/tickets/${ticket.id}`, bearer: await other.addSecret() },
    ];
    for (const { path, ...asked } of tries) {
      const { status, body: answer } = await other.ask(path, asked);
      expect([401, 404], path).toContain(status);
      expect(JSON.stringify(answer)).not.toContain('kettle');
    }
    expect(await world.context.database.ticketMessage.count()).toBe(before);
    expect((await shop.ask(`/tickets/${ticket.id}`, { bearer: token })).status).toBe(200);
  });
});
