import { ConfigError, loadEnvironment, readConfig } from './config.ts';
import { createLogger, type Logger } from './logger.ts';

// The process: read the configuration, start the product, and on SIGTERM or SIGINT finish what was begun.

/** Longer than every part's own limit on its stop; what hangs beyond it is given up. */
const STOP_MILLISECONDS = 35_000;

async function main(): Promise<void> {
  const config = readConfig(loadEnvironment());
  const log = createLogger(config.LOG_LEVEL);
  const { startProduct } = await import('./app.ts');
  const product = await startProduct(config, { log });
  log.info({ role: config.ROLE, port: product.port, url: config.PUBLIC_URL }, 'Orgdesk is ready.');
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.once(signal, () => {
      log.info({ signal }, 'Stopping: finishing what was begun.');
      void stop(product, log);
    });
  }
}

async function stop(product: { stop(): Promise<void> }, log: Logger): Promise<void> {
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
  console.error(error instanceof ConfigError || error.name === 'StoreUnavailable' ? error.message : error);
  process.exit(1);
});
