import { withIds } from './block-ids.ts';
import { type HttpAnswer, type HttpRequest, jsonAnswer } from './http.ts';
import { slackTimestamp } from './ids.ts';
import { asObject, asText, isTrue, type JsonObject, parseJson, refusal } from './json.ts';
import { messageRefusal } from './payload-limits.ts';
import type { ResponseUrl } from './response-urls.ts';
import type { SandboxState } from './state.ts';

/** What the app posts to a response URL: shown where the person is, five times within thirty minutes. */
export async function receiveResponse(
  state: SandboxState,
  id: string,
  request: HttpRequest,
): Promise<HttpAnswer & { message: JsonObject }> {
  const message = asObject(parseJson(request.body.toString()));
  const url = state.responseUrls.use(id);
  if (typeof url === 'string') return { ...jsonAnswer(refusal(url), 404), message };
  const refused = messageRefusal(message);
  if (refused) {
    state.violation('limit', `response_url: ${JSON.stringify(refused.errors ?? refused.error)}`);
    return { ...jsonAnswer(refused, 400), message };
  }
  url.received.push(message);
  await showMessage(state, url, message);
  return { status: 200, body: 'ok', message };
}

/** Shows a message that answers an interaction: to everybody in the channel, to one person, or instead of another. */
export async function showMessage(state: SandboxState, url: ResponseUrl, message: JsonObject): Promise<void> {
  const original = url.messageTs;
  if (isTrue(message.delete_original) && original) return removeOriginal(state, url, original);
  if (isTrue(message.replace_original) && original) return replaceOriginal(state, url, original, message);
  if (message.response_type === 'in_channel') return postInChannel(state, url, message);
  const ts = slackTimestamp();
  state.ephemerals.push({
    ts,
    teamId: url.teamId,
    userId: url.userId,
    channelId: url.channelId,
    text: asText(message.text),
    blocks: withIds(message.blocks),
    ...(message.thread_ts ? { threadTs: asText(message.thread_ts) } : {}),
  });
  // A slash command has no message of its own: its first answer is what `replace_original` means.
  if (!url.messageTs) {
    url.messageTs = ts;
    url.ephemeral = true;
  }
}

async function removeOriginal(state: SandboxState, url: ResponseUrl, ts: string): Promise<void> {
  if (url.ephemeral) {
    state.ephemerals = state.ephemerals.filter((one) => one.ts !== ts);
    return;
  }
  await asBot(state, url, 'chat.delete', { channel: url.channelId, ts });
}

async function replaceOriginal(
  state: SandboxState,
  url: ResponseUrl,
  ts: string,
  message: JsonObject,
): Promise<void> {
  const content = { text: asText(message.text), blocks: withIds(message.blocks) };
  const shown = state.ephemerals.find((one) => one.ts === ts);
  if (shown) Object.assign(shown, content);
  else await asBot(state, url, 'chat.update', { channel: url.channelId, ts, ...content });
}

async function postInChannel(state: SandboxState, url: ResponseUrl, message: JsonObject): Promise<void> {
  const workspace = state.workspace(url.teamId);
  const sent: JsonObject = { channel: url.channelId, text: asText(message.text) };
  if (message.blocks) sent.blocks = withIds(message.blocks);
  if (message.thread_ts) sent.thread_ts = message.thread_ts;
  const author = { bot_id: workspace.botId, app_id: state.settings.appId };
  const answer = await asBot(state, url, 'chat.postMessage', { ...sent, ...author });
  if (!url.messageTs && answer.ok === true) url.messageTs = asText(answer.ts);
}

async function asBot(
  state: SandboxState,
  url: ResponseUrl,
  method: string,
  args: JsonObject,
): Promise<JsonObject> {
  const { emulated } = state.workspace(url.teamId);
  return emulated.call(method, args, await emulated.bot());
}
