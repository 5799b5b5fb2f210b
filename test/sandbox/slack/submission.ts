import type { Ack } from './delivery.ts';
import { asObject, asText, isObject, type JsonObject } from './json.ts';
import { pushView, replaceView } from './methods-views.ts';
import type { OpenView } from './open-view.ts';
import { viewRefusal } from './payload-limits.ts';
import type { SandboxState } from './state.ts';
import { methodCall } from './web-api.ts';

/** What the person sees after pressing Submit. */
export interface Submitted {
  ack: Ack;
  /** The errors under the inputs, by block id; empty when there were none. */
  errors: Record<string, string>;
  /** The modal that is on top now, if any. */
  modal: OpenView | undefined;
}

/**
 * Does with the stack of modals what the app's answer to a submission says. Throws, and notes a violation, when the
 * answer is one that Slack would not take.
 */
export async function applyResponse(state: SandboxState, open: OpenView, ack: Ack): Promise<void> {
  if (ack.status !== 200) return;
  if (ack.body.trim() === '') return state.screens.remove(open);
  const action = asText(ack.json?.response_action);
  if (action === 'clear') return state.screens.clear(open.teamId, open.userId);
  if (action === 'errors') return showErrors(state, open, asObject(ack.json?.errors));
  if (action !== 'update' && action !== 'push')
    throw refused(state, `no such answer: ${ack.body.slice(0, 200)}`);
  const view = ack.json?.view;
  const problem = viewRefusal(view, 'modal');
  if (problem) throw refused(state, `${action}: ${JSON.stringify(problem.errors ?? problem.error)}`);
  const call = await callAsApp(state, open.teamId, { view });
  const answer =
    action === 'update' ? await replaceView(call, open) : await pushView(call, open.userId, open.id);
  if (answer.ok !== true) throw refused(state, `${action}: ${asText(answer.error)}`);
}

function showErrors(state: SandboxState, open: OpenView, errors: JsonObject): void {
  const inputs = new Set(
    open.elements.filter(({ block }) => block.type === 'input').map(({ blockId }) => blockId),
  );
  const entries = Object.entries(errors);
  if (entries.length === 0) throw refused(state, 'errors: none is named');
  for (const [blockId, text] of entries) {
    if (!inputs.has(blockId)) throw refused(state, `errors: there is no input ${blockId} in the view`);
    if (typeof text !== 'string' || text === '') throw refused(state, `errors: ${blockId} has no text`);
  }
  open.errors = Object.fromEntries(entries.map(([blockId, text]) => [blockId, asText(text)]));
}

/** A call in the app's name, for what its acknowledgement asks of Slack. */
async function callAsApp(state: SandboxState, teamId: string, args: JsonObject) {
  const workspace = state.workspace(teamId);
  const credential = await workspace.emulated.bot();
  return methodCall(state, 'view_submission', isObject(args) ? args : {}, {
    value: credential.value,
    teamId,
    kind: 'bot',
    userId: workspace.botUserId,
    scopes: [],
    credential,
    state: 'active',
  });
}

function refused(state: SandboxState, detail: string): Error {
  state.violation('response-action', detail);
  return new Error(`Slack would not take this answer to a submission: ${detail}`);
}
