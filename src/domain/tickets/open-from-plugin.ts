import { createHash } from 'node:crypto';
import type { Context } from '../context.ts';
import { refuse } from '../errors.ts';
import { normalizeEmail } from '../invitations/email.ts';
import { formatTicketNumber } from '../organizations/ticket-number.ts';
import { fitTitle } from './fit-words.ts';
import { openFromCustomer } from './open-from-customer.ts';
import { OPENING, type PluginRequest, type TicketFile } from './opening.ts';
import { readDescription, readRequesterName, readTitle, type TicketStatus } from './ticket.ts';

/** What a customer asks for on a website. */
export interface PluginOpening {
  title: string;
  description: string;
  requester: { name: string | null; email: string };
  files: readonly TicketFile[];
}

export interface PluginTicket {
  id: string;
  number: string;
  title: string;
  status: TicketStatus;
  /** True where the same request had opened it before. */
  replayed: boolean;
}

/** For whom, and under which Idempotency-Key, where there is one. */
export interface PluginAsker {
  organizationId: string;
  teamId: string;
  /** The website that asks; null for the organization's own server. */
  origin: string | null;
  idempotencyKey?: string | undefined;
}

/**
 * What was typed on a website, as it is stored.
 * @throws Refusal on its field `title`, `description`, `name`, `email`: what ticket.ts and normalizeEmail refuse.
 */
export function readPluginOpening(
  input: { title: string; description: string; requester: { name?: string | undefined; email: string } },
  files: readonly TicketFile[],
): PluginOpening {
  return {
    title: fitTitle(readTitle(input.title)),
    description: readDescription(input.description),
    requester: {
      name: readRequesterName(input.requester.name),
      email: normalizeEmail(input.requester.email),
    },
    files,
  };
}

/**
 * Opens a customer's ticket, whatever the organization's seats and subscription. Under an Idempotency-Key it is opened once,
 * however often and from wherever it is asked for at once: key, number and ticket are written by one statement.
 * @throws Refusal `idempotency_mismatch` where the key was used for another request; `ticket_unknown` where its ticket is gone;
 * `organization_gone`.
 */
export async function openFromPlugin(
  context: Context,
  asker: PluginAsker,
  opening: PluginOpening,
): Promise<PluginTicket> {
  const { organizationId, teamId, origin } = asker;
  const request = requestOf(asker, opening);
  const opened = await openFromCustomer(context, {
    organizationId,
    teamId,
    // The organization's own server knows its customers; a visitor says what they like.
    requester: { ...opening.requester, proven: origin === null },
    title: opening.title,
    text: opening.description,
    source: 'plugin',
    attachments: opening.files,
    ...(request && { request }),
  });
  if (opened) return { ...opened, title: opening.title, status: 'open', replayed: false };
  const before = await findOpenedBefore(context, asker, opening);
  if (before) return before;
  throw refuse('organization_gone');
}

/**
 * The ticket that this very request opened before, as it is now; null where it did not, or has no Idempotency-Key.
 * @throws Refusal `idempotency_mismatch`, `ticket_unknown`.
 */
export async function findOpenedBefore(
  { database }: Pick<Context, 'database'>,
  asker: PluginAsker,
  opening: PluginOpening,
): Promise<PluginTicket | null> {
  const request = requestOf(asker, opening);
  if (!request) return null;
  const { organizationId } = asker;
  const known = await database.pluginRequest.findUnique({
    where: { organizationId_purpose_key: { organizationId, purpose: OPENING, key: request.key } },
  });
  if (!known) return null;
  if (!Buffer.from(known.fingerprint).equals(request.fingerprint)) throw refuse('idempotency_mismatch');
  const ticket = await database.ticket.findFirst({
    where: { id: known.subjectId, organizationId },
    select: { id: true, prefix: true, number: true, title: true, status: true },
  });
  if (!ticket) throw refuse('ticket_unknown');
  const { id, prefix, number, title, status } = ticket;
  return { id, number: formatTicketNumber(prefix, number), title, status, replayed: true };
}

/** A visitor of a website can take no key that the organization's server is to use. */
function requestOf(
  { idempotencyKey, origin }: PluginAsker,
  opening: PluginOpening,
): PluginRequest | undefined {
  if (idempotencyKey === undefined) return undefined;
  const key = `${origin === null ? 'server' : 'browser'}:${idempotencyKey}`;
  return { key, fingerprint: fingerprintOf(opening) };
}

/** Of what was understood, so that another spelling of the same JSON is the same request. */
function fingerprintOf({ title, description, requester, files }: PluginOpening): Buffer {
  const digest = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
  const words = [title, description, requester.name, requester.email];
  return createHash('sha256')
    .update(JSON.stringify([...words, ...files.map(({ name, bytes }) => [name, digest(bytes)])]))
    .digest();
}
