import { createHash } from 'node:crypto';
import type { KnownBlock, ModalView } from '@slack/types';
import type { Settings } from '../../domain/organizations/read-settings.ts';
import { mrkdwn, plain } from './composition.ts';
import { descriptionInput, nameInput } from './create.ts';
import { logoInput } from './logo.ts';

export const textFields = ['name', 'description', 'joinLink'] as const;
export type TextField = (typeof textFields)[number];

/** What the modal showed, a fingerprint of each text: enough to tell whether somebody changed it. */
export type Shown = Record<TextField, string>;

export function fingerprint(text: string | null): string {
  return createHash('sha256')
    .update(text ?? '')
    .digest('base64url')
    .slice(0, 16);
}

export function settingsModal(settings: Settings): ModalView {
  const shown: Shown = {
    name: fingerprint(settings.name),
    description: fingerprint(settings.description),
    joinLink: fingerprint(settings.joinLink),
  };
  return {
    type: 'modal',
    callback_id: 'settings.submit',
    private_metadata: JSON.stringify(shown),
    title: plain('Settings'),
    submit: plain('Save'),
    close: plain('Cancel'),
    blocks: [
      nameInput(settings.name),
      descriptionInput(settings.description ?? undefined),
      logoInput(settings.hasLogo ? 'New logo' : 'Logo'),
      ...(settings.hasLogo ? [removeLogo] : []),
      joinLinkInput(settings.joinLink),
    ],
  };
}

/** What was saved; nothing is said of what stayed. */
export function savedModal(changed: readonly string[], { logo }: { logo: boolean }): ModalView {
  const names = changed.map((field) => savedNames[field as keyof typeof savedNames]);
  const lines = [
    ...(names.length > 0 ? [`Saved: ${names.join(', ')}.`] : []),
    ...(logo ? ['The new logo is being checked; it appears in a moment.'] : []),
    ...(names.length === 0 && !logo ? ['Nothing was changed.'] : []),
  ];
  return {
    type: 'modal',
    title: plain('Settings'),
    close: plain('Done'),
    blocks: [{ type: 'section', text: mrkdwn(lines.join('\n')) }],
  };
}

const savedNames = {
  name: 'the name',
  description: 'the description',
  joinLink: 'the join link',
  logo: 'the logo is removed',
};

const removeLogo: KnownBlock = {
  type: 'input',
  block_id: 'remove_logo',
  optional: true,
  label: plain('Present logo'),
  element: {
    type: 'checkboxes',
    action_id: 'remove_logo',
    options: [{ text: plain('Remove it'), value: 'remove' }],
  },
};

function joinLinkInput(joinLink: string | null): KnownBlock {
  return {
    type: 'input',
    block_id: 'join_link',
    optional: true,
    label: plain('Workspace join link'),
    hint: plain(
      'Shown to invited people who are not in this workspace yet. Slack gives it under “Invite people”.',
    ),
    element: {
      type: 'url_text_input',
      action_id: 'join_link',
      placeholder: plain('https://join.slack.com/t/…'),
      ...(joinLink !== null && { initial_value: joinLink }),
    },
  };
}
