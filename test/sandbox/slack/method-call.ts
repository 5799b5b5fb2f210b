import type { JsonObject } from './json.ts';
import type { SandboxState } from './state.ts';
import type { IssuedToken } from './tokens.ts';
import type { Workspace } from './workspace.ts';

/** One call of a Web API method with a token that is good. */
export interface MethodCall {
  method: string;
  args: JsonObject;
  token: IssuedToken;
  workspace: Workspace;
  state: SandboxState;
  /** Asks `emulate`, as the same token, with these arguments instead of the app's. */
  forward(args?: JsonObject, method?: string): Promise<JsonObject>;
}

export type Method = (call: MethodCall) => Promise<JsonObject>;

export type Methods = Record<string, Method>;

/** Lets `emulate` answer alone. */
export const passThrough: Method = (call) => call.forward();

/** Notes a refusal for a broken limit and passes it on. */
export function refuseLimit(call: MethodCall, answer: JsonObject): JsonObject {
  call.state.violation('limit', `${call.method}: ${JSON.stringify(answer.errors ?? answer.error)}`);
  return answer;
}

/** One page of a list, in Slack's way: `limit`, and a `cursor` that says where to go on. */
export function page<Item>(items: Item[], args: JsonObject, usual: number): { items: Item[]; next: string } {
  const limit = Math.min(Math.max(Number(args.limit) || usual, 1), 1_000);
  const start = Number(Buffer.from(String(args.cursor ?? ''), 'base64').toString()) || 0;
  const end = start + limit;
  const next = end < items.length ? Buffer.from(String(end)).toString('base64') : '';
  return { items: items.slice(start, end), next };
}
