import { Hono, type Context as Request } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { Refusal } from '../../domain/errors.ts';
import { readId } from '../../domain/ids.ts';
import { answerTicket } from '../../domain/tickets/conversation/answer-ticket.ts';
import { authorizeConversation } from '../../domain/tickets/conversation/authorize-conversation.ts';
import { conversationPath } from '../../domain/tickets/conversation/conversation-token.ts';
import { readAttachment } from '../../domain/tickets/conversation/read-attachment.ts';
import { readConversation } from '../../domain/tickets/conversation/read-conversation.ts';
import { downloadHeaders } from '../download.ts';
import type { Html } from '../page.ts';
import { createLimits } from '../plugin/limits.ts';
import { Problem } from '../plugin/problems.ts';
import type { PluginParts } from '../plugin/routes.ts';
import { problem } from '../problem.ts';
import { contentSecurityPolicy } from '../security-headers.ts';
import {
  type ConversationPageParts,
  conversationPage,
  unknownConversationPage,
} from './conversation-page.ts';
import { judgeFiles, readAnswer } from './read-answer.ts';

/**
 * The page of the link in customers' mails. GET and HEAD change nothing, whoever looks into links; answering is a POST, and the
 * same form twice is one answer. Who has the token may all of it: there is no cookie that another site's form could use.
 */
export function conversationPageRoutes({ plugin }: { plugin: PluginParts }): Hono {
  const { context, conversationTokens } = plugin;
  const limits = createLimits(plugin);
  const show = async (
    request: Request,
    ticketId: string,
    refused?: NonNullable<ConversationPageParts['refused']>,
    status: ContentfulStatusCode = refused ? 400 : 200,
  ): Promise<Response> => {
    await limits.take('opens', ticketId);
    const conversation = await readConversation(context, {
      ticketId,
      before: readId(request.req.query('before') ?? ''),
    });
    const path = conversationPath(conversationTokens.tokenOf(ticketId));
    const once = context.randomBytes(16).toString('hex');
    const continued = request.req.query('continued') !== undefined;
    const added = request.req.query('added') !== undefined;
    const parts = { conversation, path, once, continued, added, ...(refused && { refused }) };
    return draw(request, conversationPage(parts), status);
  };

  /** The form again, with what was typed, where it was sent too often. */
  const hold = (request: Request, ticketId: string, text: string, { headers, message, status }: Problem) => {
    for (const [name, value] of Object.entries(headers)) request.header(name, value);
    return show(request, ticketId, { text, field: null, message }, status);
  };

  /** What the token of the address opens; where it opens nothing, the page that says so. */
  const opened = async (
    request: Request,
    answer: (ticketId: string) => Promise<Response>,
  ): Promise<Response> => {
    const ticketId = conversationTokens.read(request.req.param('token') ?? '');
    const unknown = () => draw(request, unknownConversationPage(), 404);
    if (ticketId === null) return unknown();
    return answer(ticketId).catch((error: unknown) => {
      if (error instanceof Refusal && unknownCodes.has(error.code)) return unknown();
      const { headers, status, message: detail } = problemOnly(error);
      for (const [name, value] of Object.entries(headers)) request.header(name, value);
      return problem(request, status, { title: 'Too often', detail });
    });
  };

  return new Hono()
    .basePath('/t')
    .use(async (request, next) => {
      await next();
      request.header('x-robots-tag', 'noindex, nofollow');
    })

    .get('/:token', (request) => opened(request, (ticketId) => show(request, ticketId)))

    .post('/:token', (request) =>
      opened(request, async (ticketId) => {
        const tooOften = await limits.take('answers', ticketId).catch(problemOnly);
        if (tooOften) {
          const small = Number(request.req.header('content-length')) <= READ_BACK_BYTES;
          const text = small ? (await readAnswer(request))?.text : undefined;
          return hold(request, ticketId, text ?? '', tooOften);
        }
        const posted = await readAnswer(request);
        if (posted === null) return show(request, ticketId, { text: '', ...unreadable });
        const { text, idempotencyKey } = posted;
        try {
          const files = await judgeFiles(posted.files);
          const token = conversationTokens.tokenOf(ticketId);
          const asked = { token, ticketId, organizationId: null };
          const { database } = context;
          const { isClosed } = await authorizeConversation({ database, conversationTokens }, asked);
          if (isClosed) await limits.take('continued', ticketId);
          const answered = await answerTicket(context, { ticketId, text, files, idempotencyKey });
          const { continued } = answered;
          // A link to what was there before is not given to who has that of a duplicate: they may never have seen it.
          const shownId = continued ? answered.ticketId : ticketId;
          const said = continued ? '?continued' : answered.ticketId === ticketId ? '' : '?added';
          const path = conversationPath(conversationTokens.tokenOf(shownId));
          return request.redirect(`${path}${said}#answer`, 303);
        } catch (error) {
          if (error instanceof Problem) return hold(request, ticketId, text, error);
          const refused = refusalOf(error);
          if (!refused) throw error;
          return show(request, ticketId, { text, ...refused });
        }
      }),
    )

    .get('/:token/attachments/:id', (request) =>
      opened(request, async (ticketId) => {
        await limits.take('files', ticketId);
        const { bytes, ...file } = await readAttachment(context, {
          ticketId,
          attachmentId: request.req.param('id'),
        });
        return request.body(new Uint8Array(bytes), 200, downloadHeaders(file));
      }),
    );
}

/** Nobody keeps a copy, and no script runs on it but ours. */
function draw(request: Request, body: Html, status: ContentfulStatusCode): Response | Promise<Response> {
  return request.html(body, status, {
    'content-security-policy': contentSecurityPolicy({ scripts: true }),
    'cache-control': 'no-store',
  });
}

/** The words alone: what was typed is given back even where it is not taken, as long as reading it costs next to nothing. */
const READ_BACK_BYTES = 64 * 1024;

function problemOnly(error: unknown): Problem {
  if (error instanceof Problem) return error;
  throw error;
}

const unknownCodes = new Set<string>(['ticket_unknown', 'attachment_unknown']);

const unreadable = {
  field: null,
  message: 'This could not be read, so nothing was sent. Try it again from this page.',
} as const;

/** What the form says; null for what is no refusal of an answer. */
function refusalOf(error: unknown): { field: 'text' | 'files' | null; message: string } | null {
  if (!(error instanceof Refusal) || unknownCodes.has(error.code)) return null;
  const { field, message } = error;
  return { field: field === 'text' || field === 'files' ? field : null, message };
}
