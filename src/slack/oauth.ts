import { createHmac } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import type { HTTPReceiverOptions } from '@slack/bolt';
import type { CallbackOptions, Installation, InstallationStore } from '@slack/oauth';
import { installPath, redirectPath } from './receiver.ts';
import { botScopes } from './scopes.ts';

export interface OAuthParts {
  clientId: string;
  clientSecret: string;
  /** Like https://slack.com/api/; the page where a workspace agrees lies beside it. */
  apiUrl: string;
  /** Where this server is reached, without a path. */
  publicUrl: string;
  installations: InstallationStore;
  pages: InstallPages;
}

/** HTML for the end of an installation. */
export interface InstallPages {
  installed(installation: { teamName: string | null; openUrl: string }): Promise<string>;
  notInstalled(sentence: string): Promise<string>;
}

/** Makes Bolt's receiver install the app: the state is signed, kept in a cookie for 10 minutes, and compared. */
export function oauthOptions(parts: OAuthParts): Partial<HTTPReceiverOptions> {
  const { clientId, clientSecret, apiUrl, publicUrl, installations } = parts;
  return {
    clientId,
    clientSecret,
    // Only ever compared with itself; so it need not be one more secret for an operator to keep.
    stateSecret: createHmac('sha256', clientSecret).update('installation state').digest('hex'),
    scopes: [...botScopes],
    redirectUri: `${publicUrl}${redirectPath}`,
    installationStore: installations,
    installerOptions: {
      directInstall: true,
      installPath,
      redirectUriPath: redirectPath,
      authorizationUrl: new URL('/oauth/v2/authorize', apiUrl).href,
      clientOptions: { slackApiUrl: apiUrl, timeout: 10_000, retryConfig: { retries: 1 } },
      callbackOptions: callbacks(parts.pages),
    },
  };
}

function callbacks(pages: InstallPages): CallbackOptions {
  return {
    successAsync: async (installation, _options, _request, response) => {
      const { team, appId } = installation as Installation<'v2', false>;
      const openUrl = `https://slack.com/app_redirect?${new URLSearchParams({ app: appId ?? '', team: team.id })}`;
      show(response, 200, await pages.installed({ teamName: team.name ?? null, openUrl }));
    },
    failureAsync: async (error, _options, _request, response) => {
      const { status, sentence } = failures[error.code] ?? unavailable;
      show(response, status, await pages.notInstalled(sentence));
    },
  };
}

interface Failure {
  status: number;
  sentence: string;
}

const foreign: Failure = {
  status: 400,
  sentence:
    'This installation was not started from this browser, or it was started more than 10 minutes ago.',
};

/** By the code of the error: @slack/oauth's, the Web API client's, our store's. */
const failures: Record<string, Failure> = {
  slack_oauth_missing_state: foreign,
  slack_oauth_invalid_state: foreign,
  slack_oauth_missing_code: foreign,
  slack_webapi_platform_error: {
    status: 400,
    sentence: 'Slack refused this installation. Its code may have been used before.',
  },
  slack_oauth_installer_authorization_error: {
    status: 403,
    sentence: 'The installation was cancelled in Slack, and nothing was changed.',
  },
  enterprise_install_refused: {
    status: 403,
    sentence:
      'Orgdesk is installed in one workspace at a time, not in a whole enterprise: each workspace has an organization of its own. Choose a workspace on Slack’s page.',
  },
};

const unavailable: Failure = {
  status: 503,
  sentence:
    'Something between Slack and us did not answer, and the app may not be installed. Try it again in a minute.',
};

function show(response: ServerResponse, status: number, html: string): void {
  response
    .writeHead(status, { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' })
    .end(html);
}
