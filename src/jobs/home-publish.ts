import type { HomeView } from '@slack/types';
import type { SlackClients } from '../clients/slack/clients.ts';
import { SlackRefused } from '../clients/slack/failures.ts';
import { NotInstalled } from '../clients/slack/not-installed.ts';
import type { Context } from '../domain/context.ts';
import { asRefusal, Refusal } from '../domain/errors.ts';
import { forgetHome } from '../domain/members/forget-home.ts';
import { identify } from '../domain/members/identify.ts';
import { readHome } from '../domain/tickets/read-home.ts';
import type { Logger } from '../logger.ts';
import { homeView } from '../slack/blocks/home.ts';
import { defineJob } from './job.ts';

export type HomeContext = Context & { slack: SlackClients['background']; publicUrl(path: string): string };

/** Slack's words for somebody whose App Home is not there any more (docs.slack.dev/reference/methods/views.publish). */
const gone = new Set(['user_not_found', 'users_not_found', 'user_disabled', 'not_enabled', 'view_not_found']);
/** Slack refuses a whole view over an image that it cannot fetch. */
const viewRefused = new Set(['invalid_blocks', 'invalid_arguments']);
const ROUNDS = 3;

interface Viewer {
  teamId: string;
  userId: string;
}

export const homePublish = defineJob<'home.publish', HomeContext>('home.publish', {
  queue: 'slack',
  run: async (context, viewer, { log }) => {
    try {
      await publishPresent(context, viewer, log);
    } catch (error) {
      // A workspace that removed the app has its App Homes again as soon as it takes the app back.
      if (error instanceof NotInstalled) return;
      if (!isRefusal(error, gone)) throw error;
      await forgetHome(context, viewer);
      log.info(viewer, 'An App Home is gone.');
    }
  },
});

/**
 * Publishes until what is shown is what is. Of two that publish for one person at once, the one whose older view arrives
 * last sees, looking again, that it is older.
 */
async function publishPresent(context: HomeContext, viewer: Viewer, log: Logger): Promise<void> {
  let published: string | undefined;
  for (let round = 0; round < ROUNDS; round++) {
    const [view, plainer] = await present(context, viewer);
    if (JSON.stringify(view) === published) return;
    await publish(context, viewer, view).catch((error: unknown) => {
      if (plainer === null || !isRefusal(error, viewRefused)) throw error;
      log.warn(viewer, 'Slack took the App Home only without the logo: it must be able to fetch it.');
      return publish(context, viewer, plainer);
    });
    published = JSON.stringify(view);
  }
}

/** The App Home as it should be now; and, where it shows a logo, without it. */
async function present(context: HomeContext, viewer: Viewer): Promise<[HomeView, HomeView | null]> {
  const actor = await identify(context, { ...viewer, name: viewer.userId });
  const shown = await readHome(context, actor).catch(asRefusal);
  const around = { actor, now: context.now(), publicUrl: context.publicUrl };
  const hasLogo = !(shown instanceof Refusal) && shown.logo !== null;
  return [homeView(shown, around), hasLogo ? homeView({ ...shown, logo: null }, around) : null];
}

async function publish({ slack }: HomeContext, { teamId, userId }: Viewer, view: HomeView): Promise<void> {
  await slack(teamId).views.publish({ user_id: userId, view });
}

function isRefusal(error: unknown, reasons: ReadonlySet<string>): boolean {
  return error instanceof SlackRefused && reasons.has(error.reason);
}
