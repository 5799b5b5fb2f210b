import { createSlackFiles } from '../clients/slack/files.ts';
import type { Config } from '../config.ts';
import type { Pace } from '../jobs/engine/pace.ts';
import type { Jobs } from '../jobs/engine.ts';
import type { OnStop } from './on-stop.ts';
import type { Parts } from './parts.ts';

/** Starts the engine of jobs with everything that the jobs need; resolves when it is ready. */
export async function startJobs(
  config: Config,
  parts: Parts,
  { connectionString, pace }: { connectionString: string; pace: Partial<Pace> },
  onStop: OnStop,
): Promise<Jobs> {
  const [{ createMailer }, engine, { registry }, { schedules }] = await Promise.all([
    import('../clients/mail/mailer.ts'),
    import('../jobs/engine.ts'),
    import('../jobs/registry.ts'),
    import('../jobs/schedules.ts'),
  ]);
  const { context, installations, slack, log, ...shared } = parts;
  const mailer = createMailer({ url: config.SMTP_URL, from: config.MAIL_FROM });
  onStop(mailer.close);
  const jobs = await engine.startJobs({
    context: {
      ...context,
      ...shared,
      slack: slack.background,
      files: createSlackFiles({ apiUrl: config.SLACK_API_URL, clients: slack, tokens: installations }),
      mailer,
      hearsOfAccounts: config.STRIPE_CONNECT_WEBHOOK_SECRET !== undefined,
    },
    connectionString,
    redisUrl: config.REDIS_URL,
    registry,
    schedules,
    log,
    pace,
  });
  onStop(jobs.stop);
  return jobs;
}
