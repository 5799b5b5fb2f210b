import type { Api } from './api.ts';
import { el } from './dom.ts';
import { failFields, failureBanner, sentenceOf } from './failure-banner.ts';
import { type Field, textField } from './field.ts';
import { filesField } from './files-field.ts';
import type { Labels } from './labels.ts';
import { onceKey, randomKey } from './once-key.ts';
import { sendButton, sendByKeys } from './send-button.ts';
import type { Store } from './storage.ts';
import type { TicketAccess, TicketForm } from './wire.ts';

export interface TicketFormParts {
  api: Pick<Api, 'openTicket'>;
  labels: Labels;
  drafts: Store;
  /** What the website knows of its visitor. */
  known: { name?: string | undefined; email?: string | undefined };
  opened(access: TicketAccess): void;
}

type Draft = Record<string, string>;

/** Enough to tell a slip from an address; the server judges. */
const looksLikeEmail = (text: string) => /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(text);

/** The form that opens a ticket. What is typed outlives a failed try, and where the browser allows it a reload too. */
export function ticketForm({ api, labels, drafts, known, opened }: TicketFormParts): HTMLFormElement {
  const fields = {
    name: textField({
      name: 'name',
      label: labels.name,
      aside: labels.optional,
      autocomplete: 'name',
    }),
    email: textField({
      name: 'email',
      label: labels.email,
      type: 'email',
      required: true,
      autocomplete: 'email',
    }),
    title: textField({
      name: 'subject',
      label: labels.subject,
      required: true,
      autocomplete: 'off',
    }),
    description: textField({
      name: 'message',
      label: labels.message,
      lines: 5,
      required: true,
    }),
  };
  const files = filesField(labels);
  const trap = el('input', { name: 'website', tabindex: -1, autocomplete: 'off' });
  const button = sendButton(labels.send, labels.sending);
  const form = el('form', { class: 'ticket', novalidate: true });
  const banner = failureBanner(labels, () => {
    button.element.focus();
    form.requestSubmit();
  });

  const draft: Draft = { seed: randomKey(), ...known, ...drafts.get<Draft>('draft') };
  for (const [name, { input }] of Object.entries(fields)) input.value = draft[name] ?? '';

  const wrong = (name: string, field: Field): string | null => {
    if (name !== 'name' && field.value() === '') return labels.required;
    return name === 'email' && !looksLikeEmail(field.value()) ? labels.emailInvalid : null;
  };
  const submit = async () => {
    banner.show(null);
    files.fail(null);
    let first: Field | undefined;
    for (const [name, field] of Object.entries(fields)) {
      const message = wrong(name, field);
      field.fail(message);
      if (message !== null) first ??= field;
    }
    if (first) return first.input.focus();
    const attachments = await files.read();
    if (attachments === null) return files.input.focus();
    const [name, email] = [fields.name.value(), fields.email.value()];
    const ticket: TicketForm = {
      title: fields.title.value(),
      description: fields.description.value(),
      requester: { ...(name !== '' && { name }), email },
      ...(attachments.length > 0 && { attachments }),
      ...(trap.value !== '' && { website: trap.value }),
    };
    const body = JSON.stringify(ticket);
    try {
      const access = await api.openTicket(body, onceKey(draft.seed ?? '', body));
      drafts.set('draft', null);
      opened(access);
    } catch (error) {
      if (!failFields(error, fieldOf)) banner.show(sentenceOf(error, labels));
    }
  };
  const fieldOf = (path: string) => {
    if (path.startsWith('attachments')) return files;
    return fields[path.replace('requester.', '') as keyof typeof fields];
  };

  form.append(
    el('p', { class: 'quiet intro' }, labels.intro),
    ...Object.values(fields).map(({ element }) => element),
    // Out of sight and reach of people: what fills it in is no person.
    el('div', { class: 'unseen', 'aria-hidden': 'true' }, trap),
    banner.element,
    el('div', { class: 'actions' }, files.element, button.element),
  );
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    void button.during(submit);
  });
  sendByKeys(form);
  form.addEventListener('input', () => {
    for (const [name, { input }] of Object.entries(fields)) draft[name] = input.value;
    drafts.set('draft', draft);
  });
  return form;
}
