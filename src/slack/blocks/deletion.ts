import type { Button, KnownBlock, ModalView } from '@slack/types';
import type { DeletionShown } from '../../domain/organizations/deletion/prepare-deletion.ts';
import { button, mrkdwn, plain } from './composition.ts';
import { escapeText, truncate } from './text.ts';
import { moment } from './time.ts';

/** How a deletion that is under way stands. */
type Standing = Pick<NonNullable<DeletionShown['deletion']>, 'status' | 'deleteAt'>;

export function keepButton(organization: string | null): Button {
  return button('deletion.undo', 'Keep the organization', {
    style: 'primary',
    label: truncate(`Keep ${organization ?? 'the organization'}: undo its deletion`, 75),
  });
}

const OWED = ' What is overdue already, Stripe may still collect until then.';

const steps = (owes: boolean) => [
  '1. From now on nothing in it can be changed, and nobody can join.',
  `2. Your subscription at Stripe is set to end with the present month, and no further month is charged.${owes ? OWED : ''} If Stripe cannot be told, nothing is deleted.`,
  '3. You get everything that Orgdesk keeps as a ZIP file, in a direct message.',
  '4. From then on you have *7 days* in which you can undo all of it here.',
  '5. After that the organization is deleted for good: members, invites, settings, logo, domains and audit trail. Nobody can bring it back.',
];

/** What happens, in order, and the name typed as a confirmation. */
export function deleteModal({ name, owes }: Pick<DeletionShown, 'name' | 'owes'>): ModalView {
  return modal({
    callback_id: 'deletion.submit',
    submit: plain('Delete'),
    close: plain('Cancel'),
    blocks: [
      { type: 'section', text: mrkdwn(`*This deletes ${escapeText(name)}.*\n${steps(owes).join('\n')}`) },
      {
        type: 'context',
        elements: [
          mrkdwn(
            'Your invoices stay at Stripe. `/org billing` shows them as long as the organization is here.',
          ),
        ],
      },
      {
        type: 'input',
        block_id: 'confirmation',
        label: plain('Name of the organization'),
        hint: plain(`To confirm, type its name exactly as it is: ${name}`),
        element: { type: 'plain_text_input', action_id: 'confirmation' },
      },
    ],
  });
}

export const requestedModal = modal({
  close: plain('Done'),
  blocks: [
    {
      type: 'section',
      text: mrkdwn(
        'It has begun. Nothing in the organization can be changed from now on. You get the data in a direct message, and with it the day on which everything is deleted. `/org delete` undoes it until then.',
      ),
    },
  ],
});

/** How a deletion stands, and the way back where there is one. */
export function deletionModal({
  name,
  deletion,
}: Pick<DeletionShown, 'name' | 'deletion'> & { deletion: object }): ModalView {
  const words: KnownBlock = { type: 'section', text: mrkdwn(standingText(name, deletion)) };
  return modal({
    close: plain('Close'),
    blocks: deletion.reversible ? [words, { type: 'actions', elements: [keepButton(name)] }] : [words],
  });
}

export const keptModal = modal({
  close: plain('Done'),
  blocks: [{ type: 'section', text: plain(keptText()) }],
});

export function keptText(): string {
  return 'The organization stays. A subscription that was set to end for the deletion goes on; where it has ended meanwhile, seats can be bought anew.';
}

/**
 * Stands above the overview while the organization is being deleted; empty where it is not. The Owner, `mayKeep`, has the
 * button in it.
 */
export function closingBanner(
  deletion: Standing | null,
  { name, mayKeep }: { name: string; mayKeep: boolean },
): KnownBlock[] {
  if (deletion === null) return [];
  const reversible = mayKeep && deletion.status !== 'deleting';
  return [
    {
      type: 'section',
      text: mrkdwn(standingText(name, deletion)),
      ...(reversible && { accessory: keepButton(name) }),
    },
  ];
}

function standingText(name: string, { status, deleteAt }: Standing): string {
  const who = `*${escapeText(name)}* is being deleted`;
  if (status === 'deleting') return `${who} at this moment.`;
  if (deleteAt === null) {
    return `${who}. Its billing is stopped and its data handed over to the Owner; then 7 days are left. Nothing in it can be changed.`;
  }
  return `*${escapeText(name)}* is deleted ${moment(deleteAt)}. Nothing in it can be changed; until then its Owner can keep it.`;
}

function modal(view: Omit<ModalView, 'type' | 'title'>): ModalView {
  return { type: 'modal', title: plain('Delete organization'), ...view };
}
