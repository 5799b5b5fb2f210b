import { asText, type JsonObject, refusal } from './json.ts';
import { type MethodCall, type Methods, passThrough } from './method-call.ts';

export const filesMethods: Methods = {
  'files.getUploadURLExternal': passThrough,

  'files.completeUploadExternal': async (call) => {
    for (const channel of asText(call.args.channel_id).split(',').filter(Boolean)) {
      const conversation = await call.workspace.conversation(channel);
      if (conversation && !conversation.isMember) return refusal('not_in_channel');
    }
    return call.forward();
  },

  'files.info': async (call) => {
    const answer = await call.forward();
    if (answer.error !== 'file_not_found') return answer;
    return (await grantedFile(call)) ?? answer;
  },
};

/** A file that a person gave to the app in a modal: the app may see it though it is shared nowhere. */
async function grantedFile(call: MethodCall): Promise<JsonObject | undefined> {
  const owner = call.state.grantedFiles.get(asText(call.args.file));
  if (!owner || !call.workspace.users.has(owner)) return undefined;
  const { emulated } = call.workspace;
  return emulated.call('files.info', { file: call.args.file }, await emulated.user(owner));
}
