import { type Product, startProduct } from '../../src/app.ts';
import { type Config, readConfig } from '../../src/config.ts';
import { createLogger } from '../../src/logger.ts';
import { type Doubles, startDoubles } from './doubles.ts';

export interface WorldOptions {
  /** What the environment says beside the addresses of the doubles: DATABASE_URL or DATA_DIR, REDIS_URL, ROLE, … */
  environment: NodeJS.ProcessEnv;
}

/** The product, wired as it is shipped, between doubles of everything that it reaches outside. */
export interface World extends Omit<Doubles, 'environment'> {
  product: Product;
  config: Config;
  /** Where the product is reached. */
  url: string;
  /** Every line that the product logged. */
  logged: Record<string, unknown>[];
  /** Moves the product's clock and Stripe's; both go on from there with the machine's. */
  advance(by: { days?: number; seconds?: number }): Promise<void>;
  /** Resolves when every effect is done that was decided by now, and Stripe has delivered its events. */
  settle(): Promise<void>;
  /** Starts one more process of the product beside the first: it plays the role given, on the same data and clock. */
  startAnother(role: Config['ROLE']): Promise<Product>;
  /** Stops the product and starts it again on the same data, as a new process would. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

export async function startWorld({ environment }: WorldOptions): Promise<World> {
  const { environment: addresses, ...doubles } = await startDoubles();
  const { stripe } = doubles;
  // Both clocks move together, and the product measures a signature's age by its own.
  stripe.webhooks.signingClock = 'sandbox';
  const config = readConfig({ ...addresses, ...environment });
  const logged: Record<string, unknown>[] = [];
  const log = createLogger(config.LOG_LEVEL, { write: (line: string) => void logged.push(JSON.parse(line)) });
  let ahead = 0;
  const start = (changed: Partial<Config> = {}) =>
    startProduct({ ...config, ...changed }, { log, now: () => new Date(Date.now() + ahead) });
  const others: Product[] = [];
  const first = await start().catch(async (error) => {
    await doubles.stop();
    throw error;
  });
  const world: World = {
    ...doubles,
    product: first,
    config,
    logged,
    async advance(by) {
      ahead += 1000 * ((by.seconds ?? 0) + 86_400 * (by.days ?? 0));
      await stripe.clock.advance(by);
      for (const { jobs } of [world.product, ...others]) jobs?.wake();
    },
    async settle() {
      const engines = () => [world.product, ...others].flatMap(({ jobs }) => jobs ?? []);
      const idle = () => Promise.all(engines().map((jobs) => jobs.runUntilIdle()));
      // An effect may make Stripe send an event, and an event may have an effect: until neither does.
      for (let before = -1; before !== stripe.requests.entries.length; ) {
        before = stripe.requests.entries.length;
        await stripe.webhooks.settled();
        await idle();
        await stripe.webhooks.settled();
        await idle();
      }
    },
    async startAnother(role) {
      const product = await start({ ROLE: role, PORT: 0 });
      const another = {
        ...product,
        stop: async () => {
          if (others.includes(another)) others.splice(others.indexOf(another), 1);
          await product.stop();
        },
      };
      others.push(another);
      return another;
    },
    async restart() {
      await world.product.stop();
      world.product = await start();
    },
    async stop() {
      for (const another of [...others]) await another.stop();
      await world.product.stop();
      await doubles.stop();
    },
  };
  return world;
}
