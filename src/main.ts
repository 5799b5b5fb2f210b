import type { Product } from './app.ts';
import { loadEnvironment, readConfig } from './config.ts';
import { createLogger, type Logger, redactText } from './logger.ts';

// The process: read the configuration, start the product, and on SIGTERM or SIGINT finish what was begun.

/** What hangs beyond it is given up. The grace periods in manifests/ are longer. */
const STOP_MILLISECONDS = 35_000;

/** Errors whose message is a sentence for the operator. */
const foreseen = new Set(['ConfigError', 'StartFailed', 'StoreUnavailable', 'MigrationError']);

async function main(): Promise<void> {
  const config = readConfig(loadEnvironment());
  const log = createLogger(config.LOG_LEVEL);
  process.on('uncaughtException', (error) => {
    log.fatal({ err: error }, 'The process failed; what was begun comes back at the next start.');
    process.exit(1);
  });
  let product: Product | undefined;
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.once(signal, () => {
      // The first process of a container hears a signal only where it listens, also while it is still starting.
      if (product === undefined) process.exit(1);
      log.info({ signal }, 'Stopping: finishing what was begun.');
      void stop(product, log);
    });
  }
  const { startProduct } = await import('./app.ts');
  product = await startProduct(config, { log });
  log.info({ role: config.ROLE, port: product.port, url: config.PUBLIC_URL }, 'Orgdesk is ready.');
}

async function stop(product: Product, log: Logger): Promise<void> {
  setTimeout(() => {
    log.error('The stop took too long; what is left comes back at the next start.');
    process.exit(1);
  }, STOP_MILLISECONDS).unref();
  try {
    await product.stop();
    log.info('Stopped.');
  } catch (error) {
    log.error({ err: error }, 'The stop failed.');
    process.exitCode = 1;
  }
}

main().catch((error: Error) => {
  // For the person at the terminal: a sentence; the stack only of what nobody foresaw.
  console.error(foreseen.has(error.name) ? error.message : redactText(error.stack ?? String(error)));
  process.exit(1);
});
