/**
 * What every page is sent with, unless its route says otherwise: nothing inline runs, nothing foreign loads, no other
 * site frames it, and the address with its token is told to nobody.
 */
export const securityHeaders = {
  'content-security-policy': contentSecurityPolicy(),
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'x-frame-options': 'DENY',
} as const;

/**
 * The policy of a page. A form's redirects count as its targets too, so that a form that leads to another origin names
 * it in `formTargets`. `scripts` lets it run a script of ours, which may ask this server.
 */
export function contentSecurityPolicy({
  formTargets = [],
  scripts = false,
}: {
  formTargets?: string[];
  scripts?: boolean;
} = {}): string {
  return [
    "default-src 'none'",
    "style-src 'self'",
    "img-src 'self'",
    ...(scripts ? ["script-src 'self'", "connect-src 'self'", "require-trusted-types-for 'script'"] : []),
    ["form-action 'self'", ...formTargets].join(' '),
    "frame-ancestors 'none'",
    "base-uri 'none'",
  ].join('; ');
}
