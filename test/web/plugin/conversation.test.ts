import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { recordNote } from '../../../src/domain/tickets/say/record-note.ts';
import { setStatus } from '../../../src/domain/tickets/set-status.ts';
import { openWorld, type TestWorld } from '../../setup/desk.ts';
import { type Customer, openCustomer } from './customer.ts';
import { openWebsite, ticketForm, type Website } from './website.ts';

let world: TestWorld;
let site: Website;
let other: Website;
let customer: Customer;

beforeAll(async () => {
  world = await openWorld();
  site = await openWebsite(world);
  other = await openWebsite(world, { host: 'rival.example.com', name: 'Rival' });
});
afterAll(async () => {
  // Whatever was asked and refused here: no token got into the log.
  expect(JSON.stringify(world.logged)).not.toContain('odt_');
  expect(world.logged.filter(({ level }) => level === 'error')).toEqual([]);
  await world.stop();
});
beforeEach(async () => {
  await world.context.database.rateLimit.deleteMany();
  customer = await openCustomer(world, site);
});

const setTo = (status: string, of = customer) =>
  setStatus(world.context, of.agent, { ticketId: of.ticketId, status });
const rows = (ticketId = customer.ticketId) =>
  world.context.database.ticketMessage.findMany({ where: { ticketId }, orderBy: { id: 'asc' } });

describe('reading a conversation', () => {
  it('gives the ticket and what was said, and nobody’s address', async () => {
    await customer.reply('Have you *tried* <https://help.example/x|our page>?');
    const { status, body, headers } = await customer.ask();
    expect(status).toBe(200);
    expect(headers.get('cache-control')).toBe('no-store');
    expect(body).toEqual({
      ticket: {
        id: customer.ticketId,
        number: customer.number,
        title: 'The kettle leaks',
        status: 'open',
        organization: { name: 'Harbour Support' },
        requester: { name: 'Cara Customer' },
      },
      messages: [
        expect.objectContaining({
          author: { kind: 'customer', name: 'Cara Customer' },
          text: 'Since Monday, at the handle.',
          revision: 0,
          editedAt: null,
          attachments: [],
        }),
        expect.objectContaining({
          author: { kind: 'agent', name: 'Olivia Owner' },
          text: 'Have you *tried* our page (https://help.example/x)?',
          content: [{ kind: 'paragraph', children: expect.any(Array) }],
          revision: 1,
        }),
      ],
      earlier: null,
      revision: 1,
    });
    expect(JSON.stringify(body)).not.toMatch(/@|odt_/);
  });

  it('opens to its own token alone', async () => {
    const stranger = await openCustomer(world, site);
    const session = await site.session();
    const secret = await site.addSecret();
    const asked = async (bearer?: string, path = '') => {
      const { status, body } = await site.ask(`/tickets/${customer.ticketId}${path}`, {
        ...(bearer !== undefined && { bearer }),
      });
      return [status, body.code];
    };
    for (const path of ['', '/events', '/attachments/x']) {
      expect(await asked(stranger.token, path)).toEqual([404, 'ticket_unknown']);
      expect(await asked(undefined, path)).toEqual([401, 'conversation_token']);
      for (const bearer of ['odt_', session, customer.token.replace(/.$/, '!'), `${customer.token}A`]) {
        expect(await asked(bearer, path)).toEqual([401, 'conversation_token']);
      }
    }
    const fromServer = await site.ask(`/tickets/${customer.ticketId}`, { bearer: secret, origin: null });
    expect(fromServer.status).toBe(401);
    expect(fromServer.headers.get('www-authenticate')).toBe('Bearer');
    for (const id of ['x', '..', customer.ticketId.toUpperCase(), customer.ticketId.replace(/.$/, '')]) {
      const { status } = await site.ask(`/tickets/${encodeURIComponent(id)}`, { bearer: customer.token });
      expect(status).toBe(404);
    }
    const theirs = await site.ask(`/tickets/${customer.ticketId}/messages`, {
      bearer: stranger.token,
      body: { text: 'I am not Cara' },
    });
    expect(theirs.status).toBe(404);
    expect(await rows()).toHaveLength(1);
  });

  it('is for listed websites, our own page and servers; for no other website, and no other organization’s', async () => {
    const path = `/tickets/${customer.ticketId}`;
    const bearer = customer.token;
    const listed = await site.ask(path, { bearer });
    expect([listed.status, listed.headers.get('access-control-allow-origin')]).toEqual([200, site.origin]);
    const own = await site.ask(path, { bearer, key: null, origin: world.config.PUBLIC_URL });
    expect(own.status).toBe(200);
    expect((await site.ask(path, { bearer, key: null, origin: null })).status).toBe(200);
    for (const origin of ['https://evil.example', 'null', 'http://shop.example.com']) {
      const unlisted = await site.ask(path, { bearer, origin });
      expect([unlisted.status, unlisted.headers.get('access-control-allow-origin')]).toEqual([403, null]);
    }
    expect((await site.ask(path, { bearer, key: null })).status).toBe(403);
    const rival = await other.ask(path, { bearer });
    expect([rival.status, rival.body.code]).toEqual([404, 'ticket_unknown']);
    for (const each of [listed, own, rival]) expect(each.headers.get('vary')).toMatch(/origin/i);
    const preflight = await site.ask(`${path}/events`, {
      method: 'OPTIONS',
      headers: {
        'access-control-request-method': 'GET',
        'access-control-request-headers': 'authorization,last-event-id',
      },
    });
    expect(preflight.headers.get('access-control-allow-headers')).toMatch(/last-event-id/i);
  });

  it('is done page by page from its end, however long it is', async () => {
    const { requesterId } = await world.context.database.ticket.findUniqueOrThrow({
      where: { id: customer.ticketId },
    });
    await world.context.database.ticketMessage.createMany({
      data: Array.from({ length: 120 }, (_, index) => ({
        id: world.context.newId(),
        ticketId: customer.ticketId,
        customerId: requesterId,
        text: `Line ${index}`,
        createdAt: world.context.now(),
      })),
    });
    const newest = await customer.read();
    expect(newest.messages).toHaveLength(50);
    expect(newest.messages.at(-1)?.text).toBe('Line 119');
    expect(newest.revision).toBe(120);
    const all = [...newest.messages];
    for (let { earlier } = newest; earlier !== null; ) {
      const page = await customer.read(`?limit=40&before=${earlier}`);
      all.unshift(...page.messages);
      earlier = page.earlier;
    }
    const texts = Array.from({ length: 120 }, (_, index) => `Line ${index}`);
    expect(all.map(({ text }) => text)).toEqual(['Since Monday, at the handle.', ...texts]);
    for (const query of ['?limit=0', '?limit=101', '?limit=x', '?before=x']) {
      const { status, body } = await customer.ask(query);
      expect([status, body.errors?.[0]?.field]).toEqual([400, query.slice(1, query.indexOf('='))]);
    }
  });

  it('shows no internal note, on no way', async () => {
    const { ticketId, agent } = customer;
    const watching = await customer.watch('0');
    await recordNote(world.context, agent, { ticketId, slackTs: null, text: 'SECRET by button' });
    await recordNote(world.context, agent, { ticketId, slackTs: '1763888499.000001', text: 'note: SECRET' });
    await customer.reply('Hello');
    await watching.until(1);
    const page = await fetch(`${world.url}/t/${customer.token}`);
    const seen = [await customer.read(), watching.events, await page.text()];
    expect(JSON.stringify(seen)).not.toContain('SECRET');
    expect(JSON.stringify(seen[2])).toContain('Hello');
    watching.close();
  });

  it('ends with the ticket', async () => {
    await world.context.database.ticket.delete({ where: { id: customer.ticketId } });
    const { status, body } = await customer.ask();
    expect([status, body.code]).toEqual([404, 'ticket_unknown']);
    expect((await customer.answer('Hello?')).status).toBe(404);
  });
});

describe('answering', () => {
  it('keeps the words for the thread, opens a resolved ticket again, and gives the message', async () => {
    await setTo('resolved');
    const { status, body } = await customer.answer('  It still leaks.\r\nThere too. ');
    expect(status).toBe(201);
    expect(body).toMatchObject({
      ticket: { id: customer.ticketId, status: 'open' },
      token: customer.token,
      url: `${world.config.PUBLIC_URL}/t/${customer.token}`,
      message: { author: { kind: 'customer' }, text: 'It still leaks.\nThere too.', revision: 2 },
      continued: false,
    });
    const [, kept] = await rows();
    const line = await world.context.database.threadPost.findFirst({ where: { subjectId: kept?.id ?? '' } });
    expect(line?.kind).toBe('message');
  });

  it('goes on in a new ticket where the asked one is closed', async () => {
    await setTo('closed');
    const { body } = await customer.answer('It leaks again.', {}, { 'idempotency-key': 'again' });
    const { ticket, token } = body as unknown as { ticket: { id: string }; token: string };
    expect(body).toMatchObject({ continued: true, message: { text: 'It leaks again.' } });
    expect(ticket.id).not.toBe(customer.ticketId);
    expect((await site.ask(`/tickets/${ticket.id}`, { bearer: token })).status).toBe(200);
    expect((await site.ask(`/tickets/${ticket.id}`, { bearer: customer.token })).status).toBe(404);
    const again = await customer.answer('It leaks again.', {}, { 'idempotency-key': 'again' });
    expect(again.headers.get('idempotent-replayed')).toBe('true');
    expect(again.body).toEqual(body);
    expect(await rows()).toHaveLength(1);
  });

  it('does it once under one key, from wherever it is asked at once, and not for other words', async () => {
    const key = { 'idempotency-key': 'a-key' };
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => customer.answer('Once', { attachments: [] }, key)),
    );
    expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 10 }, () => 201));
    expect(new Set(answers.map(({ body }) => JSON.stringify(body))).size).toBe(1);
    expect(await rows()).toHaveLength(2);
    const mismatch = await customer.answer('Twice', {}, key);
    expect([mismatch.status, mismatch.body.code]).toEqual([422, 'idempotency_mismatch']);
    // Another conversation has keys of its own.
    const stranger = await openCustomer(world, site);
    expect((await stranger.answer('Twice', {}, key)).status).toBe(201);
    expect((await customer.answer('x', {}, { 'idempotency-key': 'a b' })).status).toBe(400);
  });

  it('is finished by the same request again after a crash in its middle', async () => {
    const key = { 'idempotency-key': 'crashed' };
    const before = await customer.answer('Hello', {}, key);
    // As if the process had been killed between taking the key and keeping the words.
    const id = String((before.body.message as { id: string }).id);
    await world.context.database.ticketMessage.delete({ where: { id } });
    await world.context.database.threadPost.deleteMany({ where: { subjectId: id } });
    await world.context.database.intake.deleteMany({ where: { key: { contains: id } } });
    const after = await customer.answer('Hello', {}, key);
    expect([after.status, after.headers.get('idempotent-replayed')]).toEqual([201, null]);
    expect((after.body.message as { id: string }).id).toBe(id);
  });

  it.each<[string, string, string]>([
    ['NUL and other controls', 'a\0b\u0007c', 'abc'],
    ['halves of surrogate pairs', 'a\ud83db\udc00c', 'abc'],
    ['marks that turn the direction', 'a\u202eb\u2066c', 'abc'],
    ['Slack’s markup', '<!channel> <@U123> *bold*', '<!channel> <@U123> *bold*'],
    ['HTML', '<img src=x onerror=alert(1)>', '<img src=x onerror=alert(1)>'],
    ['3,001 characters', 'ä'.repeat(3001), 'ä'.repeat(3001)],
    ['10,000 characters of two code units', '😀'.repeat(10_000), '😀'.repeat(10_000)],
  ])('keeps %s as words', async (_, said, kept) => {
    const { status, body } = await customer.answer(said);
    expect(status).toBe(201);
    expect((body.message as { text: string }).text).toBe(kept);
  });

  it.each<[string, unknown, string, string]>([
    ['nothing', { text: '' }, 'text', 'answer_empty'],
    ['only what nobody sees', { text: ' \u200b\0\n' }, 'text', 'answer_empty'],
    ['10,001 characters', { text: 'ä'.repeat(10_001) }, 'text', 'answer_length'],
    ['a million characters', { text: 'ä'.repeat(1_000_000) }, 'text', 'invalid'],
    ['a number', { text: 1 }, 'text', 'invalid'],
    ['no text', {}, 'text', 'invalid'],
    ['an unknown field', { text: 'x', status: 'closed' }, 'status', 'invalid'],
    [
      'a page with scripts',
      { text: 'x', attachments: [{ name: 'k.png', content: Buffer.from('<svg/>').toString('base64') }] },
      'attachments.0.content',
      'attachment_kind',
    ],
    [
      'six files',
      { text: 'x', attachments: Array.from({ length: 6 }, () => ({ name: 'k', content: 'AAAA' })) },
      'attachments',
      'invalid',
    ],
  ])('refuses %s and names the field', async (_, body, field, code) => {
    const refused = await customer.ask('/messages', { body });
    expect([refused.status, refused.body.code]).toEqual([400, code]);
    expect(refused.body.errors?.map((error) => error.field)).toEqual([field]);
    expect(refused.headers.get('content-type')).toBe('application/problem+json');
    expect(await rows()).toHaveLength(1);
  });

  it('looks into no body without a token that opens the conversation', async () => {
    const refused = async (bearer: string) => {
      const { status, body } = await customer.ask('/messages', { bearer, body: '{"text":' });
      return [status, body.code];
    };
    expect(await refused('odt_x')).toEqual([401, 'conversation_token']);
    const other = await openCustomer(world, site);
    expect(await refused(other.token)).toEqual([404, 'ticket_unknown']);
    expect(await refused(customer.token)).toEqual([400, 'json_unreadable']);
  });

  it('takes JSON alone, and only so many a minute', async () => {
    const plain = await customer.ask('/messages', {
      body: '{"text":"x"}',
      headers: { 'content-type': 'text/plain' },
    });
    expect(plain.status).toBe(415);
    const answers = [];
    for (let count = 0; count < 21; count++) answers.push(await customer.answer(`Line ${count}`));
    const last = answers.at(-1);
    expect(answers.slice(0, -1).every(({ status }) => status === 201)).toBe(true);
    expect([last?.status, Number(last?.headers.get('retry-after')) > 0]).toEqual([429, true]);
  });

  it('opens only so many tickets from a closed one', async () => {
    await setTo('closed');
    const statuses = [];
    for (let count = 0; count < 6; count++) statuses.push((await customer.answer(`${count}`)).status);
    expect(statuses).toEqual([201, 201, 201, 201, 201, 429]);
  });

  it('is possible whatever the organization’s seats and subscription are', async () => {
    const { organizationId } = site.desk;
    const lapsed = { seatsPurchased: 0, subscriptionStatus: 'unpaid' as const };
    const { organization } = world.context.database;
    await organization.update({ where: { id: organizationId }, data: lapsed });
    expect((await customer.answer('Still there?')).status).toBe(201);
    await organization.update({
      where: { id: organizationId },
      data: { seatsPurchased: 10, subscriptionStatus: null },
    });
  });
});

describe('a file of a conversation', () => {
  const png =
    'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==';

  async function attach(name: string) {
    const { body } = await customer.answer('', { attachments: [{ name, content: png }] });
    const [file] = (body.message as { attachments: { id: string; name: string }[] }).attachments;
    const get = (bearer = customer.token) =>
      fetch(`${world.url}/plugin/v1/tickets/${customer.ticketId}/attachments/${file?.id}?key=${site.key}`, {
        headers: { authorization: `Bearer ${bearer}`, origin: site.origin },
      });
    return { file, get };
  }

  it('comes with an answer that may have no words, and is given to be saved, never shown', async () => {
    const { file, get } = await attach('Kessel “außen".png');
    expect(file).toMatchObject({ name: 'Kessel “außen_.png', contentType: 'image/png', size: 70 });
    const response = await get();
    expect(response.status).toBe(200);
    expect(response.headers.get('content-disposition')).toMatch(
      /^attachment; filename="Kessel _au_en_\.png"; filename\*=UTF-8''Kessel%20/,
    );
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
    expect(response.headers.get('access-control-allow-origin')).toBe(site.origin);
    expect(Buffer.from(await response.arrayBuffer()).toString('base64')).toBe(png);
  });

  it('is nobody else’s, and gone with its message', async () => {
    const { get, file } = await attach('k.png');
    const stranger = await openCustomer(world, site);
    expect((await get(stranger.token)).status).toBe(404);
    const elsewhere = await stranger.ask(`/attachments/${file?.id}`);
    expect([elsewhere.status, elsewhere.body.code]).toEqual([404, 'attachment_unknown']);
    expect((await customer.ask('/attachments/x')).status).toBe(404);
    await world.context.database.ticketMessage.updateMany({
      where: { ticketId: customer.ticketId },
      data: { deletedAt: world.context.now() },
    });
    expect((await get()).status).toBe(404);
  });

  it('comes with the opening of a ticket too', async () => {
    const body = ticketForm({ attachments: [{ name: 'k.png', content: png }] });
    const opened = await site.ask('/tickets', { bearer: await site.session(), body });
    const { ticket, token } = opened.body as unknown as { ticket: { id: string }; token: string };
    const { body: conversation } = await site.ask(`/tickets/${ticket.id}`, { bearer: token });
    expect(conversation).toMatchObject({
      revision: 0,
      messages: [{ revision: 0, attachments: [{ name: 'k.png' }] }],
    });
  });
});
