import type { Api } from './api.ts';
import { el, icon, icons } from './dom.ts';
import { fill, type Label } from './labels.ts';
import { formatAmount } from './money.ts';
import { Failure } from './request.ts';
import type { Settings } from './settings.ts';
import type { Stage } from './stage.ts';
import { statusLine } from './status-line.ts';
import type { Payment } from './wire.ts';

/** The server's parameter on both ways back, and ours on the way back without having paid. */
const PAYMENT = 'orgdesk_payment';
export const LEFT = 'orgdesk_left';

/** Milliseconds between the looks at a payment that is still pending: a minute in all. */
const waits = [1_000, 2_000, 3_000, 5_000, 8_000, 13_000, 28_000];

const words: Record<Payment['status'], Label> = {
  pending: 'payPending',
  paid: 'payPaid',
  failed: 'payFailed',
  refunded: 'payRefunded',
  partially_refunded: 'payPaid',
};

/** Back from the payment page: says what became of the payment, and takes its parameters out of the address. */
export async function showReturn(
  api: Pick<Api, 'payment'>,
  stage: Stage,
  { labels, language }: Settings,
): Promise<void> {
  const address = new URL(location.href);
  const id = address.searchParams.get(PAYMENT);
  if (!id) return;
  const left = address.searchParams.has(LEFT);
  address.searchParams.delete(PAYMENT);
  address.searchParams.delete(LEFT);
  history.replaceState(history.state, '', address.href);

  const toast = buildToast(stage, labels.close);
  let known = false;
  for (let look = 0; ; look += 1) {
    const wait = waits[look];
    try {
      const payment = await api.payment(id);
      const amount = formatAmount(payment.amount, payment.currency, language);
      const pending = payment.status === 'pending';
      known = true;
      toast.say(pending && left ? labels.payLeft : fill(labels[words[payment.status]] ?? '', { amount }));
      if (!pending || left || wait === undefined) {
        return stage.tell('payment', { ...payment, left: pending && left });
      }
    } catch (error) {
      // Of a payment that is none of this website's, as in a link that somebody made up, nothing is said.
      if (error instanceof Failure && error.status === 404) return toast.remove();
      if (!known) toast.say(labels.payUnknown);
      if (wait === undefined) return;
    }
    await new Promise((resolve) => setTimeout(resolve, wait));
  }
}

/** A line above the page that is seen once it says something, stays until it is closed, and takes no focus. */
function buildToast({ root }: Stage, closeLabel: string): { say(sentence: string): void; remove(): void } {
  const line = statusLine('');
  const close = el('button', { type: 'button', class: 'bare', 'aria-label': closeLabel }, icon(icons.close));
  const toast = el('div', { class: 'unseen' }, line.element);
  close.addEventListener('click', () => toast.remove());
  root.append(toast);
  return {
    say(sentence) {
      toast.className = 'toast';
      toast.append(close);
      line.say(sentence);
    },
    remove: () => toast.remove(),
  };
}
