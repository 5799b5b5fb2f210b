import type { stripeWebhookRoutes } from '../../src/web/stripe-webhook.ts';
import type { EventRecord } from '../sandbox/stripe/records/event.ts';
import type { StripeSandbox } from '../sandbox/stripe/server.ts';
import { signatureHeader } from '../sandbox/stripe/webhooks/signature.ts';

/** What Stripe has said and nobody has delivered yet. */
export class StripeMail {
  /** Whether anything was lost that the product never heard. */
  hasLost = false;
  private readonly sandbox: StripeSandbox;
  private readonly webhook: ReturnType<typeof stripeWebhookRoutes>;
  private waiting: EventRecord[] = [];

  constructor(sandbox: StripeSandbox, webhook: ReturnType<typeof stripeWebhookRoutes>) {
    this.sandbox = sandbox;
    this.webhook = webhook;
  }

  get isEmpty(): boolean {
    return this.waiting.length === 0;
  }

  take(event: EventRecord): void {
    this.waiting.push(event);
  }

  /** Brings a part of it to the webhook, in another order, and some of it again. */
  async deliver({ part, copies, seed }: { part: number; copies: number; seed: number }): Promise<void> {
    const mixed = shuffled(this.waiting, seed);
    const sent = mixed.slice(0, Math.ceil(part * mixed.length));
    this.waiting = this.waiting.filter((event) => !sent.includes(event));
    const again = shuffled(Array.from({ length: copies }, () => sent).flat(), seed + 1);
    await Promise.all(again.map((event) => this.post(event)));
  }

  lose(): void {
    this.hasLost ||= !this.isEmpty;
    this.waiting = [];
  }

  private async post(event: EventRecord): Promise<void> {
    const body = JSON.stringify(event);
    const signature = signatureHeader(body, this.sandbox.webhookSecret, this.sandbox.clock.seconds());
    const answer = await this.webhook.request('/stripe/webhook', {
      method: 'POST',
      body,
      headers: { 'stripe-signature': signature },
    });
    if (answer.status !== 200) throw new Error(`The webhook answered ${answer.status}.`);
  }
}

/** In an order that the seed decides. */
function shuffled<T>(list: readonly T[], seed: number): T[] {
  let state = seed % 2_147_483_647 || 1;
  const next = () => {
    state = (state * 48_271) % 2_147_483_647;
    return state;
  };
  return list
    .map((entry) => ({ entry, place: next() }))
    .sort((one, other) => one.place - other.place)
    .map(({ entry }) => entry);
}
