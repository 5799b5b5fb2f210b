import { type Logger, LogLevel } from '@slack/web-api';

/** For clients whose errors a test provokes: they would only print them. */
export const SILENT: Logger = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
  setLevel: () => undefined,
  getLevel: () => LogLevel.ERROR,
  setName: () => undefined,
};
