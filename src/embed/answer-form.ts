import { el } from './dom.ts';
import { failFields, failureBanner, sentenceOf } from './failure-banner.ts';
import { textField } from './field.ts';
import { filesField } from './files-field.ts';
import type { Labels } from './labels.ts';
import { onceKey, randomKey } from './once-key.ts';
import { sendButton, sendByKeys } from './send-button.ts';
import type { Store } from './storage.ts';
import type { Answer, Answered } from './wire.ts';

export interface AnswerFormParts {
  labels: Labels;
  drafts: Store;
  /** Under which the draft is kept. */
  draftName: string;
  send(body: string, onceKey: string): Promise<Answered>;
  sent(answered: Answered): void;
}

interface Draft {
  text: string;
  seed: string;
}

/** The form of an answer: what is typed outlives a failed try, and where the browser allows it a reload too. */
export function answerForm({ labels, drafts, draftName, send, sent }: AnswerFormParts): HTMLFormElement {
  const draft = drafts.get<Draft>(draftName);
  let seed = draft?.seed ?? randomKey();
  const field = textField({ name: 'text', label: labels.answer, lines: 2, required: true });
  const files = filesField(labels);
  const button = sendButton(labels.answerSend, labels.sending);
  const form = el('form', { class: 'answer', novalidate: true });
  const banner = failureBanner(labels, () => {
    button.element.focus();
    form.requestSubmit();
  });
  field.input.value = draft?.text ?? '';

  const keep = () => {
    const text = field.input.value;
    drafts.set(draftName, text === '' ? null : ({ text, seed } satisfies Draft));
  };
  const submit = async () => {
    for (const part of [field, files]) part.fail(null);
    banner.show(null);
    const typed = field.input.value;
    const chosen = files.chosen();
    const attachments = await files.read();
    if (attachments === null) return files.input.focus();
    if (typed.trim() === '' && attachments.length === 0) {
      field.fail(labels.required);
      return field.input.focus();
    }
    const answer: Answer = { text: typed.trim(), ...(attachments.length > 0 && { attachments }) };
    const body = JSON.stringify(answer);
    try {
      const answered = await send(body, onceKey(seed, body));
      seed = randomKey();
      // What was typed and chosen meanwhile is for the next answer.
      files.drop(chosen);
      if (field.input.value === typed) field.input.value = '';
      keep();
      sent(answered);
    } catch (error) {
      const named = (name: string) =>
        name === 'text' ? field : name.startsWith('attachments') ? files : undefined;
      if (!failFields(error, named)) banner.show(sentenceOf(error, labels));
    }
  };

  form.append(field.element, banner.element, el('div', { class: 'actions' }, files.element, button.element));
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    void button.during(submit);
  });
  field.input.addEventListener('input', keep);
  sendByKeys(form);
  return form;
}
