import type { Api } from './api.ts';
import { el, icon, icons } from './dom.ts';
import { fill, type Label } from './labels.ts';
import { formatAmount } from './money.ts';
import { Failure } from './request.ts';
import type { Settings } from './settings.ts';
import type { Stage } from './stage.ts';
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

  let say: ((sentence: string) => void) | undefined;
  try {
    for (let look = 0; ; look += 1) {
      const payment = await api.payment(id);
      const amount = formatAmount(payment.amount, payment.currency, language);
      const pending = payment.status === 'pending';
      say ??= buildToast(stage, labels.close);
      say(pending && left ? labels.payLeft : fill(labels[words[payment.status]] ?? '', { amount }));
      const wait = waits[look];
      if (!pending || left || wait === undefined) {
        stage.tell('payment', { ...payment, left: pending && left });
        return;
      }
      await new Promise((resolve) => setTimeout(resolve, wait));
    }
  } catch (error) {
    // Of a payment that is none of this website's, as in a link that somebody made up, nothing is said.
    if (error instanceof Failure && error.status === 404) return;
    say ??= buildToast(stage, labels.close);
    say(labels.payUnknown);
  }
}

/** A line above the page that stays until it is closed, and takes no focus. */
function buildToast({ root }: Stage, closeLabel: string): (sentence: string) => void {
  const line = el('p', { role: 'status' });
  const close = el('button', { type: 'button', class: 'bare', 'aria-label': closeLabel }, icon(icons.close));
  const toast = el('div', { class: 'toast', hidden: true }, line, close);
  close.addEventListener('click', () => toast.remove());
  root.append(toast);
  return (sentence) => {
    toast.hidden = false;
    line.textContent = sentence;
  };
}
