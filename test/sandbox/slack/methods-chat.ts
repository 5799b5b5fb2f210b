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
  // `emulate` refuses what is another's (`cant_delete_message`) and what is not there (`message_not_found`).
  'chat.delete': async (call) => {
    const { workspace, state } = call;
    const [channel, ts] = [asText(call.args.channel), asText(call.args.ts)];
    const conversation = await workspace.conversation(channel);
    if (!conversation) return refusal('channel_not_found');
    const messages = await workspace.messages(channel);
    const answer = await call.forward();
    if (answer.ok !== true || !conversation.isMember) return answer;
    const previous_message = messages.find((message) => message.ts === ts) ?? {};
    const replied = messages.some((message) => message.thread_ts === ts && message.ts !== ts);
    const event = { type: 'message', hidden: true, channel, channel_type: conversation.kind };
    const at = slackTimestamp();
    state.onPosted(workspace, {
      ...event,
      ts: at,
      event_ts: at,
      // The first message of a thread that has replies becomes a tombstone (docs.slack.dev/reference/events/message).
      ...(replied
        ? { subtype: 'message_changed', message: { subtype: 'tombstone', ts, thread_ts: ts } }
        : { subtype: 'message_deleted', deleted_ts: ts }),
      previous_message,
    });
    return answer;
  },

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
