import type { Actor } from '../../domain/actor.ts';

/** To somebody without a seat who wrote in a ticket's thread. */
export function noSeat({ standing }: Actor): string {
  if (standing === 'guest' || standing === 'stranger') {
    return 'This was not sent to the customer. Guests and people from other workspaces cannot answer customers.';
  }
  return 'You have no seat, so this was not sent to the customer, nor kept. An Admin or the Owner can invite you: `/org invite` with your e-mail address, then `agent`.';
}

export const whispers = {
  closed: (number: string, mergedInto?: string) =>
    mergedInto === undefined
      ? `${number} is closed, so this was not sent to the customer. \`!reopen\` opens it again; then write it anew.`
      : `${number} was merged into ${mergedInto}, so this was not sent to the customer. Write it in the thread of ${mergedInto}. \`!reopen\` undoes the merge.`,
  resolved: (number: string) =>
    `${number} is resolved and stays so; your reply goes out all the same. \`!reopen\` opens it again.`,
  refused: (sentence: string) => `${sentence} This was not sent to the customer.`,
  editMailed: () =>
    'Your change is kept and the customer’s page shows it. The e-mail had gone out before and is not sent again.',
  filesMailed: (count: number) =>
    `The customer’s page no longer shows ${count === 1 ? 'the file' : 'the files'} that you removed. The e-mail had gone out before, and cannot be taken back.`,
  withdrawnMailed: () =>
    'This is an internal note now and the customer’s page no longer shows it. But the e-mail had gone out before, and cannot be taken back.',
  withdrawn: () => 'This is an internal note now. It had not been mailed yet, and is not.',
  noteKept: () =>
    'This stays an internal note: an edit never sends one to the customer. To send it, write it as a new message.',
  wordless: () =>
    'This was not sent to the customer: it has no words and no files of its own, as a forwarded message has none. Write what it says.',
  editNoSeat: () =>
    'You can answer customers no more, so your change was not recorded: the customer sees what stood here before.',
  editNotSent: () => 'An edit runs no command and sends nothing. Write it as a new message.',
  deletedMailed: () =>
    'This is off the record and the customer’s page no longer shows it. The e-mail had gone out before, and cannot be taken back.',
} as const;
