import { createHash, randomBytes } from 'node:crypto';
import type { KeyScope } from '../../../src/domain/plugin/keys/key-format.ts';
import { type Desk, openDesk, type TestWorld } from '../../setup/desk.ts';

/** An answer of the API, read. */
export interface Answer {
  status: number;
  headers: Headers;
  body: Record<string, unknown> & {
    code?: string;
    detail?: string;
    session?: string;
    errors?: { field: string; detail: string }[];
  };
}

/** An organization with a website on its list, and what the website and the organization's server know. */
export interface Website {
  desk: Desk;
  key: string;
  keyId: string;
  origin: string;
  /** Adds a key of the organization's server. */
  addSecret(scopes?: KeyScope[]): Promise<string>;
  /** Asks the API as a page of `origin` does; null for a server. */
  ask(path: string, request?: AskOptions): Promise<Answer>;
  session(purpose?: KeyScope): Promise<string>;
}

export interface AskOptions {
  method?: string;
  origin?: string | null;
  /** Undefined for the website's own; null for none. */
  key?: string | null;
  bearer?: string;
  body?: unknown;
  headers?: Record<string, string>;
}

/** Adds a key as it stands in the table. */
export async function addPublishableKey(
  { context }: TestWorld,
  organizationId: string,
  { endsAt = null }: { endsAt?: Date | null } = {},
): Promise<{ key: string; keyId: string }> {
  const key = `odpk_${randomBytes(32).toString('base64url')}`;
  const data = {
    id: context.newId(),
    organizationId,
    name: 'Publishable key',
    hint: key.slice(-4),
    createdBy: 'U1',
    createdAt: context.now(),
  };
  await context.database.apiKey.create({ data: { ...data, kind: 'publishable', publishable: key, endsAt } });
  return { key, keyId: data.id };
}

export async function openWebsite(
  world: TestWorld,
  { host = 'shop.example.com', includeSubdomains = false, name = 'Harbour Support' } = {},
): Promise<Website> {
  const { context, url } = world;
  const desk = await openDesk(world, { name });
  const { organizationId } = desk;
  const { key, keyId } = await addPublishableKey(world, organizationId);
  await context.database.authorizedDomain.create({
    data: { id: context.newId(), organizationId, host, includeSubdomains, createdAt: context.now() },
  });
  const origin = `https://${host}`;
  const ask: Website['ask'] = async (path, { method, body, bearer, headers, ...given } = {}) => {
    const from = given.origin === undefined ? origin : given.origin;
    const named = given.key === undefined ? key : given.key;
    const address = new URL(`/plugin/v1${path}`, url);
    if (named !== null) address.searchParams.set('key', named);
    const response = await fetch(address, {
      method: method ?? (body === undefined ? 'GET' : 'POST'),
      headers: {
        ...(from !== null && { origin: from }),
        ...(bearer !== undefined && { authorization: `Bearer ${bearer}` }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && {
        body:
          typeof body === 'string' || body instanceof Uint8Array ? (body as string) : JSON.stringify(body),
      }),
    });
    const text = await response.text();
    return { status: response.status, headers: response.headers, body: text === '' ? {} : JSON.parse(text) };
  };
  return {
    desk,
    key,
    keyId,
    origin,
    ask,
    async addSecret(scopes = ['tickets', 'payments']) {
      const secret = `odsk_${randomBytes(32).toString('base64url')}`;
      await context.database.apiKey.create({
        data: {
          id: context.newId(),
          organizationId,
          kind: 'secret',
          secretHash: createHash('sha256').update(secret).digest(),
          name: 'Server',
          hint: secret.slice(-4),
          scopes,
          createdBy: 'U1',
          createdAt: context.now(),
        },
      });
      return secret;
    },
    async session(purpose = 'tickets') {
      const { body } = await ask('/sessions', { body: { purpose } });
      return body.session ?? '';
    },
  };
}

let customers = 0;

/** A ticket as a form sends it, of a customer who has asked nothing yet. */
export function ticketForm(changed: Record<string, unknown> = {}): Record<string, unknown> {
  customers += 1;
  return {
    title: 'The kettle leaks',
    description: 'Since Monday, at the handle.',
    requester: { name: 'Cara Customer', email: `cara${customers}@customer.example` },
    ...changed,
  };
}
