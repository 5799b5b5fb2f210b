import assert from 'node:assert/strict';
import type { World } from '../sandbox/world.ts';
import { homeOf, shows, wordsOf } from './sight.ts';
import type { Cast, Step } from './step.ts';

/** Where the organization's website stands, and one that nobody authorized. */
export const shopOrigin = 'https://harbour-goods.co.uk';
export const strangeOrigin = 'https://harbour-goods.example';

/** What a page sends: `bearer` is a session or a conversation's token. */
export interface Asking {
  origin?: string;
  bearer?: string;
  idempotencyKey?: string;
  body?: object;
}

export interface Answer<Body> {
  status: number;
  body: Body;
}

/** Asks the plugin's API over HTTP as the script on a page of the website does; GET without a body. */
export async function askAsPage<Body>(
  world: World,
  { publishableKey = '' }: Cast,
  path: string,
  { origin = shopOrigin, bearer, idempotencyKey, body }: Asking = {},
): Promise<Answer<Body>> {
  const address = new URL(`/plugin/v1${path}`, world.url);
  address.searchParams.set('key', publishableKey);
  const response = await fetch(address, {
    method: body ? 'POST' : 'GET',
    headers: {
      origin,
      ...(bearer && { authorization: `Bearer ${bearer}` }),
      ...(idempotencyKey && { 'idempotency-key': idempotencyKey }),
      ...(body && { 'content-type': 'application/json' }),
    },
    ...(body && { body: JSON.stringify(body) }),
  });
  const allowed = response.headers.get('access-control-allow-origin');
  // A browser lets a page read only what was answered to its own origin.
  assert.equal(allowed, origin === shopOrigin ? origin : null);
  return { status: response.status, body: (await response.json()) as Body };
}

/** The session that a page of the website is given. */
export async function sessionFor(world: World, cast: Cast, purpose: 'tickets' | 'payments'): Promise<string> {
  const { status, body } = await askAsPage<{ session: string }>(world, cast, '/sessions', {
    body: { purpose },
  });
  assert.equal(status, 201);
  return body.session;
}

/** A website gets onto the list, and learns what to paste. */
export const websiteSteps: readonly Step[] = [
  {
    name: 'Authorize a website',
    async play(world, cast) {
      const admin = world.slack.person({ team: cast.team, user: cast.admin.id });
      await admin.command('/org', 'domains');
      await world.slack.until('the form', () => admin.modal);
      await admin.fill({ website: 'co.uk' });
      const { errors } = await admin.submit();
      shows(errors.website ?? '', 'public suffix');
      await admin.fill({ website: 'https://www.harbour-goods.co.uk/contact' });
      const { modal } = await admin.submit();
      shows(wordsOf(modal?.view.blocks), 'harbour-goods.co.uk');
      await admin.closeModal();
      shows(await homeOf(world, cast, cast.owner), '• harbour-goods.co.uk');
      return 'harbour-goods.co.uk is on the list; co.uk was refused, since everybody under it would be.';
    },
  },
  {
    name: 'Put the plugin on the website',
    async play(world, cast) {
      const admin = world.slack.person({ team: cast.team, user: cast.admin.id });
      await admin.command('/org', 'plugin');
      await world.slack.until('the tag', () => wordsOf(admin.modal?.view.blocks).includes('On your website'));
      const shown = wordsOf(admin.modal?.view.blocks);
      const [, script = '', key = ''] =
        /&lt;script src="([^"]+)" data-key="(odpk_[\w-]{43})" async&gt;&lt;\/script&gt;/.exec(shown) ?? [];
      await admin.closeModal();
      assert.equal(script, `${world.url}/plugin/v1.js`);
      cast.publishableKey = key;
      const served = await fetch(script);
      assert.equal(served.status, 200);
      shows(served.headers.get('content-type') ?? '', 'javascript');
      const size = (await served.arrayBuffer()).byteLength;
      assert.ok(size > 0);
      return '/org plugin shows one script tag to paste, with the publishable key, and the script is served.';
    },
  },
];
