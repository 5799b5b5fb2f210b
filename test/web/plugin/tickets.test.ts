import { type IncomingMessage, request } from 'node:http';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openWorld, type TestWorld } from '../../setup/desk.ts';
import { type AskOptions, openWebsite, ticketForm, type Website } from './website.ts';

let world: TestWorld;
let shop: Website;
let secret: string;
beforeAll(async () => {
  world = await openWorld();
  shop = await openWebsite(world);
  secret = await shop.addSecret();
});
afterAll(() => world?.stop());

/** As the organization's server does, whose address is not counted. */
const send = (body: unknown, options: AskOptions = {}) =>
  shop.ask('/tickets', { origin: null, key: null, bearer: secret, body, ...options });

const ticketsOf = (organizationId = shop.desk.organizationId) =>
  world.context.database.ticket.findMany({
    where: { organizationId },
    include: { requester: true, messages: { include: { attachments: true } } },
    orderBy: { id: 'asc' },
  });

const png = Buffer.concat([
  Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex'),
  Buffer.from('00000001000000010806000000', 'hex'),
  Buffer.alloc(64),
]);
const file = (name: string, bytes: Uint8Array) => ({ name, content: Buffer.from(bytes).toString('base64') });

describe('a ticket from a website', () => {
  it('is a ticket of the organization, whose card appears in the support channel and whose customer is told', async () => {
    const { teamId } = shop.desk;
    const channel = await world.slack.addChannel(teamId, { name: 'support', bot: true });
    await world.context.database.organization.update({
      where: { id: shop.desk.organizationId },
      data: { supportChannelId: channel },
    });
    const requester = { name: 'Cara Customer', email: 'Cara.First@Customer.example' };
    const { status, body, headers } = await shop.ask('/tickets', {
      bearer: await shop.session(),
      body: {
        title: ' The kettle  leaks ',
        description: 'At the handle.\r\nSince Monday.',
        requester,
        website: '',
      },
    });
    expect(status).toBe(201);
    const { ticket, token, url } = body as never as {
      ticket: { id: string; number: string };
      token: string;
      url: string;
    };
    expect(ticket).toEqual({
      id: expect.any(String),
      number: 'TKT-001',
      title: 'The kettle leaks',
      status: 'open',
      organization: { name: 'Harbour Support' },
    });
    expect(url).toBe(`${world.config.PUBLIC_URL}/t/${token}`);
    expect(headers.get('cache-control')).toBe('no-store');
    const [stored] = await ticketsOf();
    expect(stored).toMatchObject({ id: ticket.id, title: 'The kettle leaks', source: 'plugin' });
    expect(stored).toMatchObject({
      requesterName: 'Cara Customer',
      requester: { email: 'cara.first@customer.example' },
    });
    expect(stored?.messages[0]?.text).toBe('At the handle.\nSince Monday.');
    await world.settle();
    const posted = JSON.stringify(await world.slack.messages(teamId, channel));
    for (const words of ['TKT-001', 'The kettle leaks', 'Since Monday.', 'Cara Customer']) {
      expect(posted).toContain(words);
    }
    const mail = world.mail.mailbox('cara.first@customer.example').at(-1);
    expect(mail?.subject).toBe('[TKT-001] Your message to Harbour Support');
    expect(mail?.text).toContain(url);
    // Nobody has proven the address: it is mailed nothing that a browser sent.
    for (const words of ['kettle', 'Cara', 'Monday']) {
      expect(`${mail?.text}${mail?.html}`).not.toContain(words);
    }
    await send(ticketForm({ requester: { name: 'Dora', email: 'dora@customer.example' } }));
    await world.settle();
    const fromServer = world.mail.mailbox('dora@customer.example').at(-1);
    expect(fromServer?.subject).toBe('[TKT-002] The kettle leaks');
    expect(fromServer?.text).toContain('Hello Dora,');
  });

  it('takes nothing of the organization’s from the body', async () => {
    const other = await openWebsite(world, { host: 'elsewhere.example.com' });
    for (const [field, value] of Object.entries({
      organizationId: other.desk.organizationId,
      priority: 'urgent',
      status: 'closed',
      number: 7,
      categoryId: world.context.newId(),
      assigneeId: world.context.newId(),
      source: 'slack',
    })) {
      const { status, body } = await send(ticketForm({ [field]: value }));
      expect([status, body.errors]).toEqual([400, [{ field, detail: 'There is no such field.' }]]);
    }
    expect(await ticketsOf(other.desk.organizationId)).toEqual([]);
  });

  it('is kept without a seat and without a subscription', async () => {
    const lapsed = await openWebsite(world, { host: 'lapsed.example.com' });
    await world.context.database.organization.update({
      where: { id: lapsed.desk.organizationId },
      data: { seatsPurchased: 0, subscriptionStatus: 'canceled', subscriptionId: 'sub_lapsed' },
    });
    const { status } = await lapsed.ask('/tickets', { bearer: await lapsed.session(), body: ticketForm() });
    expect(status).toBe(201);
  });
});

describe('every input that cannot be taken is named', () => {
  const requester = { email: 'cara@customer.example' };
  const cases: [string, unknown, string[]][] = [
    ['no title', ticketForm({ title: undefined }), ['title']],
    ['an empty title', ticketForm({ title: ' \n ' }), ['title']],
    ['a title of 151 characters', ticketForm({ title: 'x'.repeat(151) }), ['title']],
    ['a title that is a number', ticketForm({ title: 7 }), ['title']],
    ['a title of two lines', ticketForm({ title: 'a\nb' }), ['title']],
    ['NUL in the title', ticketForm({ title: 'a\0b' }), ['title']],
    ['half a surrogate pair in the title', ticketForm({ title: 'a\ud800b' }), ['title']],
    ['a title that turns around', ticketForm({ title: 'a\u202eb' }), ['title']],
    ['no description', ticketForm({ description: '' }), ['description']],
    ['a description of 10,001 characters', ticketForm({ description: 'x'.repeat(10_001) }), ['description']],
    ['NUL in the description', ticketForm({ description: '\0' }), ['description']],
    ['half a surrogate pair in the description', ticketForm({ description: '\udfff' }), ['description']],
    ['no requester', ticketForm({ requester: undefined }), ['requester']],
    ['a requester that is an array', ticketForm({ requester: [] }), ['requester']],
    ['a requester that is null', ticketForm({ requester: null }), ['requester']],
    ['no address', ticketForm({ requester: { name: 'Cara' } }), ['requester.email']],
    ['no e-mail address', ticketForm({ requester: { email: 'cara' } }), ['requester.email']],
    ['two addresses', ticketForm({ requester: { email: 'a@b.example, c@d.example' } }), ['requester.email']],
    [
      'a header in the address',
      ticketForm({ requester: { email: 'a@b.example\r\nBcc: c@d.example' } }),
      ['requester.email'],
    ],
    ['NUL in the address', ticketForm({ requester: { email: 'a\0@b.example' } }), ['requester.email']],
    [
      'a long address',
      ticketForm({ requester: { email: `${'a'.repeat(250)}@b.example` } }),
      ['requester.email'],
    ],
    [
      'a name of 81 characters',
      ticketForm({ requester: { ...requester, name: 'x'.repeat(81) } }),
      ['requester.name'],
    ],
    [
      'a line break in the name',
      ticketForm({ requester: { ...requester, name: 'a\r\nb' } }),
      ['requester.name'],
    ],
    ['an unknown field below', ticketForm({ requester: { ...requester, admin: true } }), ['requester.admin']],
    ['the honeypot filled', ticketForm({ website: 'https://spam.example' }), ['website']],
    ['several at once', { title: 1, x: 2 }, ['title', 'description', 'requester', 'x']],
    ['attachments that are none', ticketForm({ attachments: 'all' }), ['attachments']],
    [
      'six attachments',
      ticketForm({ attachments: Array.from({ length: 6 }, () => file('a.png', png)) }),
      ['attachments'],
    ],
    [
      'an attachment without a name',
      ticketForm({ attachments: [{ content: 'AA==' }] }),
      ['attachments.0.name'],
    ],
    [
      'an attachment that is no base64',
      ticketForm({ attachments: [file('a.png', png), { name: 'b', content: 'not base64!' }] }),
      ['attachments.1.content'],
    ],
    [
      'an attachment in base64 without its end',
      ticketForm({ attachments: [{ name: 'a', content: 'AAA' }] }),
      ['attachments.0.content'],
    ],
    [
      'a script behind a picture’s name',
      ticketForm({ attachments: [file('a.png', Buffer.from('<svg onload="x()"/>'))] }),
      ['attachments.0.content'],
    ],
    [
      'an attachment of 10 MiB and a byte',
      ticketForm({ attachments: [file('a.png', Buffer.concat([png, Buffer.alloc(10 * 1024 * 1024)]))] }),
      ['attachments.0.content'],
    ],
  ];

  it.each(cases)('%s', async (_, body, fields) => {
    const before = await world.context.database.ticket.count();
    const { status, headers, body: answer } = await send(body);
    expect(status).toBe(400);
    expect(headers.get('content-type')).toBe('application/problem+json');
    expect(answer.errors?.map(({ field }) => field).sort()).toEqual([...fields].sort());
    for (const { detail } of answer.errors ?? []) expect(detail).toMatch(/^\p{Lu}.*\.$/u);
    expect(answer).toMatchObject({ title: expect.any(String), status: 400, code: expect.any(String) });
    expect(await world.context.database.ticket.count()).toBe(before);
  });

  it('in the Idempotency-Key', async () => {
    for (const key of ['x'.repeat(256), 'a b', '']) {
      const { status, body } = await send(ticketForm(), { headers: { 'idempotency-key': key } });
      expect([key, status, body.errors?.[0]?.field]).toEqual([key, 400, 'idempotency-key']);
    }
  });
});

describe('a body that is no form of ours', () => {
  const deep = (depth: number) => `${'[{"a":'.repeat(depth)}1${'}]'.repeat(depth)}`;
  const bodies: [string, string | Uint8Array, string][] = [
    ['nothing', '', 'json_unreadable'],
    ['half of it', '{"title": "a"', 'json_unreadable'],
    ['two values', '{} {}', 'json_unreadable'],
    ['NUL', '\0', 'json_unreadable'],
    ['UTF-16', Buffer.from('\ufeff{}', 'utf16le'), 'json_unreadable'],
    ['a byte order mark', Buffer.from('\ufeff{}'), 'json_unreadable'],
    ['Latin-1', Buffer.from('{"title": "caf\u00e9"}', 'latin1'), 'json_unreadable'],
    ['cut UTF-8', Buffer.from([0x22, 0xc3, 0x22]), 'json_unreadable'],
    ['null', 'null', 'invalid'],
    ['an array', '[]', 'invalid'],
    ['an array with a form in it', JSON.stringify([ticketForm()]), 'invalid'],
    ['a string', '"title"', 'invalid'],
    ['a number beyond all', '1e999', 'invalid'],
    ['deep arrays', '['.repeat(200_000) + ']'.repeat(200_000), 'json_deep'],
    ['deep objects', deep(100_000), 'json_deep'],
    ['a name twice', '{"title":"a","title":"b"}', 'json_repeats'],
    ['a name twice, written differently', '{"title":"a","\\u0074itle":"b"}', 'json_repeats'],
    ['a name twice below', '{"requester":{"email":"a@b.example","email":"c@d.example"}}', 'json_repeats'],
    ['a prototype', '{"__proto__":{"title":"a"},"title":"a"}', 'invalid'],
    [
      'a million names',
      `{${Array.from({ length: 300_000 }, (_, index) => `"${index}":1`).join(',')}}`,
      'json_large',
    ],
    ['values of a megabyte', `{"attachments":[${'{},'.repeat(300_000)}{}]}`, 'json_large'],
  ];

  it.each(bodies)('%s', async (_, body, code) => {
    const { status, body: answer } = await send(body);
    expect([status, answer.code]).toEqual([400, code]);
    expect(JSON.stringify(answer).length).toBeLessThan(10_000);
  });

  it('of more than 15 MiB is not read', async () => {
    const { status, body, headers } = await shop.ask('/tickets', {
      bearer: await shop.session(),
      body: JSON.stringify(ticketForm({ description: 'x'.repeat(15 * 1024 * 1024) })),
    });
    expect([status, body.code]).toEqual([413, 'too_large']);
    expect(headers.get('access-control-allow-origin')).toBe(shop.origin);
  });

  it('of more than 64 KiB is read only where files may be in it', async () => {
    const large = 'x'.repeat(64 * 1024);
    for (const [path, asked] of [
      ['/sessions', { body: { purpose: large } }],
      ['/payments', { bearer: await shop.session('payments'), body: { product: large } }],
      ['/nowhere', { body: [large] }],
    ] as const) {
      const { status, body } = await shop.ask(path, asked);
      expect([path, status, body.code]).toEqual([path, 413, 'too_large']);
      expect(body.detail).toContain('64 KiB');
    }
    const { body } = await send(ticketForm());
    const { ticket, token } = body as { ticket: { id: string }; token: string };
    for (const [path, bearer, field] of [
      ['/tickets', secret, 'description'],
      [`/tickets/${ticket.id}/messages`, token, 'text'],
    ] as const) {
      const asked = { origin: null, key: null, bearer, body: { [field]: large } };
      expect([path, (await shop.ask(path, asked)).status]).toEqual([path, 400]);
    }
  });

  it.each([
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=a',
    '',
    'application/jsonp',
    'text/json',
    'application/json; charset=latin1',
    'application/json, text/plain',
  ])('of the type "%s" is none', async (type) => {
    const before = await world.context.database.ticket.count();
    for (const path of ['/tickets', '/sessions', '/payments']) {
      const { status, body } = await shop.ask(path, {
        bearer: path === '/tickets' ? await shop.session() : '',
        body: JSON.stringify(path === '/sessions' ? { purpose: 'tickets' } : ticketForm()),
        headers: { 'content-type': type },
      });
      expect([path, status, body.code]).toEqual([path, 415, 'not_json']);
    }
    expect(await world.context.database.ticket.count()).toBe(before);
  });

  it('that does not say how long it is is not read', async () => {
    const answer = await new Promise<IncomingMessage>((resolve, reject) => {
      const headers = {
        'content-type': 'application/json',
        'transfer-encoding': 'chunked',
        origin: shop.origin,
      };
      const address = `${world.url}/plugin/v1/tickets?key=${shop.key}`;
      request(address, { method: 'POST', headers }, resolve).on('error', reject).end('{}');
    });
    expect([answer.statusCode, JSON.parse(await text(answer)).code]).toEqual([411, 'length_required']);
  });

  it('without a type at all is none', async () => {
    const address = new URL(`/plugin/v1/tickets?key=${shop.key}`, world.url);
    const headers = { origin: shop.origin, authorization: `Bearer ${await shop.session()}` };
    const body = new Blob([JSON.stringify(ticketForm())]);
    const { status } = await fetch(address, { method: 'POST', headers, body });
    expect(status).toBe(415);
  });

  it('is answered with JSON, whatever whoever asks would rather have', async () => {
    for (const path of ['/tickets', '/nothing', '/sessions']) {
      const { headers } = await shop.ask(path, { body: '{', headers: { accept: 'text/html' } });
      expect(headers.get('content-type')).toBe('application/problem+json');
    }
  });
});

describe('attachments', () => {
  it('are kept with the first message, under names that are safe', async () => {
    const { body } = await send(
      ticketForm({ attachments: [file('../../kettle.png', png), file('"a\r\nb".exe', png)] }),
    );
    const { id } = body.ticket as { id: string };
    const kept = await world.context.database.ticketAttachment.findMany({
      where: { ticketId: id },
      orderBy: { id: 'asc' },
    });
    expect(kept.map(({ name, contentType, size }) => [name, contentType, size])).toEqual([
      ['kettle.png', 'image/png', png.length],
      ['_a b_.exe.png', 'image/png', png.length],
    ]);
    expect(Buffer.from(kept[0]?.content ?? []).equals(png)).toBe(true);
  });

  it('of 10 MiB pass', async () => {
    const largest = Buffer.concat([png, Buffer.alloc(10 * 1024 * 1024 - png.length)]);
    expect((await send(ticketForm({ attachments: [file('large.png', largest)] }))).status).toBe(201);
  });
});
