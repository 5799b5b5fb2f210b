import type { Config } from '../config.ts';
import { createPluginSessions } from '../domain/plugin/session.ts';
import type { PluginParts } from '../web/plugin/routes.ts';
import type { Parts } from './parts.ts';

/** What the API for websites needs; none of it calls anything before it is asked. */
export function createPlugin(config: Config, parts: Parts): PluginParts {
  const { context, log, publicUrl, conversationTokens } = parts;
  return {
    context,
    log,
    publicUrl,
    conversationTokens,
    sessions: createPluginSessions({ keys: config.ENCRYPTION_KEYS }),
    ownOrigin: config.PUBLIC_URL,
    allowLocalhost: config.ALLOW_LOCALHOST === 'yes',
    trustedProxies: config.TRUSTED_PROXIES,
  };
}
