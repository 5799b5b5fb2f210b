import { domainToUnicode } from 'node:url';
import { parse } from 'tldts';
import { refuse } from '../errors.ts';

/** A website on an organization's list. It covers `host` and its `www.`, and with `includeSubdomains` all below it. */
export interface Website {
  host: string;
  includeSubdomains: boolean;
}

export interface WebsiteOptions {
  /** Takes `localhost` too, as a developer's own machine needs. */
  allowLocalhost?: boolean;
}

/**
 * The host that somebody meant who typed a domain or copied an address: lower-case ASCII (IDNA), without scheme, path,
 * trailing dot or `www.`, which every entry covers anyway.
 * @throws Refusal `domain_form`, `domain_wildcard`, `domain_userinfo`, `domain_port`, `domain_address` or
 * `domain_public_suffix`.
 */
export function normalizeWebsite(input: string, { allowLocalhost = false }: WebsiteOptions = {}): string {
  const typed = input.trim();
  if (typed.includes('*')) throw refuse('domain_wildcard');
  const url = readAddress(typed);
  if (url.username !== '' || url.password !== '' || authorityOf(typed).includes('@'))
    throw refuse('domain_userinfo');
  if (url.port !== '') throw refuse('domain_port');
  const host = url.hostname.replace(/\.$/, '');
  const { isIp, publicSuffix, domain, isIcann, isPrivate } = parse(host, { allowPrivateDomains: true });
  if (isIp || host.startsWith('[')) throw refuse('domain_address');
  if (allowLocalhost && host === 'localhost') return host;
  if (host.length > 253 || !host.split('.').every(isLabel)) throw refuse('domain_form');
  if (!isIcann && !isPrivate) throw refuse('domain_form');
  if (domain === null) throw refuse('domain_public_suffix', { host: publicSuffix ?? host });
  return host.startsWith('www.') && domain !== host ? host.slice('www.'.length) : host;
}

/**
 * Whether a browser's Origin header names a website of the list. Compared as the browser writes it, on label boundaries:
 * https only, no port, no other spelling. `null` and everything that is not exactly an origin matches nothing.
 */
export function matchesWebsite(
  origin: string | null | undefined,
  websites: readonly Website[],
  { allowLocalhost = false }: WebsiteOptions = {},
): boolean {
  if (!origin || !URL.canParse(origin)) return false;
  const url = new URL(origin);
  if (url.origin !== origin) return false;
  const { hostname: host } = url;
  const listed = (covers: (website: Website) => boolean) => websites.some(covers);
  if (allowLocalhost && host === 'localhost' && /^https?:$/.test(url.protocol)) {
    return listed((website) => website.host === host);
  }
  if (url.protocol !== 'https:' || url.port !== '') return false;
  return listed(
    (website) =>
      host === website.host ||
      host === `www.${website.host}` ||
      (website.includeSubdomains && host.endsWith(`.${website.host}`)),
  );
}

/** A host for people's eyes: in its own script, with the ASCII beside it wherever the two differ. */
export function displayHost(host: string): string {
  const unicode = domainToUnicode(host);
  return unicode === host || unicode === '' ? host : `${unicode} (${host})`;
}

function readAddress(typed: string): URL {
  const address = /^[a-z][a-z0-9+.-]*:\/\//i.test(typed) ? typed : `https://${typed}`;
  // White space and control characters: the parser would drop some of them silently.
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
  if (/[\s\u0000-\u001f\u007f\\]/.test(typed) || !URL.canParse(address)) throw refuseUnreadable(typed);
  const url = new URL(address);
  if (!/^https?:$/.test(url.protocol)) throw refuse('domain_form');
  return url;
}

/** Says what is wrong with an address that cannot even be parsed, where that can be seen. */
function refuseUnreadable(typed: string) {
  if (/:\d+$/.test(authorityOf(typed))) return refuse('domain_port');
  return /^[\d.]+$/.test(authorityOf(typed)) ? refuse('domain_address') : refuse('domain_form');
}

function authorityOf(typed: string): string {
  return typed.replace(/^[a-z][a-z0-9+.-]*:\/\//i, '').split(/[/?#]/, 1)[0] ?? '';
}

function isLabel(label: string): boolean {
  return label.length <= 63 && /^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$/.test(label);
}
