import type { Api } from './api.ts';
import { el } from './dom.ts';
import { failFields, failureBanner, sentenceOf } from './failure-banner.ts';
import { textField } from './field.ts';
import { formatAmount } from './money.ts';
import { randomKey } from './once-key.ts';
import { createPanel } from './panel.ts';
import { LEFT } from './payment-return.ts';
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

/**
 * What a press of `[data-orgdesk-product]` does: to the payment page, at once where the e-mail is given, else after asking for
 * it. The price is the server's. What fails is said in the same dialog, with the way to try again.
 */
export function createBuying({ api, settings, stage, products }: BuyParts): (button: HTMLElement) => void {
  const { labels, language } = settings;
  const panel = createPanel(labels.close, 'payment');
  stage.root.append(panel.element);
  let starting = false;

  /** @throws Failure */
  const start = async (form: PaymentForm, onceKey: string): Promise<void> => {
    const { payment, url } = await api.startPayment(form, onceKey);
    stage.tell('checkout', { id: payment.id });
    if (/^https?:/.test(url)) location.assign(url);
  };

  const askFor = (
    button: HTMLElement,
    wanted: Omit<PaymentForm, 'email'>,
    email: string,
    failed?: unknown,
  ) => {
    // What is asked again after a lost answer is asked under the same key; another address is another payment.
    let last = { email, key: randomKey() };
    const field = textField({
      name: 'email',
      label: labels.email,
      type: 'email',
      required: true,
      autocomplete: 'email',
    });
    field.input.value = email;
    const send = sendButton(labels.payContinue, labels.payStarting);
    const form = el('form', { class: 'pay', novalidate: true });
    const banner = failureBanner(labels, () => form.requestSubmit());
    const product = products.find(({ id }) => id === wanted.product);
    const submit = async () => {
      banner.show(null);
      field.fail(null);
      const given = field.value();
      if (given === '') {
        field.fail(labels.required);
        return field.input.focus();
      }
      if (given !== last.email) last = { email: given, key: randomKey() };
      try {
        await start({ ...wanted, email: given }, last.key);
      } catch (error) {
        if (!failFields(error, (name) => (name === 'email' ? field : undefined)))
          banner.show(sentenceOf(error, labels));
      }
    };
    form.append(
      product
        ? el(
            'p',
            { class: 'price' },
            el(
              'span',
              { dir: 'auto' },
              wanted.quantity > 1 ? `${wanted.quantity} × ${product.name}` : product.name,
            ),
            el('strong', {}, formatAmount(product.unitAmount * wanted.quantity, product.currency, language)),
          )
        : '',
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
    if (failed !== undefined) banner.show(sentenceOf(failed, labels));
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
    const email = orgdeskEmail || settings.visitor.email || '';
    if (email === '') return askFor(button, wanted, '');
    starting = true;
    button.setAttribute('aria-busy', 'true');
    void start({ ...wanted, email }, randomKey())
      .catch((error) => askFor(button, wanted, email, error))
      .finally(() => {
        starting = false;
        button.removeAttribute('aria-busy');
      });
  };
}

/** Back to this very page; who leaves the payment page without paying comes with a sign of it. */
function returnUrls(): { successUrl: string; cancelUrl: string } {
  const left = new URL(location.href);
  left.searchParams.set(LEFT, '1');
  return { successUrl: location.href, cancelUrl: left.href };
}
