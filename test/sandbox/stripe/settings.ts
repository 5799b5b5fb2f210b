/** What a Stripe account can be set to, and how slow the sandbox answers. Change it at any time. */
export interface SandboxSettings {
  /** How long each API call takes, in milliseconds of the machine. Two calls with one idempotency key meet in it. */
  latencyMs: number;
  /** Smallest amount Stripe charges, per currency, in minor units (docs.stripe.com/currencies#minimum-and-maximum). */
  minimumCharge: Record<string, number>;
  /** How long a renewal's invoice stays a draft, in seconds. Stripe: one hour. */
  draftSeconds: number;
  /** How many days before a renewal `invoice.upcoming` is sent. */
  upcomingDays: number;
  /** Days after a failed renewal payment at which it is tried again. */
  retryDays: number[];
  /** What becomes of the subscription after the last retry failed. */
  afterRetries: 'cancel' | 'unpaid' | 'past_due';
  /** Whether the per-subscription limits of docs.stripe.com/rate-limits are kept. */
  enforceLimits: boolean;
}

export function defaultSettings(): SandboxSettings {
  return {
    latencyMs: 0,
    minimumCharge: { gbp: 30, eur: 50, usd: 50, jpy: 50, czk: 1500, pln: 200, sek: 300, huf: 17500 },
    draftSeconds: 3_600,
    upcomingDays: 7,
    retryDays: [3, 5, 7],
    afterRetries: 'cancel',
    enforceLimits: true,
  };
}
