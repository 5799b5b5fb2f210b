import type { WebClient, WebClientOptions } from '@slack/web-api';
import { JobClient } from './job-client.ts';
import { TeamClient, type TokenSource } from './team-client.ts';

/** Clients kept for as many workspaces; the one that was not used for longest goes first. */
const CLIENTS_KEPT = 500;

export interface SlackClients {
  /** For what a person waits on: gives up after 3 s, as does Slack's trigger; tries once. */
  interactive(teamId: string): WebClient;
  /**
   * For jobs: gives up after 10 s and tries once, since the outbox tries again. Throws RetryableFailure and
   * PermanentFailure; of these SlackRefused has Slack's reason, and NotInstalled says that nobody is there to hear it.
   */
  background(teamId: string): WebClient;
}

export interface SlackClientParts {
  /** Like https://slack.com/api/ */
  apiUrl: string;
  tokens: TokenSource;
  logger: NonNullable<WebClientOptions['logger']>;
}

export function createSlackClients({ apiUrl, tokens, logger }: SlackClientParts): SlackClients {
  const options = (timeout: number): WebClientOptions => ({
    slackApiUrl: apiUrl,
    timeout,
    retryConfig: { retries: 0 },
    // Otherwise a 429 holds up every other call of the same client.
    rejectRateLimitedCalls: true,
    logger,
  });
  return {
    interactive: kept((teamId) => new TeamClient(teamId, tokens, options(3_000))),
    background: kept((teamId) => new JobClient(teamId, tokens, options(10_000))),
  };
}

function kept(create: (teamId: string) => WebClient): (teamId: string) => WebClient {
  const clients = new Map<string, WebClient>();
  return (teamId) => {
    const client = clients.get(teamId) ?? create(teamId);
    clients.delete(teamId);
    clients.set(teamId, client);
    if (clients.size > CLIENTS_KEPT) clients.delete(clients.keys().next().value as string);
    return client;
  };
}
