import { createRoute, z } from '@hono/zod-openapi';
import type { Context } from '../../domain/context.ts';
import { refuse } from '../../domain/errors.ts';
import { lookAtAccount } from '../../domain/payments/account/look-at-account.ts';
import { beginPayment } from '../../domain/payments/checkout/begin-payment.ts';
import type { PaymentToOpen } from '../../domain/payments/checkout/page.ts';
import { readForWebsite } from '../../domain/payments/checkout/read-for-website.ts';
import type { FeeTerms } from '../../domain/payments/fee.ts';
import { paymentStatuses } from '../../domain/payments/payment.ts';
import { productsOnSale } from '../../domain/payments/products/on-sale.ts';
import { type PluginApi, pluginBase } from './api.ts';
import type { Gate } from './gate.ts';
import type { Limits } from './limits.ts';
import { Problem, problems } from './problems.ts';
import { anyOf, idempotencyKeySchema, keyQuery } from './schemas.ts';

export interface PaymentParts {
  context: Context;
  gate: Gate;
  limits: Limits;
  allowLocalhost: boolean;
  /** What the platform keeps. */
  fee: FeeTerms;
  /** Opens the payment's page at Stripe; null where Stripe cannot be asked now. */
  openPayment(paymentId: string): Promise<PaymentToOpen | null>;
}

const amountSchema = z.int().openapi({
  description: 'In the smallest unit of the currency: pence, or whole yen.',
  example: 1797,
});
const currencySchema = z.string().openapi({ description: 'ISO 4217, in lower case.', example: 'gbp' });
const statusSchema = z.enum(paymentStatuses);

const beginningSchema = z
  .strictObject({
    product: z.string().openapi({ description: 'The id of a product. Its price is the server’s.' }),
    quantity: z.int().min(1).max(100).default(1),
    email: z.string().openapi({
      description:
        'The payer’s, on Stripe’s page; the receipt goes there where receipts are switched on at Stripe.',
      example: 'cara@customer.example',
    }),
    reference: z
      .string()
      .optional()
      .openapi({ description: 'A word of your own for it, of 1 to 200 characters.', example: 'order-1042' }),
    successUrl: z.string().openapi({
      description:
        'Where somebody who has paid is sent, with `orgdesk_payment` put on: https, on a listed website.',
      example: 'https://shop.example.com/thanks',
    }),
    cancelUrl: z.string().openapi({
      description: 'The same for somebody who left without paying.',
      example: 'https://shop.example.com/cart',
    }),
  })
  .openapi('PaymentBeginning');

const begunSchema = z
  .object({
    payment: z.object({ id: z.uuid(), status: statusSchema, amount: amountSchema, currency: currencySchema }),
    url: z.url().nullable().openapi({
      description:
        'Stripe’s page, on which it can be paid within an hour; null where it cannot be paid any more.',
    }),
  })
  .openapi('PaymentBegun');

const paymentSchema = z
  .object({
    id: z.uuid(),
    status: statusSchema,
    amount: amountSchema,
    currency: currencySchema,
    product: z.uuid(),
    quantity: z.int(),
    reference: z.string().nullable(),
  })
  .openapi('Payment');

const productSchema = z
  .object({ id: z.uuid(), name: z.string(), unitAmount: amountSchema, currency: currencySchema })
  .openapi('Product');

const json = <Schema extends z.ZodType>(schema: Schema) => ({ 'application/json': { schema } });

/** Products, and payments for them: begun on Stripe's page, and asked for afterwards. */
export function paymentRoutes(
  api: PluginApi,
  { context, gate, limits, allowLocalhost, fee, openPayment }: PaymentParts,
): void {
  const list = createRoute({
    method: 'get',
    path: `${pluginBase}/products`,
    tags: ['Payments'],
    summary: 'List what is on sale',
    middleware: [gate.publishable, limits.perAddress('reads')],
    request: { query: keyQuery },
    responses: {
      200: { description: 'The active products.', content: json(z.array(productSchema)) },
      ...problems(403, 429),
    },
  });
  api.openapi(list, async (request) =>
    request.json(await productsOnSale(context, request.var.caller.organizationId), 200),
  );

  const begin = createRoute({
    method: 'post',
    path: `${pluginBase}/payments`,
    tags: ['Payments'],
    summary: 'Begin a payment',
    description:
      'For one product, on a page of Stripe’s. From a browser with a session for `payments` and `?key=`, from a server with a secret key. Name, price, currency and fee are the server’s.',
    middleware: [gate.browserOrServer('payments'), limits.perAddress('payments')],
    security: anyOf('session', 'secretKey'),
    request: {
      query: keyQuery,
      headers: z.object({
        'idempotency-key': idempotencyKeySchema.openapi({
          description: 'Required. The same request under the same key is the same payment.',
        }),
      }),
      body: { required: true, content: json(beginningSchema) },
    },
    responses: {
      201: {
        description:
          'The payment and its page. The same again under the same Idempotency-Key, then with `Idempotent-Replayed: true`.',
        content: json(begunSchema),
      },
      ...problems(400, 401, 403, 404, 409, 411, 413, 415, 422, 429, 503),
    },
  });
  api.openapi(begin, async (request) => {
    const { organizationId, origin } = request.var.caller;
    const body = request.req.valid('json');
    const { paymentId, first } = await beginPayment(
      context,
      { organizationId, origin },
      {
        key: request.req.valid('header')['idempotency-key'],
        request: { ...body, reference: body.reference ?? null },
      },
      { fee, websites: { allowLocalhost } },
    );
    const payment = await openPayment(paymentId);
    if (payment === null) throw stripeAway();
    if (payment.status === 'failed' && payment.sessionId === null) {
      // The key holds the refusal for good, and why may be over.
      throw first ? await refused(context, payment) : refuse('payment_refused');
    }
    if (!first) request.header('idempotent-replayed', 'true');
    const { id, status, amount, currency, checkoutUrl } = payment;
    const url = status === 'pending' ? checkoutUrl : null;
    return request.json({ payment: { id, status, amount, currency }, url }, 201);
  });

  const read = createRoute({
    method: 'get',
    path: `${pluginBase}/payments/{id}`,
    tags: ['Payments'],
    summary: 'See how a payment stands',
    middleware: [gate.browserOrServer('payments'), limits.perAddress('reads')],
    security: anyOf('session', 'secretKey'),
    request: { query: keyQuery, params: z.object({ id: z.string() }) },
    responses: {
      200: { description: 'The payment.', content: json(paymentSchema) },
      ...problems(401, 403, 404, 429),
    },
  });
  api.openapi(read, async (request) => {
    const { organizationId } = request.var.caller;
    const { id: paymentId } = request.req.valid('param');
    return request.json(await readForWebsite(context, { organizationId, paymentId }), 200);
  });
}

function stripeAway(): Problem {
  const detail =
    'Stripe does not answer at the moment. Nothing was charged. Send the same request again, under the same Idempotency-Key.';
  return new Problem(503, 'stripe_unavailable', detail, { headers: { 'retry-after': '5' } });
}

/** Why Stripe makes no page for a payment, as far as somebody can do something about it. */
async function refused(context: Context, { reason, accountId }: PaymentToOpen): Promise<Error> {
  switch (reason) {
    case 'amount_too_small':
      return refuse('payment_too_small').on('quantity');
    case 'email_invalid':
      return refuse('email_form').on('email');
    case 'insufficient_capabilities_for_transfer':
    case 'resource_missing':
      // Stripe has moved on since the account was read.
      await lookAtAccount(context, accountId);
      return refuse('payments_not_active');
    default:
      return refuse('payment_refused');
  }
}
