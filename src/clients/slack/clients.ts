import type { WebClient, WebClientOptions } from '@slack/web-api';
import { TeamClient, type TokenSource } from './team-client.ts';

/** Clients kept for as many workspaces; the one that was not used for longest goes first. */
const CLIENTS_KEPT = 500;

export interface SlackClients {
  /** For what a person waits on: gives up after 3 s, as does Slack's trigger; tries once. */
  interactive(teamId: string): WebClient;
  /** For jobs: gives up after 10 s and tries once, since the outbox tries again. */
  background(teamId: string): WebClient;
}

export interface SlackClientParts {
  /** Like https://slack.com/api/ */
  apiUrl: string;
  tokens: TokenSource;
  logger?: WebClientOptions['logger'];
}

export function createSlackClients({ apiUrl, tokens, logger }: SlackClientParts): SlackClients {
  const create = (timeout: number) => {
    const clients = new Map<string, WebClient>();
    return (teamId: string): WebClient => {
      const options = {
        slackApiUrl: apiUrl,
        timeout,
        retryConfig: { retries: 0 },
        // Otherwise a 429 holds up every other call of the same client.
        rejectRateLimitedCalls: true,
        ...(logger && { logger }),
      };
      const client = clients.get(teamId) ?? new TeamClient(teamId, tokens, options);
      clients.delete(teamId);
      clients.set(teamId, client);
      if (clients.size > CLIENTS_KEPT) clients.delete(clients.keys().next().value as string);
      return client;
    };
  };
  return { interactive: create(3_000), background: create(10_000) };
}
