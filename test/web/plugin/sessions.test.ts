import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createPluginSessions } from '../../../src/domain/plugin/session.ts';
import { openWorld, type TestWorld } from '../../setup/desk.ts';
import { addPublishableKey, openWebsite, ticketForm, type Website } from './website.ts';

let world: TestWorld;
let shop: Website;
beforeAll(async () => {
  world = await openWorld();
  shop = await openWebsite(world);
  await addDomain(shop, 'second.example.com');
});
afterAll(() => world?.stop());

async function addDomain({ desk }: Website, host: string) {
  const { context } = world;
  const { organizationId } = desk;
  return context.database.authorizedDomain.create({
    data: { id: context.newId(), organizationId, host, createdAt: context.now() },
  });
}

/** Tries to open a ticket; says how that ended. */
async function use(site: Website, bearer: string, asked: { origin?: string; key?: string } = {}) {
  const before = await world.context.database.ticket.count();
  const { status, body, headers } = await site.ask('/tickets', { bearer, body: ticketForm(), ...asked });
  expect((await world.context.database.ticket.count()) - before).toBe(status === 201 ? 1 : 0);
  if (status === 401) expect(headers.get('www-authenticate')).toBe('Bearer');
  return [status, body.code];
}

describe('a session', () => {
  it('opens tickets for ten minutes, and says until when', async () => {
    const { body } = await shop.ask('/sessions', { body: { purpose: 'tickets' } });
    const left = new Date(String(body.expiresAt)).getTime() - world.context.now().getTime();
    expect(left).toBeGreaterThan(595_000);
    expect(left).toBeLessThanOrEqual(600_000);
    expect(await use(shop, body.session ?? '')).toEqual([201, undefined]);
    await world.advance({ seconds: 590 });
    expect(await use(shop, body.session ?? '')).toEqual([201, undefined]);
    await world.advance({ seconds: 11 });
    expect(await use(shop, body.session ?? '')).toEqual([401, 'session_expired']);
  });

  it('is over at the very second', () => {
    const sessions = createPluginSessions({ keys: [{ key: Buffer.alloc(32, 1) }] });
    const bounds = {
      organizationId: 'o',
      keyId: 'k',
      origin: 'https://a.example',
      purpose: 'tickets',
    } as const;
    const { session, expiresAt } = sessions.issue(bounds, new Date(1_000_000));
    const at = (milliseconds: number) =>
      sessions.check(session, bounds, new Date(expiresAt.getTime() + milliseconds));
    expect([at(-1), at(0), at(1000)]).toEqual(['good', 'expired', 'expired']);
  });

  it('is good while the key that signed it is among ours', () => {
    const [old, fresh] = [{ key: Buffer.alloc(32, 1) }, { key: Buffer.alloc(32, 2) }];
    const bounds = {
      organizationId: 'o',
      keyId: 'k',
      origin: 'https://a.example',
      purpose: 'tickets',
    } as const;
    const { session } = createPluginSessions({ keys: [old] }).issue(bounds, new Date());
    expect(createPluginSessions({ keys: [fresh, old] }).check(session, bounds, new Date())).toBe('good');
    expect(createPluginSessions({ keys: [fresh] }).check(session, bounds, new Date())).toBe('unknown');
  });

  it('is good from its own origin alone, though the other is listed too', async () => {
    const session = await shop.session();
    const other = 'https://second.example.com';
    expect(await use(shop, session, { origin: other })).toEqual([401, 'session_unknown']);
    expect(await use(shop, session, { origin: 'https://www.shop.example.com' })).toEqual([
      401,
      'session_unknown',
    ]);
    expect(await use(shop, session)).toEqual([201, undefined]);
  });

  it('for payments opens no ticket', async () => {
    expect(await use(shop, await shop.session('payments'))).toEqual([401, 'session_unknown']);
  });

  it('of another key or another organization is none', async () => {
    const session = await shop.session();
    const { key } = await addPublishableKey(world, shop.desk.organizationId, {
      endsAt: new Date(world.context.now().getTime() + 3_600_000),
    });
    expect(await use(shop, session, { key })).toEqual([401, 'session_unknown']);
    const twin = await openWebsite(world);
    expect(twin.origin).toBe(shop.origin);
    expect(await use(twin, session)).toEqual([401, 'session_unknown']);
    expect(await use(twin, await twin.session())).toEqual([201, undefined]);
  });

  it('that was changed anywhere is none', async () => {
    const session = await shop.session();
    for (let at = 4; at < session.length; at += 1) {
      const letter = session[at] === 'A' ? 'B' : 'A';
      const changed = `${session.slice(0, at)}${letter}${session.slice(at + 1)}`;
      const { status } = await shop.ask('/tickets', { bearer: changed, body: '{}' });
      expect([at, status]).toEqual([at, 401]);
    }
    for (const changed of [
      session.slice(0, -1),
      `${session}A`,
      `${session}=`,
      'ods_',
      session.slice(4),
      'x'.repeat(5000),
    ]) {
      expect(await use(shop, changed)).toEqual([401, 'session_unknown']);
    }
  });

  it('is needed', async () => {
    const { status, body } = await shop.ask('/tickets', { body: ticketForm() });
    expect([status, body.code]).toEqual([401, 'session_missing']);
  });

  it('ends when its website leaves the list', async () => {
    const { id } = await addDomain(shop, 'brief.example.com');
    const origin = 'https://brief.example.com';
    const { body } = await shop.ask('/sessions', { origin, body: { purpose: 'tickets' } });
    expect(await use(shop, body.session ?? '', { origin })).toEqual([201, undefined]);
    await world.context.database.authorizedDomain.delete({ where: { id } });
    expect(await use(shop, body.session ?? '', { origin })).toEqual([403, 'origin_unlisted']);
  });

  it('is asked for by its purpose, and by nothing else', async () => {
    const bodies = [{}, { purpose: 'all' }, { purpose: 'tickets', origin: 'https://evil.example' }, [], null];
    for (const body of bodies) {
      const { status, body: answer } = await shop.ask('/sessions', { body });
      expect([status, answer.session]).toEqual([400, undefined]);
    }
    const { body } = await shop.ask('/sessions', { body: { purpose: 'tickets', for: 1 } });
    expect(body.errors).toEqual([{ field: 'for', detail: 'There is no such field.' }]);
  });
});

describe('a rotated key', () => {
  it('is good until its time is over, and not a second longer', async () => {
    const endsAt = new Date(world.context.now().getTime() + 30_000);
    const { key } = await addPublishableKey(world, shop.desk.organizationId, { endsAt });
    const { body } = await shop.ask('/sessions', { key, body: { purpose: 'tickets' } });
    expect(await use(shop, body.session ?? '', { key })).toEqual([201, undefined]);
    await world.advance({ seconds: 31 });
    expect(await use(shop, body.session ?? '', { key })).toEqual([403, 'key_unknown']);
    const again = await shop.ask('/sessions', { key, body: { purpose: 'tickets' } });
    expect([again.status, again.body.code]).toEqual([403, 'key_unknown']);
  });
});

describe('a secret key', () => {
  const server = { origin: null, key: null };

  it('opens tickets from a server', async () => {
    const bearer = await shop.addSecret(['tickets']);
    const { status, headers } = await shop.ask('/tickets', { ...server, bearer, body: ticketForm() });
    expect(status).toBe(201);
    expect(headers.get('access-control-allow-origin')).toBeNull();
    expect(headers.get('vary')).toMatch(/\bOrigin\b/);
  });

  it('is refused with an Origin, of a listed website too: it would be public', async () => {
    const bearer = await shop.addSecret();
    const before = await world.context.database.ticket.count();
    for (const origin of [shop.origin, 'https://evil.example', 'null', world.url]) {
      for (const key of [shop.key, null]) {
        const { status, body } = await shop.ask('/tickets', { origin, key, bearer, body: ticketForm() });
        expect([origin, status, body.code]).toEqual([origin, 403, 'secret_in_browser']);
      }
    }
    expect(await world.context.database.ticket.count()).toBe(before);
  });

  it('does only what its scopes say', async () => {
    const bearer = await shop.addSecret(['payments']);
    const { status, body } = await shop.ask('/tickets', { ...server, bearer, body: ticketForm() });
    expect([status, body.code]).toEqual([403, 'scope_missing']);
  });

  it('that was revoked or never was is none', async () => {
    const bearer = await shop.addSecret();
    await world.context.database.apiKey.updateMany({
      where: { hint: bearer.slice(-4) },
      data: { endsAt: world.context.now() },
    });
    for (const given of [bearer, `odsk_${'A'.repeat(43)}`, 'odsk_', `${bearer}A`]) {
      const { status, body } = await shop.ask('/tickets', { ...server, bearer: given, body: ticketForm() });
      expect([status, body.code]).toEqual([401, 'secret_unknown']);
    }
  });

  it('is no publishable key, and a publishable key no secret one', async () => {
    const secret = await shop.addSecret();
    const asKey = await shop.ask('/sessions', { key: secret, body: { purpose: 'tickets' } });
    expect([asKey.status, asKey.body.code]).toEqual([403, 'key_unknown']);
    const asSecret = await shop.ask('/tickets', { ...server, bearer: shop.key, body: ticketForm() });
    expect([asSecret.status, asSecret.body.code]).toEqual([403, 'key_unknown']);
  });

  it('opens nothing in another organization that its ?key= names', async () => {
    const other = await openWebsite(world, { host: 'other.example.com', name: 'Other' });
    const bearer = await shop.addSecret();
    const { status, body } = await shop.ask('/tickets', {
      origin: null,
      key: other.key,
      bearer,
      body: ticketForm(),
    });
    expect(status).toBe(201);
    const { organizationId } = await world.context.database.ticket.findUniqueOrThrow({
      where: { id: (body.ticket as { id: string }).id },
    });
    expect(organizationId).toBe(shop.desk.organizationId);
  });
});

describe('an organization that is being deleted', () => {
  async function deleting(site: Website, status: 'scheduled' | 'deleting') {
    const { context } = world;
    const { organizationId, teamId } = site.desk;
    await context.database.organizationDeletion.deleteMany({ where: { organizationId } });
    const data = {
      id: context.newId(),
      organizationId,
      teamId,
      status,
      requestedBy: 'U1',
      requestedAt: context.now(),
    };
    await context.database.organizationDeletion.create({
      data: { ...data, deleteAt: context.now() },
    });
  }

  it('keeps what customers write while it can still be kept, and is no longer there when it cannot', async () => {
    const closing = await openWebsite(world, { host: 'closing.example.com' });
    const session = await closing.session();
    await deleting(closing, 'scheduled');
    expect(await use(closing, session)).toEqual([201, undefined]);
    await deleting(closing, 'deleting');
    expect(await use(closing, session)).toEqual([403, 'key_unknown']);
  });
});
