import { createSlackClients, type SlackClients } from '../../../src/clients/slack/clients.ts';
import { createLogger } from '../../../src/logger.ts';
import { boltLogger } from '../../../src/slack/bolt-logger.ts';
import { type SlackSandbox, startSlackSandbox } from '../../sandbox/slack/server.ts';

export interface StartedSlack {
  sandbox: SlackSandbox;
  clients: SlackClients;
  teamId: string;
  /** A token that works. */
  token: string;
  /** What the clients are told when they look for a token; the one that works, unless a test says otherwise. */
  findToken: () => string | null;
  forgotten: string[];
}

/** The double of Slack with one workspace in which the app is installed. */
export async function startSlack(): Promise<StartedSlack> {
  const sandbox = await startSlackSandbox();
  const { id: teamId } = await sandbox.addTeam();
  const token = await sandbox.issueBotToken(teamId);
  const forgotten: string[] = [];
  const clients = createSlackClients({
    apiUrl: sandbox.url,
    logger: boltLogger(createLogger('silent')),
    tokens: {
      findToken: async () => slack.findToken(),
      forgetToken: (team) => void forgotten.push(team),
    },
  });
  const slack: StartedSlack = { sandbox, clients, teamId, token, findToken: () => token, forgotten };
  return slack;
}
