import { createHash, timingSafeEqual } from 'node:crypto';
import { Hono, type Context as Request } from 'hono';
import type { Context } from '../domain/context.ts';
import type { ReplyAddresses } from '../domain/tickets/mail/reply-address.ts';
import { storeMail } from '../domain/tickets/mail/store-mail.ts';
import type { Logger } from '../logger.ts';
import { messageIdOf, postedMailSchema, recipientsOf } from '../mail/posted-mail.ts';
import { shapeOfJson } from './json-shape.ts';
import { problem } from './problem.ts';

export const inboundMailPath = '/mail/inbound';

/** What a provider makes of a mail with hundreds of headers stays far below; more would cost, and be no mail. */
const MOST = { values: 10_000, depth: 32 };

export interface InboundMailParts {
  context: Context;
  log: Logger;
  /** Undefined where no mail is taken here: then there is no such route. */
  inboundMail: { token: string; replyAddresses: Pick<ReplyAddresses, 'read'> } | undefined;
}

/**
 * `POST /mail/inbound` takes a mail in the JSON form of mail/posted-mail.ts from whoever has the bearer token, stores it, and
 * answers 202. A mail for no address of ours is 202 as well, so that no provider tries it for days, and is dropped. 401 without
 * the token, 415 and 400 for another form, 411 and 413 for its size.
 */
export function inboundMailRoutes({ context, log, inboundMail }: InboundMailParts): Hono {
  const routes = new Hono();
  if (!inboundMail) return routes;
  const { token, replyAddresses } = inboundMail;
  return routes.post(inboundMailPath, async (request) => {
    if (!hasToken(request, token)) {
      request.header('www-authenticate', 'Bearer');
      return problem(request, 401, {
        title: 'Not allowed',
        detail: 'Send the bearer token of INBOUND_TOKEN.',
      });
    }
    if (!/^application\/json\s*(;|$)/i.test(request.req.header('content-type') ?? '')) {
      return problem(request, 415, { title: 'Not JSON', detail: 'Send the mail as application/json.' });
    }
    const body = Buffer.from(await request.req.arrayBuffer());
    const posted = postedMailSchema.safeParse(readJson(body));
    if (!posted.success) {
      const places = posted.error.issues.map(({ path }) => path.join('.') || 'the body');
      const detail = `This is not a mail in the form that README.md has. Look at: ${[...new Set(places)].slice(0, 10).join(', ')}.`;
      return problem(request, 400, { title: 'Not a mail', detail });
    }
    const ours = [...new Set(recipientsOf(posted.data))].filter(
      (address) => replyAddresses.read(address) !== null,
    );
    if (ours.length === 0) log.info('A mail was posted for no address of ours, and dropped.');
    for (const recipient of ours.slice(0, 5)) {
      await storeMail(context, {
        arrival: { form: 'json', recipient },
        messageId: messageIdOf(posted.data),
        body,
      });
    }
    return request.json({ taken: ours.length > 0 }, 202);
  });
}

function hasToken(request: Request, token: string): boolean {
  const given = /^Bearer +(.+)$/i.exec(request.req.header('authorization') ?? '')?.[1] ?? '';
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given.trim()), digest(token));
}

/** Undefined for what is no JSON, or far more than a mail. */
function readJson(body: Buffer): unknown {
  const { values, deepest } = shapeOfJson(body, MOST);
  if (values > MOST.values || deepest > MOST.depth) return undefined;
  try {
    return JSON.parse(body.toString());
  } catch {
    return undefined;
  }
}
