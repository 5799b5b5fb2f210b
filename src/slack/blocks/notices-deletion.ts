import type { Notice } from '../../domain/notices.ts';
import { may } from '../../domain/permissions.ts';
import { keepButton } from './deletion.ts';
import { because, type Tellers } from './notice-parts.ts';
import { escapeText } from './text.ts';
import { moment } from './time.ts';

type DeletionKind = Extract<Notice['kind'], `deletion_${string}`>;

const bold = (organization: string | null) =>
  organization === null ? 'The organization' : `*${escapeText(organization)}*`;

export const deletionTellers: Tellers<DeletionKind> = {
  deletion_scheduled: ({ at }, { organization, role }) => {
    const owner = role !== null && may(role, 'organization.delete');
    const handed = owner ? 'You have its data in a file here, and no further month is charged. ' : '';
    const keep = owner ? 'Until then you can keep it.' : 'Until then its Owner can keep it.';
    return {
      text: `${bold(organization)} is deleted ${moment(new Date(at))}. ${handed}Nothing in it can be changed any more. ${keep}`,
      buttons: owner ? [keepButton(organization)] : [],
    };
  },

  deletion_undone: (_, { organization }) => ({
    text: `${bold(organization)} stays: the deletion was undone.`,
  }),

  deletion_failed: ({ reason }, { organization }) => ({
    text: `${bold(organization)} was not deleted, and is open again.${because(reason)} \`/org delete\` tries it again.`,
  }),

  // Another organization may have been created since.
  deletion_done: () => ({
    text: 'The organization of this workspace was deleted, and with it everything that Orgdesk kept of it. Your invoices are at Stripe. `/org create` makes a new organization.',
  }),
};
