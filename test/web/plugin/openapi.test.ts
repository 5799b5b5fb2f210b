import { Ajv2020 } from 'ajv/dist/2020.js';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createPluginApi } from '../../../src/web/plugin/routes.ts';
import { createParts } from '../../../src/wiring/parts.ts';
import { createPlugin } from '../../../src/wiring/plugin.ts';
import { openWorld, type TestWorld } from '../../setup/desk.ts';
import { openWebsite, ticketForm, type Website } from './website.ts';

interface Operation {
  summary?: string;
  security?: Record<string, string[]>[];
  parameters?: { name: string; in: string; required?: boolean; schema: object }[];
  requestBody?: { required?: boolean; content: Record<string, { schema: object }> };
  responses: Record<
    string,
    { description: string; content?: Record<string, { schema: object }>; headers?: object }
  >;
}

interface Document {
  openapi: string;
  servers: { url: string }[];
  components: { schemas: Record<string, object>; securitySchemes: Record<string, object> };
  paths: Record<string, Record<string, Operation>>;
}

let world: TestWorld;
let shop: Website;
let document: Document;
let operations: [string, Operation][];
beforeAll(async () => {
  world = await openWorld();
  shop = await openWebsite(world);
  document = (await (await fetch(`${world.url}/plugin/v1/openapi.json`)).json()) as Document;
  operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]): [string, Operation] => [
      `${method.toUpperCase()} ${path}`,
      operation,
    ]),
  );
});
afterAll(() => world?.stop());

/** Schemas of the document refer to its components; `schema` says what is wrong with a value, or nothing. */
function validator(schema: object) {
  const ajv = new Ajv2020({ strict: false, allErrors: true, validateFormats: false });
  const text = JSON.stringify({ ...schema, $defs: document.components.schemas });
  const validate = ajv.compile(JSON.parse(text.replaceAll('#/components/schemas/', '#/$defs/')));
  return (value: unknown) => (validate(value) ? [] : (validate.errors ?? []));
}

const operation = (name: string) => operations.find(([known]) => known === name)?.[1] as Operation;
const answerSchema = (name: string, status: number, type = 'application/json') =>
  operation(name).responses[status]?.content?.[type]?.schema as object;

describe('the description of the API', () => {
  it('is for anybody from anywhere, and is kept for a while', async () => {
    const first = await fetch(`${world.url}/plugin/v1/openapi.json`, {
      headers: { origin: 'https://anywhere.example' },
    });
    expect(first.status).toBe(200);
    expect(first.headers.get('access-control-allow-origin')).toBe('*');
    expect(first.headers.get('cache-control')).toContain('max-age');
    const etag = first.headers.get('etag') ?? '';
    const again = await fetch(`${world.url}/plugin/v1/openapi.json`, { headers: { 'if-none-match': etag } });
    expect(again.status).toBe(304);
  });

  it('says where the API is', () => {
    expect(document.openapi).toMatch(/^3\.1\./);
    expect(document.servers).toEqual([{ url: world.config.PUBLIC_URL }]);
  });

  it('has every route that there is, and no other', () => {
    const parts = createParts(
      world.config,
      world.context.database,
      () => new Date(),
      pino({ level: 'silent' }),
    );
    const feed = { watch: () => Promise.reject(new Error('Nothing is watched here.')) };
    const api = createPluginApi(createPlugin(world.config, parts, feed as never));
    const routes = api.routes
      .filter(({ method, path }) => method !== 'ALL' && !path.includes('*'))
      .map(({ method, path }) => `${method} ${path.replace(/:(\w+)/g, '{$1}')}`);
    expect(routes.length).toBeGreaterThan(5);
    expect(operations.map(([name]) => name).sort()).toEqual([...new Set(routes)].sort());
  });

  it('has no reference that leads nowhere, and only schemas that a validator takes', () => {
    const text = JSON.stringify(document);
    for (const [, name = ''] of text.matchAll(/"#\/components\/schemas\/([^"]+)"/g)) {
      expect(Object.keys(document.components.schemas)).toContain(name);
    }
    for (const schema of Object.values(document.components.schemas))
      expect(() => validator(schema)).not.toThrow();
    for (const [name, { parameters = [], requestBody, responses }] of operations) {
      const contents = [requestBody, ...Object.values(responses)].flatMap((each) =>
        Object.values(each?.content ?? {}),
      );
      for (const { schema } of [...parameters, ...contents]) {
        expect(() => validator(schema), name).not.toThrow();
      }
    }
  });

  it('says of every route what it is, what it takes, and what can go wrong', () => {
    for (const [name, { summary, security, parameters = [], requestBody, responses }] of operations) {
      if (name.endsWith('/openapi.json')) continue;
      const statuses = Object.keys(responses);
      expect(summary, name).toMatch(/^\p{Lu}/u);
      expect(statuses, name).toContain('403');
      if (security) expect(statuses, name).toEqual(expect.arrayContaining(['401', '429']));
      for (const scheme of (security ?? []).flatMap((each) => Object.keys(each))) {
        expect(Object.keys(document.components.securitySchemes), name).toContain(scheme);
      }
      for (const [, parameter = ''] of name.matchAll(/\{(\w+)\}/g)) {
        expect(parameters, name).toContainEqual(
          expect.objectContaining({ name: parameter, in: 'path', required: true }),
        );
      }
      if (name.startsWith('POST')) {
        expect(Object.keys(requestBody?.content ?? {}), name).toEqual(['application/json']);
        expect(requestBody?.required, name).toBe(true);
        expect(statuses, name).toEqual(expect.arrayContaining(['201', '400', '411', '413', '415', '429']));
      }
      for (const [status, { description, content, headers }] of Object.entries(responses)) {
        expect(description, name).not.toBe('');
        if (Number(status) < 400) continue;
        expect(Object.keys(content ?? {}), name).toEqual(['application/problem+json']);
        if (status === '429') expect(Object.keys(headers ?? {})).toEqual(['Retry-After']);
      }
    }
  });

  it('describes what is answered', async () => {
    const begun = await shop.ask('/sessions', { body: { purpose: 'tickets' } });
    expect(validator(answerSchema('POST /plugin/v1/sessions', 201))(begun.body)).toEqual([]);
    const opened = await shop.ask('/tickets', { bearer: begun.body.session ?? '', body: ticketForm() });
    expect(validator(answerSchema('POST /plugin/v1/tickets', 201))(opened.body)).toEqual([]);
    const { token, ticket } = opened.body as { token: string; ticket: { id: string } };
    const read = await shop.ask(`/tickets/${ticket.id}`, { bearer: token });
    expect(validator(answerSchema('GET /plugin/v1/tickets/{id}', 200))(read.body)).toEqual([]);
    const answered = await shop.ask(`/tickets/${ticket.id}/messages`, {
      bearer: token,
      body: { text: 'More.' },
    });
    expect(validator(answerSchema('POST /plugin/v1/tickets/{id}/messages', 201))(answered.body)).toEqual([]);
    const products = await shop.ask('/products');
    expect(validator(answerSchema('GET /plugin/v1/products', 200))(products.body)).toEqual([]);
    for (const body of [{}, { title: 1 }, null]) {
      const refused = await shop.ask('/tickets', { bearer: begun.body.session ?? '', body });
      const schema = answerSchema('POST /plugin/v1/tickets', 400, 'application/problem+json');
      expect(validator(schema)(refused.body)).toEqual([]);
    }
  });

  it('takes and refuses the same bodies as the API, as far as forms go', async () => {
    const described = validator(
      operation('POST /plugin/v1/tickets').requestBody?.content['application/json']?.schema as object,
    );
    const bearer = await shop.session();
    const bodies = [
      ticketForm(),
      ticketForm({ website: '' }),
      ticketForm({ website: 'x' }),
      ticketForm({ more: 1 }),
      ticketForm({ requester: {} }),
      ticketForm({ attachments: [{ name: 'a' }] }),
      [],
      null,
    ];
    for (const body of bodies) {
      const { status } = await shop.ask('/tickets', { bearer, body });
      expect([JSON.stringify(body), status]).toEqual([
        JSON.stringify(body),
        described(body).length === 0 ? 201 : 400,
      ]);
    }
  });
});
