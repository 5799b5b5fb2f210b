import type { IncomingMessage, ServerResponse } from 'node:http';
import { html } from 'hono/html';
import type { Account } from '../account.ts';
import { readBody } from '../http/body.ts';
import { checkoutPages } from './checkout-page.ts';
import { invoicePages } from './invoice-page.ts';
import { page } from './layout.ts';
import { onboardingPages } from './onboarding-page.ts';
import type { PageAnswer } from './page-route.ts';
import { portalPages } from './portal-page.ts';

const routes = [...checkoutPages, ...invoicePages, ...portalPages, ...onboardingPages];

/** Answers everything outside `/v1`: the pages on which people pay, authenticate and manage their billing. */
export async function servePage(
  account: Account,
  request: IncomingMessage,
  response: ServerResponse,
  url: URL,
): Promise<void> {
  const method = request.method ?? 'GET';
  const form = new URLSearchParams(await readBody(request));
  account.clock.catchUp();
  const route = routes.find(({ pattern }) => pattern.test(url.pathname));
  const captured = route?.pattern.exec(url.pathname)?.slice(1) ?? [];
  const answer: PageAnswer = route?.answer({ account, method, captured, form }) ?? {
    status: 404,
    page: page('Not found', html`<p>There is no such page.</p>`),
  };
  if ('redirect' in answer) {
    response.writeHead(303, { Location: answer.redirect }).end();
    return;
  }
  response.writeHead(answer.status, {
    'Content-Type': 'text/html; charset=utf-8',
    'Cache-Control': 'no-store',
  });
  response.end(String(await answer.page));
}
