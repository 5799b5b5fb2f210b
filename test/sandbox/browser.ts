/** A page as it was shown after every redirect. */
export interface Page {
  status: number;
  url: string;
  html: string;
}

/** A browser without scripts and pictures: follows redirects, keeps cookies by origin, sends the forms that it sees. */
export class Browser {
  /** Cookies by origin, then by name. */
  readonly cookies = new Map<string, Map<string, string>>();

  get(url: string): Promise<Page> {
    return this.go(url, { method: 'GET' });
  }

  /** Sends the page's form that posts to a path ending in `action`; refuses to send one that is not there. */
  async submit(page: Page, action: string, fields: Record<string, string> = {}): Promise<Page> {
    const forms = [...page.html.matchAll(/<form\b[^>]*>/g)].map(([tag]) => tag);
    const targets = forms
      .filter((tag) => /method="post"/i.test(tag))
      .map(
        (tag) => new URL(/action="([^"]*)"/.exec(tag)?.[1]?.replaceAll('&amp;', '&') ?? page.url, page.url),
      );
    const target = targets.find(({ pathname }) => pathname.endsWith(action));
    if (!target)
      throw new Error(`${page.url} (${page.status}) has no form for ${action}: ${targets.join(', ')}`);
    return this.go(target.href, {
      method: 'POST',
      body: new URLSearchParams(fields).toString(),
      headers: {
        'content-type': 'application/x-www-form-urlencoded',
        origin: new URL(page.url).origin,
        'sec-fetch-site': 'same-origin',
      },
    });
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
