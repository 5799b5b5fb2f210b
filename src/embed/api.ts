import { type Ask, ask, Failure } from './request.ts';
import type { Begun, Payment, PaymentForm, Product, Purpose, TicketAccess } from './wire.ts';

export interface Api {
  /** `https://desk.example/plugin/v1` */
  base: string;
  /** The address of a route, naming the organization by its publishable key where there is one. */
  at(path: string, query?: Record<string, string>): string;
  products(): Promise<Product[]>;
  openTicket(body: string, onceKey: string): Promise<TicketAccess>;
  startPayment(form: PaymentForm, onceKey: string): Promise<Begun>;
  payment(id: string): Promise<Payment>;
}

interface Session {
  session: string;
  expiresAt: string;
}

/** A session is not used in its last half minute, since clocks differ. */
const MARGIN = 30_000;

/** The plugin's API as a website's page asks it. Everything rejects with Failure. */
export function createApi(base: string, key: string | null): Api {
  const sessions = new Map<Purpose, Session>();
  const at = (path: string, query: Record<string, string> = {}) => {
    const parameters = new URLSearchParams({ ...query, ...(key !== null && { key }) }).toString();
    return `${base}${path}${parameters && `?${parameters}`}`;
  };

  const sessionFor = async (purpose: Purpose): Promise<string> => {
    const known = sessions.get(purpose);
    if (known && Date.parse(known.expiresAt) - MARGIN > Date.now()) return known.session;
    const made = await ask<Session>(at('/sessions'), { method: 'POST', body: JSON.stringify({ purpose }) });
    sessions.set(purpose, made);
    return made.session;
  };

  /** Asks with a session, and once more with a new one where it had ended. */
  const withSession = async <T>(purpose: Purpose, path: string, options: Ask = {}): Promise<T> => {
    const attempt = async () => {
      const headers = { ...options.headers, Authorization: `Bearer ${await sessionFor(purpose)}` };
      return ask<T>(at(path), { ...options, headers });
    };
    return attempt().catch((error) => {
      if (!(error instanceof Failure) || error.status !== 401) throw error;
      sessions.delete(purpose);
      return attempt();
    });
  };

  const post = (body: string, onceKey: string): Ask => ({
    method: 'POST',
    body,
    headers: { 'Idempotency-Key': onceKey },
  });

  return {
    base,
    at,
    products: () => ask(at('/products')),
    openTicket: (body, onceKey) => withSession('tickets', '/tickets', post(body, onceKey)),
    startPayment: (form, onceKey) =>
      withSession('payments', '/payments', post(JSON.stringify(form), onceKey)),
    payment: (id) => withSession('payments', `/payments/${encodeURIComponent(id)}`),
  };
}
