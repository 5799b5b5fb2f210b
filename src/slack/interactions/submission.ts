import type { AllMiddlewareArgs, SlackViewMiddlewareArgs, ViewSubmitAction } from '@slack/bolt';
import { refusalView, type ShownModal } from '../blocks/refusal.ts';
import type { Listener, ViewInteraction, ViewState } from '../listener.ts';
import type { SignedRequest } from '../receiver.ts';
import { slackErrorOf, unlessGone } from '../slack-error.ts';
import { acknowledgement } from './acknowledgement.ts';
import { type Engine, run } from './run.ts';
import {
  asResponseAction,
  lateView,
  refusalAnswer,
  type SubmissionAnswer,
  workingView,
} from './submission-answer.ts';
import { viewReference } from './view-reference.ts';

export type SubmissionArgs = SlackViewMiddlewareArgs<ViewSubmitAction> & AllMiddlewareArgs;

/** Answers submitted modals. */
export function submissionHandler(engine: Engine) {
  return async ({ body, ack, context }: SubmissionArgs): Promise<void> => {
    const { view, user, team } = body;
    if (!team) return ack();
    const modal = view as unknown as ShownModal;
    const teamId = view.app_installed_team_id ?? team.id;
    const acknowledged = acknowledgement<SubmissionAnswer>({
      send: (answer) => (answer ? ack(asResponseAction(answer)) : ack()),
      meanwhile: { update: workingView(modal) },
      late: async (answer) => {
        const client = engine.clientFor(teamId);
        await unlessGone(client.views.update({ view_id: view.id, view: lateView(modal, answer) }));
      },
    });
    await run<ViewInteraction>(engine, {
      listener: find(engine, view.callback_id),
      identity: {
        teamId,
        userId: user.id,
        name: user.name,
        ...(user.team_id !== undefined && { homeTeamId: user.team_id }),
      },
      request: context.request as SignedRequest,
      acknowledgement: acknowledged,
      details: {
        view: viewReference(view),
        state: (view.state?.values ?? {}) as ViewState,
        ack: acknowledged.give,
      },
      tell: async (sentence, client) => {
        if (!acknowledged.given()) return acknowledged.give(refusalAnswer(modal, sentence));
        // The modal is closed or shows something else by now.
        const told = refusalView(sentence.text);
        try {
          await client.views.open({ trigger_id: body.trigger_id, view: told });
        } catch (error) {
          // Too late to open anything: what waits for an answer in the modal gets this one.
          if (slackErrorOf(error) === undefined) throw error;
          await unlessGone(client.views.update({ view_id: view.id, view: told }));
        }
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
