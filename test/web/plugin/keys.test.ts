import { afterAll, beforeAll, expect, it } from 'vitest';
import { addDomain } from '../../../src/domain/domains/add-domain.ts';
import { removeDomain } from '../../../src/domain/domains/remove-domain.ts';
import { identify } from '../../../src/domain/members/identify.ts';
import { createSecretKey } from '../../../src/domain/plugin/keys/create-secret-key.ts';
import { revokeSecretKey } from '../../../src/domain/plugin/keys/revoke-secret-key.ts';
import { rotatePublishableKey } from '../../../src/domain/plugin/keys/rotate-publishable-key.ts';
import { openWorld, type TestWorld } from '../../setup/desk.ts';
import { openWebsite, ticketForm, type Website } from './website.ts';

let world: TestWorld;
let shop: Website;
beforeAll(async () => {
  world = await openWorld();
  shop = await openWebsite(world);
});
afterAll(() => world?.stop());

/** The Owner, as Slack names them. */
function owner() {
  const { desk } = shop;
  const { id: userId, realName: name } = desk.owner.user;
  return identify(world.context, { teamId: desk.teamId, userId, name });
}

async function begin(key: string, origin = shop.origin) {
  const { status } = await shop.ask('/sessions', { key, origin, body: { purpose: 'tickets' } });
  return status;
}

it('a key that was rotated is good for 24 hours beside the new one, and then no longer', async () => {
  await rotatePublishableKey(world.context, await owner(), { keyId: shop.keyId });
  const fresh = await currentKey();
  expect(fresh).not.toBe(shop.key);
  expect([await begin(shop.key), await begin(fresh)]).toEqual([201, 201]);
  await world.advance({ seconds: 24 * 3600 - 30 });
  expect([await begin(shop.key), await begin(fresh)]).toEqual([201, 201]);
  await world.advance({ seconds: 31 });
  expect([await begin(shop.key), await begin(fresh)]).toEqual([403, 201]);
});

it('a secret key opens tickets from when it is shown until it is revoked', async () => {
  const { id: keyId, secret } = await createSecretKey(world.context, await owner(), {
    name: 'Our shop',
    scopes: ['tickets'],
  });
  const send = async () => {
    const { status } = await shop.ask('/tickets', {
      origin: null,
      key: null,
      bearer: secret,
      body: ticketForm(),
    });
    return status;
  };
  expect(await send()).toBe(201);
  await revokeSecretKey(world.context, await owner(), { keyId });
  expect(await send()).toBe(401);
  expect(JSON.stringify(world.logged)).not.toContain(secret);
});

it('a website may ask from when it is on the list until it is taken off', async () => {
  const origin = 'https://kettles.example.net';
  const key = await currentKey();
  expect(await begin(key, origin)).toBe(403);
  const { id: domainId } = await addDomain(world.context, await owner(), {
    website: 'https://www.kettles.example.net/',
  });
  expect(await begin(key, origin)).toBe(201);
  await removeDomain(world.context, await owner(), { domainId });
  expect(await begin(key, origin)).toBe(403);
});

async function currentKey(): Promise<string> {
  const { organizationId } = shop.desk;
  const where = { organizationId, kind: 'publishable' as const, endsAt: null };
  return String((await world.context.database.apiKey.findFirstOrThrow({ where })).publishable);
}
