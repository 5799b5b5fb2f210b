import type { KnownBlock, ModalView } from '@slack/types';
import { escapeText, truncate } from './text.ts';

const BLOCK_ID = 'refusal';

/** A small modal that says one sentence. */
export function refusalView(sentence: string): ModalView {
  return {
    type: 'modal',
    title: { type: 'plain_text', text: 'Not done' },
    close: { type: 'plain_text', text: 'Close' },
    blocks: [sentenceBlock(sentence)],
  };
}

/** What Slack tells of a modal, as far as showing it again takes. */
export interface ShownModal {
  callback_id: string;
  title: ModalView['title'];
  blocks: unknown[];
  private_metadata?: string;
  external_id?: string;
  submit?: ModalView['submit'] | null;
  close?: ModalView['close'] | null;
  clear_on_close?: boolean;
  notify_on_close?: boolean;
}

/** The same modal with the sentence on top. Slack keeps what was typed, since the inputs keep their ids. */
export function withRefusal(modal: ShownModal, sentence: string): ModalView {
  const blocks = (modal.blocks as KnownBlock[]).filter(({ block_id }) => block_id !== BLOCK_ID);
  const { callback_id, title, private_metadata, external_id, submit, close } = modal;
  return {
    type: 'modal',
    callback_id,
    title,
    // A modal has at most 100 blocks (docs.slack.dev/reference/views).
    blocks: [sentenceBlock(sentence), ...blocks.slice(0, 99)],
    ...(private_metadata !== undefined && { private_metadata }),
    ...(external_id && { external_id }),
    ...(submit && { submit }),
    ...(close && { close }),
    clear_on_close: modal.clear_on_close ?? false,
    notify_on_close: modal.notify_on_close ?? false,
  };
}

function sentenceBlock(sentence: string): KnownBlock {
  return {
    type: 'section',
    block_id: BLOCK_ID,
    // Escaped, since a refusal may quote what somebody typed. 3,000 characters is a section's limit.
    text: { type: 'mrkdwn', text: truncate(escapeText(sentence), 3_000), verbatim: true },
  };
}
