import type { SlackFiles } from '../clients/slack/files.ts';
import { NotInstalled } from '../clients/slack/not-installed.ts';
import type { Context } from '../domain/context.ts';
import type { Payload } from '../domain/effects.ts';
import { Refusal, refuse } from '../domain/errors.ts';
import { identify } from '../domain/members/identify.ts';
import { inspectLogo } from '../domain/organizations/inspect-logo.ts';
import { LOGO_BYTES } from '../domain/organizations/logo-upload.ts';
import { reportLogoRefused } from '../domain/organizations/report-logo-refused.ts';
import { setLogo } from '../domain/organizations/set-logo.ts';
import { defineJob } from './job.ts';

export type LogoContext = Context & { files: Pick<SlackFiles, 'download'> };

/** Fetches an upload, judges it by its content and sets it; whoever uploaded it is told if it cannot be the logo. */
export const logoFetch = defineJob<'logo.fetch', LogoContext>('logo.fetch', {
  queue: 'slack',
  run: async (context, payload, { log }) => {
    try {
      await fetchAndSet(context, payload);
    } catch (error) {
      if (error instanceof Refusal) {
        log.info({ code: error.code }, 'A logo was refused.');
        await reportLogoRefused(context.database, context, { ...payload, refusal: error });
      } else if (error instanceof NotInstalled) {
        log.info('A logo was given up: the app is not installed any more.');
      } else {
        throw error;
      }
    }
  },
  onParked: (transaction, context, payload) =>
    reportLogoRefused(transaction, context, { ...payload, refusal: refuse('logo_unavailable') }),
});

async function fetchAndSet(
  context: LogoContext,
  { organizationId, teamId, userId, fileId, requestedAt }: Payload<'logo.fetch'>,
): Promise<void> {
  const file = await context.files.download(teamId, fileId, LOGO_BYTES);
  if (file === 'too_large') throw refuse('logo_bytes');
  if (file === 'unavailable') throw refuse('logo_unavailable');
  const image = await inspectLogo(file);
  const actor = await identify(context, { teamId, userId, name: userId });
  await setLogo(context, actor, { organizationId, image, requestedAt: new Date(requestedAt) });
}
