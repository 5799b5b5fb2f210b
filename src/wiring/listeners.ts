import { type Config, ConfigError } from '../config.ts';
import { portRefused } from '../start-failed.ts';
import type { OnStop } from './on-stop.ts';
import type { Parts } from './parts.ts';

/** Takes mail, where the configuration says on which port; returns the port. @throws ConfigError, StartFailed */
export async function startMail(
  { INBOUND_SMTP_PORT: port, INBOUND_SMTP_HOST: host, INBOUND_SMTP_PROTOCOL: protocol }: Config,
  { context, replyAddresses, log }: Parts,
  onStop: OnStop,
): Promise<number | undefined> {
  if (port === undefined) return undefined;
  if (!replyAddresses) {
    throw new ConfigError('INBOUND_SMTP_PORT needs INBOUND_DOMAIN: mail is taken for that domain alone.');
  }
  const { startMailListener } = await import('../mail/listener.ts');
  const listener = await startMailListener({ context, replyAddresses, host, port, protocol, log }).catch(
    (error) => {
      throw portRefused('INBOUND_SMTP_PORT', port, error);
    },
  );
  onStop(listener.stop);
  return listener.port;
}

/** Answers Prometheus, where the configuration says on which port. @throws StartFailed */
export async function startMetrics(
  { METRICS_PORT: port }: Config,
  { context, log }: Parts,
  onStop: OnStop,
): Promise<void> {
  if (port === undefined) return;
  const { startMetrics: start } = await import('../metrics/server.ts');
  const { port: metricsPort, stop } = await start({ port, context, log }).catch((error) => {
    throw portRefused('METRICS_PORT', port, error);
  });
  onStop(stop);
  log.info({ metricsPort }, 'The metrics can be scraped.');
}
