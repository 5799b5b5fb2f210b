import { createBillingQuestions } from '../../src/clients/stripe/billing-questions.ts';
import { createStripe } from '../../src/clients/stripe/client.ts';
import { connectStripe } from '../../src/clients/stripe/connection.ts';
import { setUpStripe } from '../../src/clients/stripe/setup.ts';
import { createWebhookVerifier } from '../../src/clients/stripe/webhook-signature.ts';
import type { Database } from '../../src/database/client.ts';
import type { Outbox } from '../../src/database/outbox.ts';
import { keepReconciling } from '../../src/domain/billing/reconciliation/begin.ts';
import { Refusal } from '../../src/domain/errors.ts';
import { acceptByLink } from '../../src/domain/invitations/accept-invitation.ts';
import { revokeInvitation } from '../../src/domain/invitations/revoke-invitation.ts';
import { sendInvitation } from '../../src/domain/invitations/send-invitation.ts';
import { identify } from '../../src/domain/members/identify.ts';
import { removeMember } from '../../src/domain/members/remove-member.ts';
import { requestSeatChange } from '../../src/domain/seats/request-seat-change.ts';
import { stripeWebhookRoutes } from '../../src/web/stripe-webhook.ts';
import { type StripeSandbox, startStripeSandbox } from '../sandbox/stripe/server.ts';
import { payOnPage } from '../sandbox/stripe/shopper.ts';
import { START, type TestContext, testContext } from '../setup/context.ts';
import { type SeededOrganization, seedOrganization } from '../setup/organization.ts';
import type { Story } from './billing-steps.ts';
import { billingTopics, type Death, MortalWorker } from './mortal-worker.ts';
import { StripeHistory } from './stripe-history.ts';
import { StripeMail } from './stripe-mail.ts';

export const HOUR = 3600;

/** One organization before one Stripe account, both new, on a database that is used again and again. */
export class BillingRun {
  readonly sandbox: StripeSandbox;
  readonly context: TestContext;
  readonly history: StripeHistory;
  readonly mail: StripeMail;
  readonly organization: SeededOrganization;
  subscriptionId = '';
  customerId = '';
  private readonly worker: MortalWorker;
  private readonly tokens = new Map<string, string>();
  private people = 0;

  private constructor(parts: {
    sandbox: StripeSandbox;
    context: TestContext;
    organization: SeededOrganization;
    outbox: Outbox;
    seats: number;
  }) {
    const { sandbox, context } = parts;
    this.sandbox = sandbox;
    this.context = { ...context, seal: (secret, subject) => this.keepToken(secret, subject) };
    this.organization = parts.organization;
    this.history = new StripeHistory(sandbox, parts.seats);
    this.worker = new MortalWorker(this.context, sandbox, parts.outbox);
    const verifyStripeEvent = createWebhookVerifier(sandbox.webhookSecret);
    this.mail = new StripeMail(sandbox, stripeWebhookRoutes({ context: this.context, verifyStripeEvent }));
    sandbox.webhooks.drop((event) => {
      this.mail.take(event);
      this.history.note(event);
      return true;
    });
  }

  static async start(
    database: Database,
    outbox: Outbox,
    { seats }: Pick<Story, 'seats'>,
  ): Promise<BillingRun> {
    await database.$executeRaw`DELETE FROM organizations`;
    for (const table of ['outbox', 'intake', 'slack_people', 'reconciliations', 'billing_findings']) {
      await database.$executeRawUnsafe(`DELETE FROM ${table}`);
    }
    const sandbox = await startStripeSandbox({ now: START });
    const context = testContext(database);
    const organization = await seedOrganization(context, { seats: 0 });
    const options = { secretKey: sandbox.secretKey, apiBase: sandbox.url };
    await setUpStripe(connectStripe(options), () => {});
    const run = new BillingRun({ sandbox, context, organization, outbox, seats });
    const urls = { paid: `${sandbox.url}/paid`, left: `${sandbox.url}/left` };
    const questions = createBillingQuestions(run.context, createStripe(options), urls);
    const page = await questions.checkout(organization.id, seats, organization.id);
    await payOnPage(page.url);
    const [subscription] = sandbox.state.subscriptions();
    if (!subscription) throw new Error('Checkout sold nothing.');
    run.subscriptionId = subscription.id;
    run.customerId = subscription.customer;
    await run.mail.deliver({ part: 1, copies: 1, seed: 1 });
    await run.work({ together: false });
    return run;
  }

  stop(): Promise<void> {
    return this.sandbox.close();
  }

  work(how: { together: boolean; death?: Death | undefined }): Promise<void> {
    return this.worker.work(how);
  }

  wake(): Promise<void> {
    return this.worker.wake();
  }

  /** Moves both clocks. */
  wait(seconds: number): void {
    this.context.advance({ seconds });
    this.sandbox.clock.advance({ seconds });
  }

  async reconcile(): Promise<void> {
    await keepReconciling(this.context);
    await this.work({ together: false });
  }

  async owner() {
    const { teamId, owner } = this.organization;
    return identify(this.context, { teamId, userId: owner.userId, name: owner.name });
  }

  /** A refusal is an answer, no failure. */
  async want(seats: number): Promise<void> {
    await unlessRefused(requestSeatChange(this.context, await this.owner(), { quantity: seats }));
  }

  async invite(who: number): Promise<boolean> {
    const email = `invitee${who}@harbour.example`;
    return unlessRefused(sendInvitation(this.context, await this.owner(), { email, role: 'agent' }));
  }

  async accept(which: number): Promise<boolean> {
    const invitation = pick(await this.pending(), which);
    if (!invitation) return false;
    this.people += 1;
    const person = {
      userId: `UJOINED${this.people}`,
      name: `Person ${this.people}`,
      email: invitation.email,
    };
    const proven = {
      ...person,
      teamId: this.organization.teamId,
      emailVerified: true,
      standing: 'full' as const,
    };
    const token = this.tokens.get(invitation.id) ?? '';
    return unlessRefused(acceptByLink(this.context, proven, { token }));
  }

  async revoke(which: number): Promise<void> {
    const invitation = pick(await this.pending(), which);
    if (!invitation) return;
    await unlessRefused(revokeInvitation(this.context, await this.owner(), { invitationId: invitation.id }));
  }

  async remove(which: number): Promise<void> {
    const where = { organizationId: this.organization.id, status: 'active' as const, role: 'agent' as const };
    const member = pick(
      await this.context.database.member.findMany({ where, orderBy: { id: 'asc' } }),
      which,
    );
    if (!member) return;
    await unlessRefused(removeMember(this.context, await this.owner(), { memberId: member.id }));
  }

  async figures(): Promise<{ purchased: number; used: number }> {
    const { database } = this.context;
    const where = { organizationId: this.organization.id };
    const [organization, members, pending] = await Promise.all([
      database.organization.findUniqueOrThrow({ where: { id: this.organization.id } }),
      database.member.count({ where: { ...where, status: 'active' } }),
      database.invitation.count({
        where: { ...where, status: 'pending', expiresAt: { gt: this.context.now() } },
      }),
    ]);
    return { purchased: organization.seatsPurchased, used: members + pending };
  }

  /** The effects about billing that are neither done nor parked; the earliest first. */
  waiting() {
    return this.context.database.outboxRow.findMany({
      where: { topic: { in: billingTopics }, status: { in: ['pending', 'queued'] } },
      orderBy: { availableAt: 'asc' },
    });
  }

  openChanges(): Promise<number> {
    return this.context.database.seatChange.count({ where: { settledAt: null } });
  }

  private pending() {
    return this.context.database.invitation.findMany({
      where: { organizationId: this.organization.id, status: 'pending' },
      orderBy: { id: 'asc' },
    });
  }

  private keepToken(secret: string, subject: string): string {
    this.tokens.set(subject, secret);
    return `sealed:${subject}:${secret}`;
  }
}

async function unlessRefused(asked: Promise<unknown>): Promise<boolean> {
  try {
    await asked;
    return true;
  } catch (error) {
    if (error instanceof Refusal) return false;
    throw error;
  }
}

function pick<T>(list: T[], which: number): T | undefined {
  return list[which % Math.max(1, list.length)];
}
