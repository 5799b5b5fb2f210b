/** What a person with a card does on the sandbox's pages, over HTTP like a browser. */
export interface PaymentForm {
  /** The card's number; 4242 4242 4242 4242 when absent. */
  card?: string;
  email?: string;
  name?: string;
  /** By a direct debit instead of the card: what comes of it is said days later. */
  debit?: boolean;
  /** What they do when their bank asks; they complete it when absent. */
  authentication?: 'complete' | 'fail';
}

export interface PaymentResult {
  /** Status of the last page they saw, or 303 when they were sent away from the sandbox. */
  status: number;
  /** Where Checkout sent them: the success_url with the session's id in it. Null when it did not. */
  redirectedTo: string | null;
  /** The text of the last page. */
  page: string;
}

async function post(url: string, fields: Record<string, string>): Promise<Response> {
  return fetch(url, { method: 'POST', body: new URLSearchParams(fields), redirect: 'manual' });
}

/** Fills in the payment form of a Checkout session's or an invoice's page, and the bank's page if it comes to that. */
export async function payOnPage(url: string, form: PaymentForm = {}): Promise<PaymentResult> {
  const typed = {
    card: form.card ?? '4242 4242 4242 4242',
    email: form.email ?? 'owner@example.com',
    name: form.name ?? 'Sandbox Customer',
    ...(form.debit && { method: 'debit' }),
  };
  let response = await post(url, typed);
  let location = response.headers.get('location');
  if (location?.startsWith('/')) {
    const bank = new URL(location, url).href;
    response = await post(bank, { result: form.authentication ?? 'complete' });
    location = response.headers.get('location');
  }
  return { status: response.status, redirectedTo: location, page: await response.text() };
}
