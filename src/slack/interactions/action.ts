import type { AllMiddlewareArgs, BlockAction, SlackActionMiddlewareArgs } from '@slack/bolt';
import type { WebClient } from '@slack/web-api';
import { refusalView, type ShownModal, withRefusal } from '../blocks/refusal.ts';
import { escapeText } from '../blocks/text.ts';
import type { ActionInteraction, Listener, ViewState } from '../listener.ts';
import type { SignedRequest } from '../receiver.ts';
import { acknowledgement } from './acknowledgement.ts';
import { type Engine, run } from './run.ts';
import { viewReference } from './view-reference.ts';

export type ActionArgs = SlackActionMiddlewareArgs<BlockAction> & AllMiddlewareArgs;

/** Answers buttons, selects and other controls. */
export function actionHandler(engine: Engine) {
  return async ({ body, ack, context }: ActionArgs): Promise<void> => {
    const [action] = body.actions;
    if (!action || !body.team) return ack();
    const { action_id: actionId, block_id: blockId } = action;
    const { view } = body;
    const acknowledged = acknowledgement<never>({ send: () => ack(), late: async () => {} });
    const respond: ActionInteraction['respond'] = ({ replace = false, ...reply }) =>
      engine.respond(body.response_url, {
        ...reply,
        ...(!replace && { response_type: 'ephemeral' }),
        replace_original: replace,
      });
    await run<ActionInteraction>(engine, {
      listener: find(engine, actionId, 'url' in action),
      identity: {
        // A modal opened from a shared channel knows the workspace that has the app; the person's may be another.
        teamId: view?.app_installed_team_id ?? body.team.id,
        userId: body.user.id,
        name: body.user.name ?? body.user.username,
        ...(body.user.team_id !== undefined && { homeTeamId: body.user.team_id }),
      },
      request: context.request as SignedRequest,
      acknowledgement: acknowledged,
      details: {
        actionId,
        blockId,
        value: chosenValue(action),
        state: (view?.state?.values ?? body.state?.values ?? {}) as ViewState,
        triggerId: body.trigger_id,
        view: view && viewReference(view),
        message: view ? undefined : messageReference(body),
        ack: acknowledged.give,
        respond,
      },
      tell: async ({ text }, client) => {
        if (!acknowledged.given()) await acknowledged.give();
        if (!view) return respond({ text: escapeText(text) });
        await tellInView(client, body.trigger_id, view, text);
      },
    });
  };
}

function find(engine: Engine, actionId: string, isLink: boolean): Listener<ActionInteraction> {
  const { actions } = engine.listeners;
  const listener = Object.hasOwn(actions, actionId) ? actions[actionId] : undefined;
  // Slack also tells of a press on a link button, whose work is done in the browser.
  return listener ?? (isLink ? silent : outdated);
}

const silent: Listener<ActionInteraction> = { actor: 'recent', handle: ({ ack }) => ack() };

const outdated: Listener<ActionInteraction> = {
  actor: 'recent',
  handle: async ({ ack, message, respond, view, triggerId, client }) => {
    await ack();
    const text = 'This button is from an earlier version and does nothing any more. Open it anew.';
    if (message) await respond({ text });
    else if (view) await client.views.open({ trigger_id: triggerId, view: refusalView(text) });
  },
};

/** A message that only one person sees comes without its content; then the container names it. */
function messageReference({ message, channel, container }: BlockAction): ActionInteraction['message'] {
  const ts: unknown = message?.ts ?? container?.message_ts;
  return channel && typeof ts === 'string' ? { channelId: channel.id, ts } : undefined;
}

/** Above a modal a small one; where no third fits above, the sentence in the modal itself; on the Home tab a modal. */
async function tellInView(
  client: WebClient,
  triggerId: string,
  view: { id: string; type: string },
  text: string,
) {
  if (view.type === 'home') {
    await client.views.open({ trigger_id: triggerId, view: refusalView(text) });
    return;
  }
  try {
    await client.views.push({ trigger_id: triggerId, view: refusalView(text) });
  } catch {
    await client.views.update({ view_id: view.id, view: withRefusal(view as unknown as ShownModal, text) });
  }
}

/** The button's value, the chosen option, person, conversation or date, or the text typed. */
function chosenValue(action: object): string | undefined {
  const chosen = action as {
    value?: string | null;
    selected_option?: { value: string } | null;
    selected_user?: string | null;
    selected_conversation?: string | null;
    selected_channel?: string | null;
    selected_date?: string | null;
  };
  return (
    chosen.value ??
    chosen.selected_option?.value ??
    chosen.selected_user ??
    chosen.selected_conversation ??
    chosen.selected_channel ??
    chosen.selected_date ??
    undefined
  );
}
