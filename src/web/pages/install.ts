import { html } from 'hono/html';
import type { InstallPages } from '../../slack/oauth.ts';
import { installPath } from '../../slack/receiver.ts';
import { type Html, page } from '../page.ts';

/** What the installer reads when the app is in their workspace: what to do next. */
export function installedPage({ teamName, openUrl }: { teamName: string | null; openUrl: string }): Html {
  return page(
    teamName === null ? 'Orgdesk is installed' : `Orgdesk is installed in ${teamName}`,
    html`<p>Two steps are left:</p>
      <ol>
        <li><a href="${openUrl}">Open Orgdesk in Slack</a>.</li>
        <li>Type <code>/org create</code> in any channel to create your organization. Whoever does it becomes its Owner.</li>
      </ol>
      <p class="quiet">You can close this page.</p>`,
  );
}

/** Why the app was not installed, and where to start again. */
export function notInstalledPage(sentence: string): Html {
  return page(
    'Orgdesk was not installed',
    html`<p>${sentence}</p>
      <p><a class="button" href="${installPath}">Install it again</a></p>`,
  );
}

/** Both, as Bolt's installer wants them. */
export const installPages: InstallPages = {
  installed: async (installation) => String(await installedPage(installation)),
  notInstalled: async (sentence) => String(await notInstalledPage(sentence)),
};
