import type { AddressInfo } from 'node:net';
import { App, HTTPReceiver, type Installation } from '@slack/bolt';
import type { SlackSandbox } from './server.ts';
import { SILENT } from './silent-logger.ts';

export interface BoltApp {
  app: App;
  installations: Map<string, Installation>;
  stop: () => Promise<void>;
}

const SCOPES = [
  'chat:write',
  'commands',
  'users:read',
  'users:read.email',
  'im:write',
  'im:history',
  'files:read',
];

/** A bare Bolt app with the OAuth installation, pointed at the sandbox; what the sandbox's own tests talk to. */
export async function startBoltApp(sandbox: SlackSandbox, listen: (app: App) => void): Promise<BoltApp> {
  const installations = new Map<string, Installation>();
  const { clientId, clientSecret, signingSecret } = sandbox.app;
  const receiver = new HTTPReceiver({
    signingSecret,
    clientId,
    clientSecret,
    stateSecret: 'state-secret',
    scopes: SCOPES,
    logger: SILENT,
    installationStore: {
      storeInstallation: async (installation) => {
        installations.set(installation.team?.id ?? '', installation);
      },
      fetchInstallation: async ({ teamId }) => {
        const installation = installations.get(teamId ?? '');
        if (!installation) throw new Error(`not installed in ${teamId}`);
        return installation;
      },
    },
    installerOptions: {
      authorizationUrl: sandbox.authorizeUrl,
      clientOptions: { slackApiUrl: sandbox.url },
    },
  });
  const app = new App({ receiver, clientOptions: { slackApiUrl: sandbox.url }, logger: SILENT });
  listen(app);
  const server = await receiver.start(0);
  sandbox.appUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { app, installations, stop: () => receiver.stop().then(() => undefined) };
}
