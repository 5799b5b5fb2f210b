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

interface Page {
  status: number;
  url: string;
  html: string;
}

class Browser {
  /** Cookies by origin, then by name. */
  readonly cookies = new Map<string, Map<string, string>>();

  get(url: string): Promise<Page> {
    return this.go(url, { method: 'GET' });
  }

  /** Loads a page and follows every redirect. */
  async go(url: string, init: RequestInit): Promise<Page> {
    let next = { url, init };
    for (let hops = 0; hops < 10; hops += 1) {
      const response = await this.#load(next.url, next.init);
      const location = response.headers.get('location');
      if (response.status < 300 || response.status > 399 || !location) {
        return { status: response.status, url: next.url, html: await response.text() };
      }
      await response.body?.cancel();
      next = { url: new URL(location, next.url).href, init: { method: 'GET' } };
    }
    throw new Error(`${url} redirects without end`);
  }

  async #load(url: string, init: RequestInit): Promise<Response> {
    const { origin } = new URL(url);
    const jar = this.cookies.get(origin) ?? new Map<string, string>();
    this.cookies.set(origin, jar);
    const headers = new Headers(init.headers);
    if (jar.size > 0) headers.set('cookie', [...jar].map(([name, value]) => `${name}=${value}`).join('; '));
    const response = await fetch(url, { ...init, headers, redirect: 'manual' });
    for (const cookie of response.headers.getSetCookie()) keep(jar, cookie);
    return response;
  }
}

function keep(jar: Map<string, string>, cookie: string): void {
  const [pair = '', ...attributes] = cookie.split(';');
  const name = pair.slice(0, pair.indexOf('=')).trim();
  const expired = attributes.some((one) => /^\s*max-age=0$/i.test(one) || /expires=.*1970/i.test(one));
  if (expired) jar.delete(name);
  else jar.set(name, pair.slice(pair.indexOf('=') + 1).trim());
}

function linkTo(origin: string, html: string): string | undefined {
  const links = [...html.matchAll(/href="([^"]+)"/g)].map((match) =>
    asText(match[1]).replaceAll('&amp;', '&'),
  );
  return links.find((link) => link.startsWith(`${origin}/oauth/v2/authorize`));
}
