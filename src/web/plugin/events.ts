import { createRoute, z } from '@hono/zod-openapi';
import type { CustomerChange } from '../../domain/tickets/customer-view.ts';
import type { Logger } from '../../logger.ts';
import type { ConversationFeed } from '../live/conversation-feed.ts';
import { createEventStream, eventText } from '../live/event-stream.ts';
import { countStreams, type StreamLimits } from '../live/open-streams.ts';
import { type PluginApi, pluginBase } from './api.ts';
import { clientAddress } from './client-address.ts';
import { wireMessage } from './conversation-message.ts';
import type { Gate } from './gate.ts';
import { watchListedStreams } from './listed-streams.ts';
import {
  type ConversationParts,
  conversationRoute,
  openConversation,
  ticketParams,
} from './open-conversation.ts';
import { Problem, problems } from './problems.ts';
import { keyQuery } from './schemas.ts';

export interface EventParts extends ConversationParts {
  gate: Gate;
  feed: Pick<ConversationFeed, 'watch'>;
  trustedProxies: number;
  allowLocalhost: boolean;
  log: Logger;
  streamLimits?: StreamLimits;
  /** How often it is looked whether websites that watch are still listed. */
  lookMilliseconds?: number;
}

const headers = {
  'content-type': 'text/event-stream; charset=utf-8',
  // Neither kept nor packed on its way: both would hold events back. The last is heard by nginx.
  'cache-control': 'no-store, no-transform',
  'x-accel-buffering': 'no',
};

/** What happens in a conversation, as it happens, for whoever has its token. */
export function eventRoutes(api: PluginApi, parts: EventParts): void {
  const { gate, feed, trustedProxies, log, streamLimits } = parts;
  const streams = countStreams(streamLimits);
  const listedStreams = watchListedStreams(parts);
  const route = createRoute({
    ...conversationRoute,
    method: 'get',
    path: `${pluginBase}/tickets/{id}/events`,
    summary: 'Watch a conversation',
    description: [
      'Server-sent events, each with a revision as its `id`:',
      '`message` (a Message that is new, was edited, or has files now), `deleted` {id}, `ticket` {status, mergedInto}.',
      'What changed twice is told once, as it is now. Open it with the revision that was read, and again with the last id, as `Last-Event-ID`: nothing is missed, nothing comes twice.',
      'A comment comes every 20 seconds. The server may end it at any time.',
    ].join(' '),
    middleware: [gate.conversation],
    request: {
      params: ticketParams,
      query: keyQuery,
      headers: z.object({
        'last-event-id': z
          .string()
          .optional()
          .openapi({ description: 'Without it only what changes from now on is told.' }),
      }),
    },
    responses: {
      200: { description: 'The events.', content: { 'text/event-stream': { schema: z.string() } } },
      ...problems(400, 401, 403, 404, 429, 503),
    },
  });
  api.openapi(route, async (request) => {
    const { ticketId, revision } = await openConversation(parts, request, request.req.valid('param').id);
    const since = readSince(request.req.valid('header')['last-event-id'], revision);
    // Whoever asks for the head alone reads no body: nothing would end the stream.
    if (request.req.method === 'HEAD') return request.body('', 200, headers);
    const leaveCount = streams.enter(ticketId, clientAddress(request, trustedProxies));
    if (!leaveCount) throw tooMany();
    let leaveFeed = () => {};
    let leaveListed = () => {};
    let ended = false;
    const stream = createEventStream({
      cut: () => request.env.outgoing.destroy(),
      onEnd: () => {
        ended = true;
        leaveCount();
        leaveFeed();
        leaveListed();
      },
    });
    const { key, origin, listed } = request.var.site;
    if (key && origin !== null && listed) {
      leaveListed = listedStreams.enter({ keyId: key.keyId, origin, end: stream.end });
    }
    // The reader knows from where it goes on, also when nothing happens before it comes back.
    void stream.write(`retry: 3000\nid: ${since}\n\n`);
    leaveFeed = await feed
      .watch(ticketId, {
        seen: since,
        take: (changes) => stream.write(changes.map(changeText).join('')),
        end: stream.end,
      })
      .catch((error: unknown) => {
        stream.end();
        log.warn({ err: error }, 'A conversation could not be watched.');
        throw new Problem(503, 'not_live', 'Nothing can be watched right now. Try it again in a moment.', {
          headers: { 'retry-after': '5' },
        });
      });
    if (ended) leaveFeed();
    return request.body(stream.body, 200, headers);
  });
}

/** The revision from which to go on. @throws Problem where it is none that this conversation has had. */
function readSince(lastEventId: string | undefined, revision: number): number {
  if (lastEventId === undefined || lastEventId === '') return revision;
  const since = /^\d{1,9}$/.test(lastEventId) ? Number(lastEventId) : Number.POSITIVE_INFINITY;
  if (since <= revision) return since;
  const detail = 'This is no revision of this conversation. Read it again, and go on from there.';
  throw new Problem(400, 'revision_unknown', detail, { errors: [{ field: 'Last-Event-ID', detail }] });
}

function tooMany(): Problem {
  const detail = 'Too many windows are open on this conversation, or from this address. Close one of them.';
  return new Problem(429, 'too_many_streams', detail, { headers: { 'retry-after': '30' } });
}

/** Every watcher of a ticket gets the same words, written once. */
const texts = new WeakMap<CustomerChange, string>();

function changeText(change: CustomerChange): string {
  const known = texts.get(change);
  if (known !== undefined) return known;
  const text = eventText(change.kind, change.revision, dataOf(change));
  texts.set(change, text);
  return text;
}

function dataOf(change: CustomerChange): unknown {
  if (change.kind === 'message') return wireMessage(change.message);
  if (change.kind === 'deleted') return { id: change.id };
  const { status, mergedInto } = change;
  return { status, ...(mergedInto !== null && { mergedInto }) };
}
