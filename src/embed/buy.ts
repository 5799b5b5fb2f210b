import type { Api } from './api.ts';
import { el } from './dom.ts';
import { failFields, failureBanner, sentenceOf } from './failure-banner.ts';
import { textField } from './field.ts';
import { formatAmount } from './money.ts';
import { randomKey } from './once-key.ts';
import { createPanel } from './panel.ts';
import { LEFT } from './payment-return.ts';
import { Failure } from './request.ts';
import { sendButton } from './send-button.ts';
import type { Settings } from './settings.ts';
import type { Stage } from './stage.ts';
import type { PaymentForm, Product } from './wire.ts';

export interface BuyParts {
  api: Pick<Api, 'startPayment'>;
  settings: Settings;
  stage: Stage;
  products: readonly Product[];
}

type Wanted = Omit<PaymentForm, 'email'>;

/** A try and its Idempotency-Key: the same address after a lost answer is the same payment, another address is another. */
interface Attempt {
  email: string;
  key: string;
}

/**
 * What a press of `[data-orgdesk-product]` does: to the payment page, at once where the e-mail is given, else after asking for
 * it. The price is the server's. What fails is said in the same dialog, with the way to try again.
 */
export function createBuying({ api, settings, stage, products }: BuyParts): (button: HTMLElement) => void {
  const { labels } = settings;
  const panel = createPanel(labels.close, 'payment');
  stage.root.append(panel.element);
  let starting = false;

  /** Leaves for the payment page, and resolves when that came to nothing. Changes the attempt's key where nothing can have been begun under it. @throws Failure */
  const start = async (wanted: Wanted, attempt: Attempt): Promise<void> => {
    try {
      const { payment, url } = await api.startPayment({ ...wanted, email: attempt.email }, attempt.key);
      if (url === null || !/^https?:/.test(url)) throw new Failure(409, { detail: labels.payFailed });
      stage.tell('checkout', { id: payment.id });
      location.assign(url);
      await leaving();
    } catch (error) {
      if (error instanceof Failure && error.status >= 400 && error.status < 500) attempt.key = randomKey();
      throw error;
    }
  };

  const askFor = (button: HTMLElement, wanted: Wanted, known: Attempt, failed?: unknown) => {
    let attempt = known;
    const field = textField({
      name: 'email',
      label: labels.email,
      type: 'email',
      required: true,
      autocomplete: 'email',
    });
    field.input.value = attempt.email;
    const send = sendButton(labels.payContinue, labels.payStarting);
    const form = el('form', { class: 'pay', novalidate: true });
    const banner = failureBanner(labels, () => {
      send.element.focus();
      form.requestSubmit();
    });
    const show = (error: unknown) => {
      if (!failFields(error, (name) => (name === 'email' ? field : undefined)))
        banner.show(sentenceOf(error, labels));
    };
    const submit = async () => {
      banner.show(null);
      field.fail(null);
      const email = field.value();
      if (email === '') {
        field.fail(labels.required);
        return field.input.focus();
      }
      if (email !== attempt.email) attempt = { email, key: randomKey() };
      await start(wanted, attempt).catch(show);
    };
    form.append(
      priceLine(wanted, products, settings) ?? '',
      el('p', { class: 'quiet' }, labels.payIntro),
      field.element,
      banner.element,
      send.element,
    );
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      void send.during(submit);
    });
    panel.title(labels.payTitle);
    panel.body.replaceChildren(form);
    panel.open(button);
    if (failed !== undefined) show(failed);
  };

  return (button) => {
    const { orgdeskProduct, orgdeskQuantity, orgdeskReference, orgdeskEmail } = button.dataset;
    if (!orgdeskProduct || starting) return;
    const wanted = {
      product: orgdeskProduct,
      quantity: Number(orgdeskQuantity) || 1,
      ...(orgdeskReference && { reference: orgdeskReference }),
      ...returnUrls(),
    };
    const attempt = { email: orgdeskEmail || settings.visitor.email || '', key: randomKey() };
    if (attempt.email === '') return askFor(button, wanted, attempt);
    starting = true;
    button.setAttribute('aria-busy', 'true');
    void start(wanted, attempt)
      .catch((error) => askFor(button, wanted, attempt, error))
      .finally(() => {
        starting = false;
        button.removeAttribute('aria-busy');
      });
  };
}

/** Until the page is shown again, or stays: it is still there for a moment, and a second press would be a second payment. */
function leaving(): Promise<unknown> {
  return new Promise((resolve) => {
    addEventListener('pageshow', resolve, { once: true });
    setTimeout(resolve, 15_000);
  });
}

/** What it costs, where the product is one of those on sale. */
function priceLine(
  { product: id, quantity }: Wanted,
  products: readonly Product[],
  { language }: Settings,
): HTMLElement | undefined {
  const product = products.find((one) => one.id === id);
  if (!product) return undefined;
  const { name, unitAmount, currency } = product;
  return el(
    'p',
    { class: 'price' },
    el('span', { dir: 'auto' }, quantity > 1 ? `${quantity} × ${name}` : name),
    el('strong', {}, formatAmount(unitAmount * quantity, currency, language)),
  );
}

/** Back to this very page; who leaves the payment page without paying comes with a sign of it. */
function returnUrls(): { successUrl: string; cancelUrl: string } {
  const left = new URL(location.href);
  left.searchParams.set(LEFT, '1');
  return { successUrl: location.href, cancelUrl: left.href };
}
