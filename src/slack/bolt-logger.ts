import { type Logger as BoltLogger, LogLevel } from '@slack/web-api';
import type { Logger } from '../logger.ts';

/** Our log in the form that Bolt and the Web API client want. What they say is theirs, so it is kept below `warn`. */
export function boltLogger(log: Logger): BoltLogger {
  const say =
    (level: 'debug' | 'info' | 'warn') =>
    (...parts: unknown[]) => {
      if (!log.isLevelEnabled(level)) return;
      const error = parts.find((part) => part instanceof Error);
      const words = parts.filter((part) => typeof part === 'string').join(' ');
      log[level]({ library: 'slack', ...(error && { err: error }) }, words || error?.message);
    };
  return {
    // Their debug lines hold whole requests.
    debug: () => {},
    info: say('debug'),
    warn: say('info'),
    error: say('warn'),
    setLevel: () => {},
    getLevel: () => LogLevel.INFO,
    setName: () => {},
  };
}
