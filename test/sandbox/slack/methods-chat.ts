import { withIds } from './block-ids.ts';
import { slackTimestamp } from './ids.ts';
import { asObject, asText, type JsonObject, refusal } from './json.ts';
import { type Method, type MethodCall, type Methods, refuseLimit } from './method-call.ts';
import { messageRefusal } from './payload-limits.ts';

export const chatMethods: Methods = {
  'chat.postMessage': writing(async (call) => {
    const refused = (await cannotPost(call)) ?? tooFast(call);
    if (refused) return refused;
    const answer = await call.forward(authored(call));
    if (answer.ok !== true) return answer;
    const message = { ...asObject(answer.message), team: call.workspace.id };
    const conversation = await call.workspace.conversation(asText(answer.channel));
    if (conversation?.isMember) {
      const { id: channel, kind: channel_type } = conversation;
      call.state.onPosted(call.workspace, { ...message, channel, channel_type, event_ts: answer.ts });
    }
    return { ...answer, message };
  }),

  'chat.update': writing(async (call) => {
    const conversation = await call.workspace.conversation(asText(call.args.channel));
    // "The message cannot be edited within a frozen, archived or deleted channel."
    if (conversation?.isArchived) return refusal('is_inactive');
    return call.forward(authored(call));
  }),
  'chat.delete': (call) => call.forward(),

  'chat.postEphemeral': writing(async (call) => {
    const refused = await cannotPost(call);
    if (refused) return refused;
    const sent = authored(call);
    const answer = await call.forward(sent);
    if (answer.ok !== true) return answer;
    const ts = slackTimestamp();
    call.state.ephemerals.push({
      ts,
      teamId: call.workspace.id,
      userId: asText(call.args.user),
      channelId: asText(call.args.channel),
      text: asText(sent.text),
      blocks: withIds(sent.blocks),
      ...(sent.thread_ts ? { threadTs: asText(sent.thread_ts) } : {}),
    });
    return { ok: true, message_ts: ts };
  }),
};

/** Refuses what is over Slack's limits, once the token may write at all. */
function writing(method: Method): Method {
  return async (call) => {
    if (!call.token.scopes.includes('chat:write')) return call.forward();
    const refused = messageRefusal(call.args);
    return refused ? refuseLimit(call, refused) : method(call);
  };
}

/** The message as Slack keeps it: every block with an id, and the app as its author. */
function authored(call: MethodCall): JsonObject {
  const { args, state, token, workspace } = call;
  return {
    ...args,
    ...(args.blocks === undefined ? {} : { blocks: withIds(args.blocks) }),
    ...(token.kind === 'bot' ? { bot_id: workspace.botId, app_id: state.settings.appId } : {}),
  };
}

/** Where a bot cannot write: a channel that it is not in, a person who has left. `emulate` judges the rest. */
async function cannotPost(call: MethodCall): Promise<JsonObject | undefined> {
  const channel = asText(call.args.channel);
  if (/^[UW]/.test(channel)) {
    const user = call.workspace.users.get(channel);
    if (!user) return refusal('channel_not_found');
    if (user.deleted) return refusal('user_disabled');
    return user.isBot ? refusal('cannot_dm_bot') : undefined;
  }
  const conversation = await call.workspace.conversation(channel);
  if (!conversation) return refusal('channel_not_found');
  if (conversation.kind === 'group' && !conversation.isMember) return refusal('channel_not_found');
  if (conversation.isArchived) return refusal('is_archived');
  const open = conversation.kind === 'channel' && call.token.scopes.includes('chat:write.public');
  return conversation.isMember || open ? undefined : refusal('not_in_channel');
}

const lastPosts = new WeakMap<object, Map<string, number>>();

/** One message a second a channel (https://docs.slack.dev/apis/web-api/rate-limits), when that is switched on. */
function tooFast(call: MethodCall): JsonObject | undefined {
  if (!call.state.settings.limitMessageRate) return undefined;
  const posts = lastPosts.get(call.state) ?? new Map<string, number>();
  lastPosts.set(call.state, posts);
  const channel = asText(call.args.channel);
  const now = Date.now();
  if (now - (posts.get(channel) ?? 0) < 1_000) return refusal('ratelimited');
  posts.set(channel, now);
  return undefined;
}
