import { Browser } from '../browser.ts';
import { asText } from './json.ts';
import type { SandboxState } from './state.ts';

export interface InstallRequest {
  /** Where the app listens; the sandbox's `appUrl` unless told. */
  appBaseUrl?: string;
  team: string;
  /** The user id of who installs. */
  user: string;
  /** Presses Cancel instead of Allow. */
  cancel?: boolean;
  /** Forgets its cookies on the way, like somebody who follows another's link. */
  forgetCookies?: boolean;
}

/** The last page that the browser showed. */
export interface Installed {
  status: number;
  url: string;
  html: string;
  /** The token that the app got; undefined when it got none. */
  botToken: string | undefined;
}

/** Walks through the installation like a browser: the app's page, Slack's page, the way back, cookies kept. */
export async function install(state: SandboxState, request: InstallRequest): Promise<Installed> {
  const browser = new Browser();
  const start = await browser.get(`${request.appBaseUrl ?? state.settings.appUrl}/slack/install`);
  const authorize = start.url.startsWith(state.origin) ? start.url : linkTo(state.origin, start.html);
  if (!authorize) return { ...start, botToken: undefined };
  const before = new Set(state.tokens.active(request.team));
  if (request.forgetCookies) browser.cookies.clear();
  const form = { team: request.team, user: request.user, allow: request.cancel ? 'no' : 'yes' };
  const last = await browser.go(authorize, {
    method: 'POST',
    body: new URLSearchParams(form).toString(),
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
  });
  const token = state.tokens.active(request.team).find((one) => !before.has(one));
  return { ...last, botToken: token?.value };
}

function linkTo(origin: string, html: string): string | undefined {
  const links = [...html.matchAll(/href="([^"]+)"/g)].map((match) =>
    asText(match[1]).replaceAll('&amp;', '&'),
  );
  return links.find((link) => link.startsWith(`${origin}/oauth/v2/authorize`));
}
