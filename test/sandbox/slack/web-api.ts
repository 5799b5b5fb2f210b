import { asText, type JsonObject, refusal } from './json.ts';
import { type MethodCall, type Methods, passThrough } from './method-call.ts';
import { authMethods } from './methods-auth.ts';
import { chatMethods } from './methods-chat.ts';
import { conversationsMethods } from './methods-conversations.ts';
import { filesMethods } from './methods-files.ts';
import { usersMethods } from './methods-users.ts';
import { viewsMethods } from './methods-views.ts';
import type { SandboxState } from './state.ts';
import type { IssuedToken } from './tokens.ts';

/** Every method that the sandbox knows; all others are `unknown_method`. */
const METHODS: Methods = {
  ...authMethods,
  ...chatMethods,
  ...conversationsMethods,
  ...filesMethods,
  ...usersMethods,
  ...viewsMethods,
  'bots.info': passThrough,
  'chat.getPermalink': passThrough,
  'files.list': passThrough,
  'reactions.add': passThrough,
  'reactions.get': passThrough,
  'reactions.remove': passThrough,
};

/** Answers a Web API method the way Slack does: the method first, then the token, then its scopes, then the rest. */
export async function answerMethod(
  state: SandboxState,
  method: string,
  args: JsonObject,
  bearer: string | undefined,
): Promise<{ answer: JsonObject; token?: IssuedToken }> {
  const handler = METHODS[method];
  if (!handler) return { answer: refusal('unknown_method', { req_method: method }) };
  const token = state.tokens.check(bearer);
  if (typeof token === 'string') return { answer: refusal(token) };
  const { token: _, ...rest } = args;
  return { answer: await handler(methodCall(state, method, rest, token)), token };
}

export function methodCall(
  state: SandboxState,
  method: string,
  args: JsonObject,
  token: IssuedToken,
): MethodCall {
  const workspace = state.workspace(token.teamId);
  return {
    method,
    args,
    token,
    workspace,
    state,
    forward: (own = args, other = method) => workspace.emulated.call(other, own, token.credential),
  };
}

/** The token of a request: in the header, or among the arguments. */
export function bearerOf(authorization: string | undefined, args: JsonObject): string | undefined {
  const header = authorization?.replace(/^Bearer\s+/i, '').trim();
  return header || asText(args.token) || undefined;
}
