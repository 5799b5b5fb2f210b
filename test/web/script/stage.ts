import type { RequestListener } from 'node:http';
import {
  type Browser,
  type BrowserContextOptions,
  type ConsoleMessage,
  chromium,
  type Page,
} from 'playwright-core';
import { afterAll, beforeAll, expect } from 'vitest';
import { identify } from '../../../src/domain/members/identify.ts';
import { recordReply } from '../../../src/domain/tickets/say/record-reply.ts';
import type { Person } from '../../sandbox/slack/person.ts';
import { chromiumPath } from '../../setup/chromium.ts';
import { openWorld, type TestWorld } from '../../setup/desk.ts';
import { type HttpsFront, startHttpsFront } from '../../setup/https-front.ts';
import { expectUnbroken } from '../../setup/world.ts';
import { openShop, type Shop } from '../plugin/shop.ts';

/** The lines of a policy that the README asks a website to add, and nothing else allowed. */
export const strictPolicy = [
  "default-src 'none'",
  "style-src 'self'",
  "img-src 'self'",
  'script-src https://desk.example/plugin/v1.js',
  'connect-src https://desk.example/plugin/v1/',
  "form-action 'none'",
  "base-uri 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join('; ');

/** For what is asked again until it is so: on a slow machine a browser takes its time. */
export const PATIENT = { timeout: 30_000 };

export interface Visit {
  page: Page;
  /** What the console and the page complained of. */
  troubles: string[];
  /** What the script itself said in the console. */
  said: string[];
  leave(): Promise<void>;
}

export interface ScriptStage {
  world: TestWorld;
  front: HttpsFront;
  website: Shop;
  agent: Person;
  /** A page of a website with the script, opened in a browser of its own. */
  visit(options?: VisitOptions): Promise<Visit>;
  /** Opens an address as it is. */
  go(url: string, options?: BrowserContextOptions): Promise<Visit>;
  /** What the agent says in the ticket's thread. */
  reply(ticketId: string, text: string): Promise<void>;
  /** The organization's tickets, the newest first, with what was said in them. */
  tickets(): Promise<{ id: string; title: string; messages: { text: string }[] }[]>;
}

export interface VisitOptions extends BrowserContextOptions {
  host?: string;
  path?: string;
  /** Attributes of the script beside its key. */
  script?: string;
  /** Stands in the page's body. */
  body?: string;
  head?: string;
  policy?: string;
  /** Runs in the page before anything else. */
  before?: string;
  /** Is given the page before it is opened, to stand in its way. */
  prepare?: (page: Page) => Promise<unknown>;
}

/** The product behind TLS at desk.example, with a listed website at shop.example, and Chromium. */
export function useScriptStage(): ScriptStage {
  let browser: Browser;
  let sequence = 0;
  const listen: (visit: Visit) => void = ({ page, troubles, said }) => {
    page.on('console', (message: ConsoleMessage) => {
      (message.text().startsWith('Orgdesk:') ? said : troubles).push(message.text());
    });
    page.on('pageerror', (error) => void troubles.push(error.stack ?? error.message));
  };
  const openPage = async (options: BrowserContextOptions): Promise<Visit> => {
    // Nothing moves, so that what is measured stands still.
    const context = await browser.newContext({
      ignoreHTTPSErrors: true,
      reducedMotion: 'reduce',
      ...options,
    });
    const page = await context.newPage();
    const visit: Visit = { page, troubles: [], said: [], leave: () => context.close() };
    listen(visit);
    return visit;
  };
  const stage = {
    async go(url, options = {}) {
      const visit = await openPage(options);
      await visit.page.goto(url);
      return visit;
    },
    async visit({
      host = 'shop.example',
      path = '/',
      script = '',
      body = '',
      head = '',
      policy = strictPolicy,
      before,
      prepare,
      ...options
    } = {}) {
      stage.front.serve(host, pageOf(stage.website.key, { script, body, head, policy }));
      const visit = await openPage(options);
      if (before !== undefined) await visit.page.addInitScript({ content: before });
      await prepare?.(visit.page);
      await visit.page.goto(`https://${host}${path}`);
      return visit;
    },
    async reply(ticketId, text) {
      sequence += 1;
      const { user } = stage.agent;
      const { teamId } = stage.website.desk;
      const actor = await identify(stage.world.context, { teamId, userId: user.id, name: user.realName });
      const slackTs = `1.${String(sequence).padStart(6, '0')}`;
      await recordReply(stage.world.context, actor, { ticketId, slackTs, text, files: [] });
    },
    tickets: () =>
      stage.world.context.database.ticket.findMany({
        where: { organizationId: stage.website.desk.organizationId },
        orderBy: { id: 'desc' },
        select: {
          id: true,
          title: true,
          messages: { select: { text: true }, orderBy: { id: 'asc' } },
        },
      }),
  } as ScriptStage;

  beforeAll(async () => {
    if (!chromiumPath) return;
    stage.front = await startHttpsFront();
    stage.world = await openWorld({ PUBLIC_URL: 'https://desk.example' });
    stage.front.serve('desk.example', stage.world.url);
    stage.website = await openShop(stage.world, { host: 'shop.example' });
    stage.agent = await stage.website.desk.add({ role: 'agent', name: 'Ada Lindgren' });
    browser = await chromium.launch({
      executablePath: chromiumPath,
      args: ['--no-sandbox', ...stage.front.chromiumArguments],
    });
  });
  afterAll(async () => {
    if (!chromiumPath) return;
    await browser?.close();
    await stage.world.settle();
    await expectUnbroken(stage.world);
    await stage.front.close();
    await stage.world.stop();
  });
  return stage;
}

function pageOf(
  key: string,
  { script, body, head, policy }: Required<Pick<VisitOptions, 'script' | 'body' | 'head' | 'policy'>>,
): RequestListener {
  return (_, response) => {
    const headers = { 'content-type': 'text/html; charset=utf-8', 'content-security-policy': policy };
    response.writeHead(200, headers).end(`<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>A shop</title>
    ${head}
    <script src="https://desk.example/plugin/v1.js" data-key="${key}" ${script} async></script>
  </head>
  <body>
    <main><h1>A shop</h1><p>Kettles and cups.</p>${body}</main>
  </body>
</html>`);
  };
}

/** The page itself never scrolls sideways. */
export async function expectNoSidewaysScroll(page: Page): Promise<void> {
  const [wide, shown] = (await page.evaluate(
    '[document.documentElement.scrollWidth, window.innerWidth]',
  )) as [number, number];
  expect(wide).toBeLessThanOrEqual(shown);
}
