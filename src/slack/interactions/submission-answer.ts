import type { ModalView, View } from '@slack/types';
import { refusalView, type ShownModal, withRefusal } from '../blocks/refusal.ts';
import type { ViewInteraction } from '../listener.ts';
import type { Sentence } from '../refusal.ts';

export type SubmissionAnswer = NonNullable<Parameters<ViewInteraction['ack']>[0]>;

/** In the words of the wire. */
export function asResponseAction(answer: SubmissionAnswer) {
  if ('errors' in answer) return { response_action: 'errors', errors: answer.errors } as const;
  if ('update' in answer) return { response_action: 'update', view: answer.update } as const;
  if ('push' in answer) return { response_action: 'push', view: answer.push } as const;
  return { response_action: 'clear' } as const;
}

/**
 * On the input that the sentence is about, else on the first one: Slack scrolls there and keeps what was typed. A modal
 * without inputs shows the sentence on top.
 */
export function refusalAnswer(modal: ShownModal, { text, field }: Sentence): SubmissionAnswer {
  const inputs = (modal.blocks as { type: string; block_id?: string }[])
    .filter(({ type }) => type === 'input')
    .map(({ block_id }) => block_id);
  const input = inputs.find((id) => id === field) ?? inputs[0];
  // Slack shows an input's error without formatting.
  return input === undefined
    ? { update: withRefusal(modal, text) }
    : { errors: { [input]: text.replaceAll('`', '') } };
}

/** What a modal shows while its listener takes longer than Slack waits. */
export function workingView(modal: ShownModal): ModalView {
  return plainView(modal, 'Still working on it …');
}

/** What replaces it: an answer that came too late to be the answer. */
export function lateView(modal: ShownModal, answer: SubmissionAnswer | undefined): View {
  if (answer === undefined || 'clear' in answer) return plainView(modal, 'Done. You can close this.');
  if ('errors' in answer) return refusalView(Object.values(answer.errors).join(' '));
  return 'update' in answer ? answer.update : answer.push;
}

function plainView({ title, callback_id }: ShownModal, text: string): ModalView {
  return {
    type: 'modal',
    callback_id,
    title,
    close: { type: 'plain_text', text: 'Close' },
    blocks: [{ type: 'section', text: { type: 'plain_text', text } }],
  };
}
