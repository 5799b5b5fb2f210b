import type { KnownBlock, ModalView } from '@slack/types';
import { type KeyScope, keyScopes } from '../../domain/plugin/keys/key-format.ts';
import type { SecretKey } from '../../domain/plugin/keys/list-keys.ts';
import { button, mrkdwn, plain } from './composition.ts';
import { codeBlock, escapeText, truncate } from './text.ts';
import { day } from './time.ts';

const scopeNames: Record<KeyScope, string> = {
  tickets: 'open tickets',
  payments: 'start payments, and read how they stand',
};

/** The form of a new secret key. */
export const secretKeyForm: ModalView = {
  type: 'modal',
  title: plain('New secret key'),
  callback_id: 'plugin.secret',
  submit: plain('Make key'),
  close: plain('Cancel'),
  blocks: [
    {
      type: 'input',
      block_id: 'name',
      label: plain('Name'),
      hint: plain('For you to know it by, like the server that uses it.'),
      // Slack may count a character as two; the limit itself is the operation's to say.
      element: { type: 'plain_text_input', action_id: 'name', max_length: 100 },
    },
    {
      type: 'input',
      block_id: 'scopes',
      label: plain('It may'),
      element: {
        type: 'checkboxes',
        action_id: 'scopes',
        options: keyScopes.map((scope) => ({ text: plain(scopeNames[scope]), value: scope })),
      },
    },
  ],
};

/**
 * The one view that has a secret key in it. It has no control: whatever is pressed or submitted in a view sends Slack's whole
 * copy of that view back here.
 */
export function secretShownModal({ name, secret }: { name: string; secret: string }): ModalView {
  return {
    type: 'modal',
    title: plain('New secret key'),
    close: plain('Done'),
    blocks: [
      {
        type: 'section',
        text: mrkdwn(
          `*${escapeText(name)}* is made. Copy it now: it is shown *this once*, and kept nowhere. Nobody can show it to you again.`,
        ),
      },
      { type: 'section', text: mrkdwn(codeBlock(secret)) },
      {
        type: 'context',
        elements: [
          plain(
            'It belongs on your own server, never on a website or in a message. If somebody else saw it, revoke it.',
          ),
        ],
      },
    ],
  };
}

export function secretMadeText({ name }: { name: string }): string {
  return `The secret key *${escapeText(name)}* is made.`;
}

export function revokedText({ name }: { name: string }): string {
  return `The secret key *${escapeText(name)}* is revoked: nothing can be done with it any more.`;
}

/** One of the list, with the way to end it. */
export function secretKeyRow({ id, name, hint, scopes, createdBy, createdAt }: SecretKey): KnownBlock {
  const may = scopes.map((scope) => scopeNames[scope]).join('; ');
  return {
    type: 'section',
    text: mrkdwn(
      `*${escapeText(name)}* · ends in \`${hint}\`\nMay ${may}\nMade by <@${createdBy}> on ${day(createdAt)}`,
    ),
    accessory: {
      ...button('plugin.revoke', 'Revoke', {
        label: truncate(`Revoke the secret key ${name}`, 75),
        value: id,
        style: 'danger',
      }),
      confirm: {
        title: plain('Revoke this key?'),
        text: plain(`What uses ${truncate(name, 120)} can do nothing any more, from this moment on.`),
        confirm: plain('Revoke'),
        deny: plain('Keep'),
        style: 'danger',
      },
    },
  };
}
