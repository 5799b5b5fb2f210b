import { pino } from 'pino';
import { createStripe, type StripeClient } from '../../src/clients/stripe/client.ts';
import type { openOutbox } from '../../src/database/outbox.ts';
import type { Context } from '../../src/domain/context.ts';
import type { Topic } from '../../src/domain/effects.ts';
import type { JobContext } from '../../src/jobs/context.ts';
import { createExecutor, type Executor } from '../../src/jobs/engine/executor.ts';
import { createHandedOver } from '../../src/jobs/engine/handed-over.ts';
import { createInHand } from '../../src/jobs/engine/in-hand.ts';
import { usualPace } from '../../src/jobs/engine/pace.ts';
import type { JobOfTopic } from '../../src/jobs/job.ts';
import { registry } from '../../src/jobs/registry.ts';
import type { StripeSandbox } from '../sandbox/stripe/server.ts';

/** The jobs that speak to Stripe, as the product has them. */
const jobs = Object.fromEntries(
  Object.entries(registry).filter(([, job]) => job.queue === 'stripe'),
) as Partial<JobOfTopic<JobContext>>;
export const billingTopics = Object.keys(jobs) as Topic[];

/** When a worker dies: at its `nth` call to Stripe from now. */
export interface Death {
  nth: number;
  moment: 'before' | 'after';
  /** It only stood still: others take it for dead, and later it goes on where it was. */
  returns: boolean;
}

/**
 * Does due effects as a worker does, by the shipped executor on the shipped outbox, without a queue between them; and dies
 * where it is told: from then on nothing of it moves, and its effects are brought back as the sweep does.
 */
export class MortalWorker {
  private readonly context: Context;
  private readonly sandbox: StripeSandbox;
  private readonly outbox: ReturnType<typeof openOutbox>;
  private executor!: Executor;
  private death: Death | undefined;
  private die = () => {};
  private goOn = () => {};
  private dead: Promise<'dead'> = new Promise(() => {});
  /** Those that stand still: how they go on, and until when they are at it. */
  private asleep: { wake(): void; atWork: Promise<unknown> }[] = [];

  constructor(context: Context, sandbox: StripeSandbox, outbox: ReturnType<typeof openOutbox>) {
    this.context = context;
    this.sandbox = sandbox;
    this.outbox = outbox;
    this.startAnew();
  }

  /** Does what is due, and what follows from it. One after the other, or all of a look `together`. */
  async work({ together, death }: { together: boolean; death?: Death | undefined }): Promise<void> {
    this.death = death && { ...death };
    for (let look = 0; look < 200; look++) {
      const now = this.context.now();
      const claim = { now, until: now, topics: billingTopics, except: [], limit: 50 };
      const rows = await this.outbox.claim(claim);
      if (rows.length === 0) break;
      const groups = together ? [rows] : rows.map((row) => [row]);
      for (const group of groups) {
        const runs = group.map(({ id }) => this.executor.run({ outboxId: id, addedAt: 0, starts: 1 }));
        const atWork = Promise.all(runs);
        if ((await Promise.race([atWork, this.dead])) === 'dead') return this.bringBack(atWork);
      }
      await this.executor.settled();
    }
    this.death = undefined;
  }

  /** Those that stood still go on, and end what they had begun. */
  async wake(): Promise<void> {
    for (const { wake, atWork } of this.asleep.splice(0)) {
      wake();
      await atWork;
    }
  }

  private async bringBack(atWork: Promise<unknown>): Promise<void> {
    const { executor, goOn } = this;
    if (this.death?.returns) {
      this.asleep.push({ wake: goOn, atWork: atWork.then(() => executor.settled()) });
    }
    this.startAnew();
    const now = this.context.now();
    const lost = await this.outbox.overdue({ now, topics: billingTopics, limit: 500 });
    await this.outbox.release(
      lost.map(({ id }) => id),
      now,
      true,
    );
  }

  private startAnew(): void {
    this.death = undefined;
    this.dead = new Promise((resolve) => {
      this.die = () => resolve('dead');
    });
    const awake = new Promise<void>((resolve) => {
      this.goOn = resolve;
    });
    const { secretKey, url } = this.sandbox;
    const stripe = this.mortal(createStripe({ secretKey, apiBase: url }), awake);
    this.executor = createExecutor<JobContext>({
      context: { ...this.context, stripe, pacedStripe: stripe } as JobContext,
      registry: jobs,
      outbox: this.outbox,
      inHand: createInHand(),
      handedOver: createHandedOver(),
      pace: usualPace,
      log: pino({ level: 'silent' }),
      stopped: new AbortController().signal,
    });
  }

  /** A client whose process stops at the given call: its callers hear nothing until it is awake, if ever. */
  private mortal(client: StripeClient, awake: Promise<void>): StripeClient {
    let isDead = false;
    const stop = () => {
      isDead = true;
      this.die();
      return awake;
    };
    return new Proxy(client, {
      get:
        (target, name: keyof StripeClient) =>
        async (...given: never[]) => {
          if (isDead) await awake;
          const isLast = !isDead && this.death !== undefined && --this.death.nth === 0;
          const { moment } = this.death ?? {};
          if (isLast && moment === 'before') await stop();
          const call = target[name] as (...given: never[]) => Promise<unknown>;
          const outcome = await call(...given).then(
            (value) => () => value,
            (error: unknown) => () => {
              throw error;
            },
          );
          if (isLast && moment === 'after') await stop();
          else if (isDead) await awake;
          return outcome();
        },
    });
  }
}
