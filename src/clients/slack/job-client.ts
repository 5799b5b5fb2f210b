import type { WebAPICallResult } from '@slack/web-api';
import { asFailure } from './failures.ts';
import { TeamClient } from './team-client.ts';

/** A workspace's client for jobs: every failure says whether the job should be tried again. */
export class JobClient extends TeamClient {
  /** @throws RetryableFailure, SlackRefused, NotInstalled */
  override async apiCall(method: string, options?: Record<string, unknown>): Promise<WebAPICallResult> {
    try {
      return await super.apiCall(method, options);
    } catch (error) {
      throw asFailure(method, error);
    }
  }
}
