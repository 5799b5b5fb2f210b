import { readFile } from 'node:fs/promises';
import { ConfigError, loadEnvironment, readVariables } from '../config.ts';

// npm run slack:manifest: prints a link to Slack's page for a new app, with the manifest filled in for PUBLIC_URL.

try {
  const { PUBLIC_URL } = readVariables(['PUBLIC_URL'], loadEnvironment());
  const manifest = await readFile(new URL('../../slack-app-manifest.yml', import.meta.url), 'utf8');
  const filled = manifest.replaceAll('https://orgdesk.example.com', PUBLIC_URL).replace(/^ *#.*\n/gm, '');
  console.log(
    `https://api.slack.com/apps?${new URLSearchParams({ new_app: '1', manifest_yaml: filled }).toString()}`,
  );
} catch (error) {
  if (!(error instanceof ConfigError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
