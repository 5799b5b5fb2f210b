import type { AllMiddlewareArgs, SlackViewMiddlewareArgs, ViewSubmitAction } from '@slack/bolt';
import { refusalView, type ShownModal, withRefusal } from '../blocks/refusal.ts';
import type { Listener, ViewInteraction, ViewState } from '../listener.ts';
import type { SignedRequest } from '../receiver.ts';
import type { Sentence } from '../refusal.ts';
import { acknowledgement, type Engine, run } from './run.ts';
import { viewReference } from './view-reference.ts';

type Answer = Parameters<ViewInteraction['ack']>[0];

/** Bolt's one listener of submitted modals. */
export function submissionHandler(engine: Engine) {
  return async ({
    body,
    ack,
    context,
  }: SlackViewMiddlewareArgs<ViewSubmitAction> & AllMiddlewareArgs): Promise<void> => {
    const { view, user, team } = body;
    if (!team) return ack();
    const acknowledged = acknowledgement<Answer>((answer) =>
      answer ? ack(asResponseAction(answer)) : ack(),
    );
    await run<ViewInteraction>(engine, {
      listener: find(engine, view.callback_id),
      identity: {
        teamId: view.app_installed_team_id ?? team.id,
        userId: user.id,
        name: user.name,
        ...(user.team_id !== undefined && { homeTeamId: user.team_id }),
      },
      request: context.request as SignedRequest,
      acknowledgement: acknowledged,
      interaction: (base) => ({
        ...base,
        view: viewReference(view),
        state: (view.state?.values ?? {}) as ViewState,
        ack: acknowledged.give,
      }),
      tell: async (sentence, client) => {
        if (!acknowledged.given())
          return acknowledged.give(refusalAnswer(view as unknown as ShownModal, sentence));
        // The modal is closed or shows something else by now.
        await client.views.open({ trigger_id: body.trigger_id, view: refusalView(sentence.text) });
      },
    });
  };
}

function find(engine: Engine, callbackId: string): Listener<ViewInteraction> {
  const { views } = engine.listeners;
  const listener = Object.hasOwn(views, callbackId) ? views[callbackId] : undefined;
  return listener ?? outdated;
}

const outdated: Listener<ViewInteraction> = {
  actor: 'recent',
  handle: ({ ack }) =>
    ack({ update: refusalView('This form is from an earlier version, and nothing was done. Open it anew.') }),
};

function asResponseAction(answer: NonNullable<Answer>) {
  if ('errors' in answer) return { response_action: 'errors', errors: answer.errors } as const;
  if ('update' in answer) return { response_action: 'update', view: answer.update } as const;
  if ('push' in answer) return { response_action: 'push', view: answer.push } as const;
  return { response_action: 'clear' } as const;
}

/**
 * On the input that the sentence is about, else on the first one: Slack scrolls there and keeps what was typed. A modal
 * without inputs shows the sentence on top.
 */
function refusalAnswer(modal: ShownModal, { text, field }: Sentence): Answer {
  const inputs = (modal.blocks as { type: string; block_id?: string }[])
    .filter(({ type }) => type === 'input')
    .map(({ block_id }) => block_id);
  const input = inputs.find((id) => id === field) ?? inputs[0];
  // Slack shows an input's error without formatting.
  return input === undefined
    ? { update: withRefusal(modal, text) }
    : { errors: { [input]: text.replaceAll('`', '') } };
}
