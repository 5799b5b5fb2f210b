import { withIds } from './block-ids.ts';
import { asObject, asText, type JsonObject, refusal } from './json.ts';
import { type MethodCall, type Methods, refuseLimit } from './method-call.ts';
import { OpenView } from './open-view.ts';
import { viewRefusal } from './payload-limits.ts';
import { MAX_STACK } from './screens.ts';

/**
 * Modals and home tabs. `emulate` keeps the views and their hashes; who has which modal open, and which one lies on
 * which, is kept here, because `emulate` never closes one.
 */
export const viewsMethods: Methods = {
  'views.open': async (call) => {
    const refused = viewRefusal(call.args.view, 'modal');
    if (refused) return refuseLimit(call, refused);
    const trigger = exchange(call);
    if (typeof trigger === 'string') return refusal(trigger);
    const answer = await createView(call, trigger.userId);
    if (answer.ok === true) {
      call.state.screens.open(new OpenView(call.workspace.id, trigger.userId, asObject(answer.view)));
    }
    return answer;
  },

  'views.push': async (call) => {
    const refused = viewRefusal(call.args.view, 'modal');
    if (refused) return refuseLimit(call, refused);
    const trigger = exchange(call);
    if (typeof trigger === 'string') return refusal(trigger);
    return pushView(call, trigger.userId, trigger.viewId);
  },

  'views.update': async (call) => {
    const { external_id, view, view_id } = call.args;
    const open = call.state.screens.find(call.workspace.id, {
      viewId: asText(view_id),
      externalId: asText(external_id),
    });
    if (!open) return refusal('not_found');
    const refused = viewRefusal(view, open.view.type === 'home' ? 'home' : 'modal');
    if (refused) return refuseLimit(call, refused);
    return replaceView(call, open);
  },

  'views.publish': async (call) => {
    const refused = viewRefusal(call.args.view, 'home');
    if (refused) return refuseLimit(call, refused);
    const userId = asText(call.args.user_id);
    if (!call.workspace.users.has(userId)) return refusal('user_not_found');
    const answer = await call.forward({ ...call.args, view: kept(call.args.view) });
    if (answer.ok !== true) return answer;
    const view = present(call, answer);
    const home = call.state.screens.home(call.workspace.id, userId);
    if (home) home.replace(view);
    else call.state.screens.setHome(new OpenView(call.workspace.id, userId, view));
    return { ok: true, view };
  },
};

/** Puts a view on top of the one it was pushed from, which must be the person's topmost modal. */
export async function pushView(
  call: MethodCall,
  userId: string,
  fromViewId: string | undefined,
): Promise<JsonObject> {
  const stack = call.state.screens.stack(call.workspace.id, userId);
  const parent = stack.at(-1);
  if (!parent || !stack.some((open) => open.id === fromViewId)) return refusal('not_found');
  if (stack.length >= MAX_STACK) return refusal('push_limit_reached');
  const answer = await createView(call, userId);
  if (answer.ok !== true) return answer;
  const view = {
    ...asObject(answer.view),
    previous_view_id: parent.id,
    root_view_id: stack[0]?.id ?? parent.id,
  };
  call.state.screens.push(new OpenView(call.workspace.id, userId, view));
  return { ok: true, view };
}

/** Puts a new version in the place of an open view; a stale hash is refused. */
export async function replaceView(call: MethodCall, open: OpenView): Promise<JsonObject> {
  const { hash, view } = call.args;
  const answer = await call.forward({ view_id: open.id, hash, view: kept(view) }, 'views.update');
  if (answer.ok !== true) return answer;
  const { previous_view_id, root_view_id } = open.view;
  const updated = { ...present(call, answer), previous_view_id, root_view_id };
  open.replace(updated);
  return { ok: true, view: updated };
}

/** Lets `emulate` keep a new modal, with a trigger of its own making: ours has been judged already. */
async function createView(call: MethodCall, userId: string): Promise<JsonObject> {
  const { emulated } = call.workspace;
  const made = await emulated.call('views.generateTriggerId', { user_id: userId }, await emulated.bot());
  const args = { trigger_id: made.trigger_id, view: kept(call.args.view) };
  const answer = await call.forward(args, 'views.open');
  return answer.ok === true ? { ok: true, view: present(call, answer) } : answer;
}

function exchange(call: MethodCall) {
  const id = asText(call.args.trigger_id) || asText(call.args.interactivity_pointer);
  return call.state.triggers.exchange(id, call.workspace.id);
}

function kept(view: JsonObject[string]): JsonObject {
  return { ...asObject(view), blocks: withIds(asObject(view).blocks) };
}

function present(call: MethodCall, answer: JsonObject): JsonObject {
  const { botId, id } = call.workspace;
  const view = asObject(answer.view);
  return { ...view, bot_id: botId, app_id: call.state.settings.appId, app_installed_team_id: id };
}
