import {
  WebAPIHTTPError,
  WebAPIPlatformError,
  WebAPIRateLimitedError,
  WebAPIRequestError,
} from '@slack/web-api';
import { PermanentFailure, RetryableFailure } from '../failures.ts';

/** Slack understood, and said no; `reason` is its word for why, like `users_not_found`. */
export class SlackRefused extends PermanentFailure {
  override name = 'SlackRefused';
  readonly reason: string;

  constructor(method: string, reason: string, options: { cause?: unknown } = {}) {
    super(`Slack refused ${method}: ${reason}.`, options);
    this.reason = reason;
  }
}

/** Words for troubles of Slack's own (docs.slack.dev/reference/methods/chat.postMessage, "Errors"). */
const passing = new Set([
  'internal_error',
  'fatal_error',
  'service_unavailable',
  'request_timeout',
  'ratelimited',
  'rate_limited',
  'team_added_to_org',
]);

/** What a failed call means for a job. An error that is none of the client's own comes back as it is. */
export function asFailure(method: string, error: unknown): unknown {
  if (error instanceof WebAPIRateLimitedError) {
    return new RetryableFailure(`Slack limits ${method}.`, { retryAfter: error.retryAfter, cause: error });
  }
  if (error instanceof WebAPIPlatformError) {
    const reason = error.data.error;
    return passing.has(reason)
      ? new RetryableFailure(`Slack could not do ${method}: ${reason}.`, { cause: error })
      : new SlackRefused(method, reason, { cause: error });
  }
  if (error instanceof WebAPIHTTPError) {
    return new RetryableFailure(`Slack answered ${method} with ${error.statusCode}.`, { cause: error });
  }
  if (error instanceof WebAPIRequestError) {
    return new RetryableFailure(`Slack did not answer ${method}.`, { cause: error });
  }
  return error;
}
