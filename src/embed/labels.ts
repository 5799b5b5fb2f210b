/** Every word of the script's own. `{…}` are filled in. What the server refuses, it says itself, in English. */
const defaults = {
  button: 'Contact us',
  title: 'How can we help?',
  intro: 'Write to us. We answer here and by e‑mail.',
  name: 'Name',
  email: 'E-mail',
  subject: 'Subject',
  message: 'Message',
  optional: 'optional',
  attach: 'Attach files',
  attachHint: 'Images, PDF, Word, Excel or ZIP; up to 5 files, 10 MB each.',
  remove: 'Remove {name}',
  send: 'Send',
  sending: 'Sending…',
  close: 'Close',
  tryAgain: 'Try again',
  required: 'Please fill this in.',
  emailInvalid: 'This is not an e-mail address.',
  filesTooMany: 'At most 5 files go with one message.',
  fileTooLarge: '{name} is larger than 10 MB.',
  filesTooLarge: 'These files are more than 10 MB together.',
  fileUnreadable: '{name} could not be read. Choose it again.',
  failed: 'This did not reach us. Nothing is lost. Check your connection.',
  busy: 'Too many requests. Try again in {seconds} seconds.',
  opened: 'Thank you. Your request is {number}. We answer here and by e‑mail.',
  another: 'New request',
  back: 'Back to {number}',
  gone: 'This conversation is not available any more.',
  loading: 'Loading…',
  messages: 'Messages',
  earlier: 'Show earlier messages',
  answer: 'Your answer',
  answerSend: 'Send answer',
  sent: 'Sent.',
  continued: 'The request before is closed. It goes on in {number}.',
  merged: 'This request goes on in {number}. We answer by e‑mail.',
  you: 'You',
  edited: 'edited',
  newAnswer: 'New answer',
  reconnecting: 'Connection lost. Trying again…',
  statusOpen: 'Open',
  statusPending: 'Waiting for you',
  statusResolved: 'Resolved',
  statusClosed: 'Closed',
  payTitle: 'Pay',
  payIntro: 'Where may we send the receipt?',
  payContinue: 'Continue to payment',
  payStarting: 'One moment…',
  payPaid: 'Thank you. Your payment of {amount} has arrived.',
  payPending: 'Your payment of {amount} is being confirmed.',
  payFailed: 'The payment did not go through. Nothing was charged.',
  payLeft: 'You left before paying. Nothing was charged.',
  payRefunded: 'Your payment of {amount} was given back.',
  payUnknown: 'We could not find out what became of your payment. If you have paid, it has arrived.',
};

export type Labels = typeof defaults;
export type Label = keyof Labels;

/**
 * The words as a website wants them: `window.orgdesk.labels.sendAgain` and `data-label-send-again` are the same; the attribute
 * wins. What is no text is passed over.
 */
export function readLabels(given: unknown, dataset: DOMStringMap): Labels {
  const labels = { ...defaults };
  for (const name of Object.keys(defaults) as Label[]) {
    const own = (given as Record<string, unknown> | undefined)?.[name];
    const attribute = dataset[`label${name.charAt(0).toUpperCase()}${name.slice(1)}`];
    if (typeof own === 'string') labels[name] = own;
    if (attribute !== undefined) labels[name] = attribute;
  }
  return labels;
}

/** ('Back to {number}', {number: 'TKT-001'}) -> 'Back to TKT-001' */
export function fill(label: string, values: Record<string, string | number>): string {
  return label.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? String(values[name]) : whole));
}
