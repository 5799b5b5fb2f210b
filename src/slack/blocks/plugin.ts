import type { KnownBlock, ModalView } from '@slack/types';
import type { ListedDomain } from '../../domain/domains/list-domains.ts';
import { displayHost } from '../../domain/domains/website.ts';
import { MOST_SECRET_KEYS } from '../../domain/plugin/keys/list-keys.ts';
import type { OpenedKeys } from '../../domain/plugin/keys/open-keys.ts';
import { GRACE_HOURS } from '../../domain/plugin/keys/rotate-publishable-key.ts';
import { button, mrkdwn, plain } from './composition.ts';
import { secretKeyRow } from './secret-keys.ts';
import { codeBlock, escapeText, truncate } from './text.ts';
import { moment } from './time.ts';
import { count } from './words.ts';

/** Websites that are named; how many more there are is told. */
const MOST_NAMED = 5;

export interface PluginShown {
  keys: OpenedKeys;
  domains: readonly ListedDomain[];
  /** Whether secret keys can be made now; to revoke them is possible always. */
  mayMake: boolean;
  /** The public address of a path of ours. */
  publicUrl(path: string): string;
}

/** What a website embeds, which websites may, and the keys. `done` says what was just changed. */
export function pluginModal({ keys, domains, mayMake, publicUrl }: PluginShown, done?: string): ModalView {
  const { publishable, ending, secrets } = keys;
  return {
    type: 'modal',
    title: plain('Plugin'),
    close: plain('Close'),
    blocks: [
      ...(done === undefined ? [] : [{ type: 'section', text: mrkdwn(done) } as const]),
      { type: 'section', text: mrkdwn(`*On your website*\n${embedding}`) },
      { type: 'section', text: mrkdwn(codeBlock(snippet(publicUrl('/plugin/v1.js'), publishable.key))) },
      {
        type: 'section',
        text: mrkdwn(`*Authorized websites*\n${websitesText(domains)}`),
        accessory: button('plugin.domains', 'Manage domains'),
      },
      { type: 'divider' },
      {
        type: 'section',
        text: mrkdwn(`*Publishable key*\n${publishableText}\n${codeBlock(publishable.key)}`),
        accessory: rotateButton(publishable.id),
      },
      ...(ending.length === 0 ? [] : [endingBlock(ending)]),
      { type: 'divider' },
      {
        type: 'section',
        text: mrkdwn(`*Secret keys*\n${secretText}`),
        ...(mayMake &&
          secrets.length < MOST_SECRET_KEYS && {
            accessory: button('plugin.new-secret', 'New secret key'),
          }),
      },
      { type: 'context', elements: [plain(countText(secrets.length))] },
      ...secrets.map(secretKeyRow),
    ],
  };
}

export function rotatedText({ hint, endsAt }: { hint: string; endsAt: Date }): string {
  return `There is a new publishable key. Put it on your websites: the old one, which ends in \`${hint}\`, is good until ${moment(endsAt)}.`;
}

const embedding = 'Paste this into the pages on which people are to ask for help or to pay:';
const publishableText =
  'Names your organization to us. Everybody may see it: it works on authorized websites alone.';
const secretText =
  'For your own server, which is not a website and so needs no authorized domain. A secret key acts in your organization’s name.';

function snippet(script: string, key: string): string {
  return `<script src="${script}" data-key="${key}" async></script>`;
}

function websitesText(domains: readonly ListedDomain[]): string {
  if (domains.length === 0)
    return 'None yet. The plugin shows nothing anywhere until a website is authorized.';
  const named = domains.slice(0, MOST_NAMED).map(({ host }) => escapeText(truncate(displayHost(host), 120)));
  const more =
    domains.length > MOST_NAMED ? ` and ${count(domains.length - MOST_NAMED, 'more', 'more')}` : '';
  return `${named.join(', ')}${more}. On every other the plugin shows nothing.`;
}

function rotateButton(keyId: string) {
  return {
    ...button('plugin.rotate', 'Rotate', { label: 'Rotate the publishable key', value: keyId }),
    confirm: {
      title: plain('Rotate the key?'),
      text: plain(
        `A new key is made. The present one is good for ${GRACE_HOURS} more hours: put the new one on your websites until then.`,
      ),
      confirm: plain('Rotate'),
      deny: plain('Keep'),
    },
  };
}

function endingBlock(ending: OpenedKeys['ending']): KnownBlock {
  const lines = ending.map(
    ({ hint, endsAt }) => `The old key that ends in \`${hint}\` is good until ${moment(endsAt)}.`,
  );
  return { type: 'context', elements: [mrkdwn(lines.join('\n'))] };
}

function countText(total: number): string {
  const full = total >= MOST_SECRET_KEYS ? ': there can be no more. Revoke one to make another' : '';
  return total === 0 ? 'There is no secret key.' : `${count(total, 'secret key')}${full}.`;
}
