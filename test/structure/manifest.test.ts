import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import type { AppsManifestValidateArguments } from '@slack/web-api';
import { Ajv } from 'ajv';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { listeners } from '../../src/slack/listeners.ts';
import { eventsPath, redirectPath } from '../../src/slack/receiver.ts';
import { botScopes, signInScopes } from '../../src/slack/scopes.ts';
import { callbackPath } from '../../src/web/invitations/routes.ts';

type Manifest = Exclude<AppsManifestValidateArguments['manifest'], string>;

const root = resolve(import.meta.dirname, '../..');
const manifest = parse(readFileSync(resolve(root, 'slack-app-manifest.yml'), 'utf8')) as Manifest;
const { features, oauth_config, settings } = manifest;
const host = 'https://orgdesk.example.com';
const sorted = (words: readonly string[] = []) => [...words].sort();

describe('the manifest and the list of listeners', () => {
  it('have the same commands', () => {
    expect(sorted(features?.slash_commands?.map(({ command }) => command))).toEqual(
      sorted(Object.keys(listeners.commands)),
    );
  });

  it('have the same words after a command, as far as the hint has room for them', () => {
    for (const { command, usage_hint: hint = '' } of features?.slash_commands ?? []) {
      const words = hint.replace(/[[\]]/g, '').split(' | ');
      expect(words.length).toBeGreaterThan(2);
      // In capitals stands what is no word, like a ticket's number.
      for (const word of words.filter((each) => each === each.toLowerCase())) {
        expect(Object.keys(listeners.commands[command]?.words ?? {})).toContain(word);
      }
    }
  });

  it('have the same events', () => {
    // Slack sends `message.channels`, `message.groups` and so on as `message`.
    const types = settings?.event_subscriptions?.bot_events?.map((event) =>
      event.replace(/^message\..+/, 'message'),
    );
    expect(sorted([...new Set(types)])).toEqual(sorted(Object.keys(listeners.events)));
    expect(settings?.event_subscriptions?.user_events).toBeUndefined();
  });

  it('have the same shortcuts', () => {
    expect(sorted(features?.shortcuts?.map(({ callback_id }) => callback_id))).toEqual(
      sorted(Object.keys(listeners.shortcuts)),
    );
  });

  it('have the same scopes', () => {
    expect(sorted(oauth_config?.scopes?.bot)).toEqual(sorted(botScopes));
    expect(sorted(oauth_config?.scopes?.user)).toEqual(sorted(signInScopes));
  });

  it('have the same addresses', () => {
    expect(new Set(features?.slash_commands?.map(({ url }) => url))).toEqual(new Set([host + eventsPath]));
    expect(settings?.event_subscriptions?.request_url).toBe(host + eventsPath);
    expect(settings?.interactivity).toEqual({ is_enabled: true, request_url: host + eventsPath });
    expect(sorted(oauth_config?.redirect_urls)).toEqual(sorted([host + redirectPath, host + callbackPath]));
  });
});

describe('the manifest', () => {
  it('keeps to the limits of Slack’s page for apps', () => {
    const { name, description = '', long_description = '' } = manifest.display_information;
    expect(name.length).toBeLessThanOrEqual(35);
    expect(description.length).toBeLessThanOrEqual(140);
    expect(long_description.length).toBeGreaterThanOrEqual(175);
    expect(long_description.length).toBeLessThanOrEqual(4_000);
  });

  it('has the Home tab, and no wish for an enterprise, a socket or rotating tokens', () => {
    expect(features?.app_home?.home_tab_enabled).toBe(true);
    expect(settings).toMatchObject({
      org_deploy_enabled: false,
      socket_mode_enabled: false,
      token_rotation_enabled: false,
    });
  });

  it('has people escaped to their ids, which /org transfer reads', () => {
    for (const { should_escape } of features?.slash_commands ?? []) expect(should_escape).toBe(true);
  });

  const schema = process.env.MANIFEST_SCHEMA;
  it.runIf(schema)('fits Slack’s schema, where MANIFEST_SCHEMA names it', () => {
    // The schema has keywords of Slack's own, which ajv's strict mode takes for mistakes.
    const validate = new Ajv({ strict: false, logger: false }).compile(
      JSON.parse(readFileSync(String(schema), 'utf8')),
    );
    validate(manifest);
    expect(validate.errors).toBeNull();
  });

  it('becomes a link to Slack’s page, filled in for an address', async () => {
    const { stdout } = await promisify(execFile)(
      process.execPath,
      ['--import', 'tsx', resolve(root, 'src/cli/slack-manifest.ts')],
      { cwd: root, env: { ...process.env, PUBLIC_URL: 'https://desk.test' } },
    );
    const link = new URL(stdout.trim());
    expect(link.origin + link.pathname).toBe('https://api.slack.com/apps');
    const filled = parse(link.searchParams.get('manifest_yaml') ?? '') as Manifest;
    expect(filled).toEqual(JSON.parse(JSON.stringify(manifest).replaceAll(host, 'https://desk.test')));
  });
});
