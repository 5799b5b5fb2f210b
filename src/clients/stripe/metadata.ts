const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** What we write into what we make at Stripe, so that its events can be told whose they are. */
export function organizationMetadata(organizationId: string): { organization_id: string } {
  return { organization_id: organizationId };
}

/** The same for a payment that a website takes. */
export function paymentMetadata(payment: { id: string; organizationId: string }) {
  return { ...organizationMetadata(payment.organizationId), payment_id: payment.id };
}

/** The payment named there; null for anything that is not of our making. */
export function paymentIn(metadata: Record<string, unknown> | null | undefined): string | null {
  return uuidOrNull(metadata?.payment_id);
}

/** The organization named there; null for anything that is not of our making. */
export function organizationIn(metadata: Record<string, unknown> | null | undefined): string | null {
  return uuidOrNull(metadata?.organization_id);
}

export function uuidOrNull(value: unknown): string | null {
  return typeof value === 'string' && uuid.test(value) ? value : null;
}
