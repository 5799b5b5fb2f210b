import { OPERATOR_ID } from './emulated-team.ts';
import { asText, type JsonObject, refusal } from './json.ts';
import { type MethodCall, type Methods, page } from './method-call.ts';
import { formatUser, slackbot } from './users.ts';
import { pages } from './workspace.ts';

/** The sandbox answers for the people; `emulate` judges the token and its scopes first. */
export const usersMethods: Methods = {
  'users.info': async (call) => {
    const judged = await call.forward({ user: OPERATOR_ID });
    if (judged.ok !== true) return judged;
    const user = call.workspace.users.get(asText(call.args.user));
    return user ? { ok: true, user: formatUser(user, mayReadEmail(call)) } : refusal('user_not_found');
  },

  'users.list': async (call) => {
    const judged = await call.forward({ limit: 1 });
    if (judged.ok !== true) return judged;
    const local = [...call.workspace.users.values()].filter((user) => !user.isStranger);
    const { items, next } = page([slackbot(call.workspace.id), ...local], call.args, 1_000);
    return {
      ok: true,
      members: items.map((user) => formatUser(user, mayReadEmail(call))),
      response_metadata: { next_cursor: next },
    };
  },

  'users.lookupByEmail': async (call) => {
    const judged = await call.forward({ email: 'nobody@example.invalid' });
    if (judged.error !== 'users_not_found') return judged;
    const email = asText(call.args.email).toLowerCase();
    const user = [...call.workspace.users.values()].find(
      (one) => one.email.toLowerCase() === email && !one.deleted && !one.isStranger && !one.isBot,
    );
    return user ? { ok: true, user: formatUser(user, true) } : refusal('users_not_found');
  },

  'users.conversations': async (call) => {
    const types = asText(call.args.types) || 'public_channel';
    const judged = await call.forward({ types, limit: 1 }, 'conversations.list');
    if (judged.ok !== true) return judged;
    const own = await joined(call, types);
    const { items, next } = page(own, call.args, 100);
    return { ok: true, channels: items, response_metadata: { next_cursor: next } };
  },
};

/** The conversations of those types that the person (or the bot itself) is in, as far as the caller may see them. */
async function joined(call: MethodCall, types: string): Promise<JsonObject[]> {
  const { emulated } = call.workspace;
  const user = asText(call.args.user);
  const theirs = user && user !== call.token.userId ? await call.workspace.conversationsOf(user) : undefined;
  const channels: JsonObject[] = [];
  const args = { types, exclude_archived: call.args.exclude_archived };
  for await (const channel of pages(
    emulated,
    'conversations.list',
    'channels',
    args,
    call.token.credential,
  )) {
    const id = asText(channel.id);
    if (theirs ? theirs.includes(id) : channel.is_member === true) channels.push(channel);
  }
  return channels;
}

function mayReadEmail(call: MethodCall): boolean {
  return call.token.scopes.includes('users:read.email');
}
