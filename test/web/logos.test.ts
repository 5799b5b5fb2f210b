import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDatabase, type Database } from '../../src/database/client.ts';
import { createLogger } from '../../src/logger.ts';
import { assemblePages } from '../../src/web/assemble.ts';
import { logoRoutes } from '../../src/web/logos.ts';
import { type RunningServer, startServer } from '../../src/web/server.ts';
import { testContext } from '../setup/context.ts';
import { createTestDatabase, type TestDatabase } from '../setup/database.ts';
import { seedOrganization } from '../setup/organization.ts';

const path = 'Abcdefghijklmnopqrstuvwxyz_-0123';
const bytes = Buffer.from('\x89PNG and what follows', 'latin1');
let server: TestDatabase;
let database: Database;
let web: RunningServer;
const get = (path: string, init?: RequestInit) => fetch(`http://127.0.0.1:${web.port}${path}`, init);

beforeAll(async () => {
  server = await createTestDatabase();
  database = createDatabase(server.url);
  const context = testContext(database);
  const { id } = await seedOrganization(context);
  await database.logo.create({
    data: { organizationId: id, path, contentType: 'image/png', bytes, createdAt: context.now() },
  });
  const log = createLogger('silent');
  const slack = { handle: () => {}, idle: async () => {} };
  web = await startServer({
    port: 0,
    host: '127.0.0.1',
    pages: assemblePages([logoRoutes({ context })], log),
    slack,
    log,
  });
});
afterAll(async () => {
  await web.stop();
  await database.$disconnect();
  await server.drop();
});

describe('GET /logos/<path>', () => {
  it('serves the image to be kept for good, and as nothing but an image', async () => {
    const response = await get(`/logos/${path}`);
    expect(response.status).toBe(200);
    expect(Buffer.from(await response.arrayBuffer())).toEqual(bytes);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-type': 'image/png',
      'content-length': String(bytes.length),
      'cache-control': 'public, max-age=31536000, immutable',
      'x-content-type-options': 'nosniff',
      'content-security-policy': "default-src 'none'; sandbox",
      'cross-origin-resource-policy': 'cross-origin',
      etag: `"${path}"`,
    });
  });

  it('answers HEAD with the same headers and no body', async () => {
    const response = await get(`/logos/${path}`, { method: 'HEAD' });
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('image/png');
    expect(response.headers.get('etag')).toBe(`"${path}"`);
    expect(await response.text()).toBe('');
  });

  it.each([`"${path}"`, `W/"${path}"`, `"other", "${path}"`, '*'])(
    'answers 304 to If-None-Match: %s',
    async (tag) => {
      const response = await get(`/logos/${path}`, { headers: { 'if-none-match': tag } });
      expect(response.status).toBe(304);
      expect(response.headers.get('cache-control')).toContain('immutable');
      expect(await response.text()).toBe('');
    },
  );

  it('sends the image where another one is known', async () => {
    expect((await get(`/logos/${path}`, { headers: { 'if-none-match': '"another"' } })).status).toBe(200);
  });

  it.each([
    `/logos/${path.toLowerCase()}`,
    `/logos/${path.slice(1)}`,
    '/logos/',
    '/logos/%00',
    `/logos/${path}%00`,
    `/logos/${path}/..`,
    '/logos/..%2F..%2Fetc%2Fpasswd',
  ])('has nothing at %s', async (other) => {
    const response = await get(other, { headers: { 'if-none-match': '*' } });
    expect(response.status).toBe(404);
    expect(response.headers.get('cache-control')).toBeNull();
  });

  it('is read only', async () => {
    expect((await get(`/logos/${path}`, { method: 'POST', body: 'x' })).status).toBe(404);
  });
});
