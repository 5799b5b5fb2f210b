import { OPERATOR_ID } from './emulated-team.ts';
import { asObject, asText, isTrue, type JsonObject, refusal } from './json.ts';
import { type Method, type MethodCall, type Methods, page } from './method-call.ts';
import { pages, presentMessage, type Workspace } from './workspace.ts';

export const conversationsMethods: Methods = {
  'conversations.list': async (call) => {
    const { types, exclude_archived } = call.args;
    const judged = await call.forward({ types, limit: 1 });
    if (judged.ok !== true) return judged;
    const all: JsonObject[] = [];
    const args = { types, exclude_archived };
    for await (const channel of pages(
      call.workspace.emulated,
      call.method,
      'channels',
      args,
      call.token.credential,
    )) {
      if (!call.workspace.isHidden(asText(channel.id))) all.push(presentChannel(channel, call.workspace));
    }
    const { items, next } = page(all, call.args, 100);
    return { ok: true, channels: items, response_metadata: { next_cursor: next } };
  },

  'conversations.info': seen(async (call) => withChannel(await call.forward(), call.workspace)),
  'conversations.join': seen(async (call) => withChannel(await call.forward(), call.workspace)),
  'conversations.history': seen((call) => messagePage(call, 'newest')),
  'conversations.replies': seen((call) => messagePage(call, 'oldest')),

  'conversations.members': seen(async (call) => {
    const answer = await call.forward();
    if (answer.ok !== true) return answer;
    const members = (answer.members as string[]).filter((id) => id !== OPERATOR_ID);
    const { items, next } = page(members, call.args, 100);
    return { ok: true, members: items, response_metadata: { next_cursor: next } };
  }),

  'conversations.open': async (call) => {
    const ids = asText(call.args.users).split(',');
    const users = ids.map((id) => call.workspace.users.get(id));
    if (users.some((user) => user?.deleted)) return refusal('user_disabled');
    if (call.args.users !== undefined && users.includes(undefined)) {
      // The scope comes before the person, and `emulate` knows nobody by that id.
      return call.forward({ users: 'UNKNOWN' }).then((answer) => notFoundUnless('missing_scope', answer));
    }
    return call.forward();
  },
};

/** A private conversation without the bot does not exist for it. */
function seen(method: Method): Method {
  return async (call) => {
    if (call.workspace.isHidden(asText(call.args.channel))) return refusal('channel_not_found');
    const answer = await method(call);
    if (answer.error !== 'not_in_channel') return answer;
    return refusal('channel_not_found');
  };
}

/** One page of messages between `oldest` and `latest`, which `emulate` does not look at. */
async function messagePage(call: MethodCall, first: 'newest' | 'oldest'): Promise<JsonObject> {
  const { args, method, token, workspace } = call;
  const judged = await call.forward({ channel: args.channel, ts: args.ts, limit: 1 });
  if (judged.ok !== true) return judged;
  const found: JsonObject[] = [];
  const query = { channel: args.channel, ts: args.ts };
  for await (const message of pages(workspace.emulated, method, 'messages', query, token.credential)) {
    found.push(presentMessage(message));
  }
  if (first === 'oldest' && found.length === 0) return refusal('thread_not_found');
  const between = found.filter((message) => isBetween(asText(message.ts), args));
  const { items, next } = page(between, args, 100);
  return {
    ok: true,
    messages: isTrue(args.include_all_metadata) ? items : items.map(withoutMetadata),
    has_more: next !== '',
    response_metadata: { next_cursor: next },
  };
}

function isBetween(ts: string, args: JsonObject): boolean {
  const at = Number(ts);
  const oldest = Number(args.oldest ?? 0) || 0;
  const latest = Number(args.latest ?? 0) || Number.POSITIVE_INFINITY;
  return isTrue(args.inclusive) ? at >= oldest && at <= latest : at > oldest && at < latest;
}

function withoutMetadata(message: JsonObject): JsonObject {
  const { metadata: _, ...rest } = message;
  return rest;
}

function withChannel(answer: JsonObject, workspace: Workspace): JsonObject {
  if (answer.ok !== true) return answer;
  return { ...answer, channel: presentChannel(asObject(answer.channel), workspace) };
}

/** The operator of `emulate` is in every channel, and nobody knows. */
function presentChannel(channel: JsonObject, { sharedChannels }: Workspace): JsonObject {
  if (channel.is_im || channel.is_mpim || typeof channel.num_members !== 'number') return channel;
  const shared = sharedChannels.has(asText(channel.id));
  return { ...channel, num_members: channel.num_members - 1, is_shared: shared, is_ext_shared: shared };
}

function notFoundUnless(error: string, answer: JsonObject): JsonObject {
  return answer.error === error ? answer : refusal('user_not_found');
}
