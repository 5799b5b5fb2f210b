import type { MiddlewareHandler, Context as Request } from 'hono';
import type { Context } from '../../domain/context.ts';
import { matchesWebsite } from '../../domain/domains/website.ts';
import { findPublishableKey, findSecretKey, type PluginKey } from '../../domain/plugin/find-key.ts';
import type { KeyScope } from '../../domain/plugin/keys/key-format.ts';
import type { PluginSessions } from '../../domain/plugin/session.ts';
import type { Caller, PluginEnv, Site } from './api.ts';
import { Problem } from './problems.ts';

export interface GateParts {
  context: Pick<Context, 'database' | 'now'>;
  sessions: PluginSessions;
  /** PUBLIC_URL: the origin of our own pages. */
  ownOrigin: string;
  allowLocalhost: boolean;
}

type Guard = MiddlewareHandler<PluginEnv>;

/** Who may come in. Every route but the API's description stands behind one of these. */
export interface Gate {
  /** In front of all: finds `site`, and turns an Origin away that is neither listed nor ours. */
  recognize: Guard;
  /** A good `?key=`, and a listed website behind the Origin, which must be there. Gives `caller`. */
  listedSite: Guard;
  /** A good `?key=`; where there is an Origin, it is listed. Gives `caller`. */
  publishable: Guard;
  /** A session for `scope` from its own website, or a secret key with `scope` and no Origin. Gives `caller`. */
  browserOrServer(scope: KeyScope): Guard;
  /** No Origin, our own, or a listed one: what is opened, a conversation's token says. */
  conversation: Guard;
}

export function createGate({ context, sessions, ownOrigin, allowLocalhost }: GateParts): Gate {
  const recognize: Guard = async (request, next) => {
    const origin = request.req.header('origin') ?? null;
    const text = request.req.query('key');
    const key = text === undefined ? null : await findPublishableKey(context, text);
    const listed = key !== null && matchesWebsite(origin, key.websites, { allowLocalhost });
    request.set('site', { key, origin, listed });
    if (origin !== null && !listed && origin !== ownOrigin) {
      throw bearerOf(request)?.startsWith('odsk_') ? secretInBrowser() : turnedAway(key);
    }
    await next();
  };

  const listedSite: Guard = async (request, next) => {
    request.set('caller', requireListed(request.var.site));
    await next();
  };

  const publishable: Guard = async (request, next) => {
    const { key, origin } = request.var.site;
    if (key === null) throw keyUnknown();
    request.set('caller', origin === null ? callerOf(key, null) : requireListed(request.var.site));
    await next();
  };

  const browserOrServer = (scope: KeyScope): Guard => {
    return async (request, next) => {
      const bearer = bearerOf(request);
      request.set(
        'caller',
        bearer?.startsWith('odsk_')
          ? await requireServer(request.var.site, bearer, scope)
          : requireSession(request.var.site, bearer, scope),
      );
      await next();
    };
  };

  async function requireServer({ origin }: Site, secret: string, scope: KeyScope): Promise<Caller> {
    if (origin !== null) throw secretInBrowser();
    const key = await findSecretKey(context, secret);
    if (key === null) throw unauthorized('secret_unknown', 'There is no such secret key, or it was revoked.');
    if (!key.scopes.includes(scope)) {
      throw new Problem(403, 'scope_missing', `This secret key has no scope “${scope}”.`);
    }
    return callerOf(key, null);
  }

  function requireSession(site: Site, bearer: string | undefined, purpose: KeyScope): Caller {
    if (bearer === undefined) {
      const detail = `Send a session for “${purpose}”, or from a server a secret key, as a bearer token.`;
      throw unauthorized('session_missing', detail);
    }
    const caller = requireListed(site);
    const bounds = { ...caller, purpose };
    const state = sessions.check(bearer, bounds, context.now());
    if (state === 'expired')
      throw unauthorized('session_expired', 'This session has expired. Ask for another.');
    if (state === 'unknown') {
      const detail = `This is no session for “${purpose}” of this key and this website. Ask for one.`;
      throw unauthorized('session_unknown', detail);
    }
    return caller;
  }

  return { recognize, listedSite, publishable, browserOrServer, conversation: (_, next) => next() };
}

function requireListed({ key, origin, listed }: Site): Caller & { origin: string } {
  if (key === null) throw keyUnknown();
  if (origin === null) {
    const detail =
      'A browser says from which website it asks, in its Origin. A server uses a secret key instead.';
    throw new Problem(403, 'origin_missing', detail);
  }
  if (!listed) throw turnedAway(key);
  return { ...callerOf(key, origin), origin };
}

function callerOf(key: PluginKey, origin: string | null): Caller {
  const { organizationId, teamId, organizationName, keyId } = key;
  return { organizationId, teamId, organizationName, keyId, origin };
}

function bearerOf(request: Request): string | undefined {
  return /^Bearer +(\S+) *$/i.exec(request.req.header('authorization') ?? '')?.[1];
}

function unauthorized(code: string, detail: string): Problem {
  return new Problem(401, code, detail, { headers: { 'www-authenticate': 'Bearer' } });
}

function keyUnknown(): Problem {
  const detail =
    'Name the organization by its publishable key, as ?key=odpk_…; a rotated key is good for 24 hours.';
  return new Problem(403, 'key_unknown', detail);
}

function turnedAway(key: PluginKey | null): Problem {
  if (key === null) return keyUnknown();
  const detail = 'This website is not on the organization’s list of authorized domains.';
  return new Problem(403, 'origin_unlisted', detail);
}

function secretInBrowser(): Problem {
  const detail =
    'A secret key came with an Origin, so from a browser, where everybody can read it. Revoke it, and use it on a server alone.';
  return new Problem(403, 'secret_in_browser', detail);
}
