import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Fault } from './faults.ts';
import { downloadBytes, uploadBytes } from './files.ts';
import {
  argumentsOf,
  type HttpAnswer,
  type HttpRequest,
  htmlAnswer,
  jsonAnswer,
  readRequest,
  writeAnswer,
} from './http.ts';
import { isObject, type JsonObject, parseJson, refusal } from './json.ts';
import { authorizeAnswer, authorizePage, exchangeCode } from './oauth.ts';
import { receiveResponse } from './response-messages.ts';
import type { RecordedRequest, SandboxState } from './state.ts';
import { answerMethod, bearerOf } from './web-api.ts';

/** The server that the app takes for Slack. Starts on a free loopback port and sets `state.origin`. */
export async function startFront(state: SandboxState): Promise<Server> {
  const server = createServer((incoming, outgoing) => {
    serve(state, incoming, outgoing).catch((error: unknown) => {
      if (!outgoing.headersSent) writeAnswer(outgoing, { status: 500, body: String(error) });
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  state.origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return server;
}

async function serve(
  state: SandboxState,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): Promise<void> {
  const request = await readRequest(incoming);
  const [, area = '', ...rest] = request.path.split('/');
  const name = nameOf(area, rest);
  const record: RecordedRequest = {
    method: name,
    teamId: area === 'teams' ? rest[0] : undefined,
    args: area === 'api' ? argumentsOf(request) : {},
    answer: undefined,
    status: undefined,
    at: Date.now(),
  };
  state.requests.push(record);
  const fault = state.faults.take(name);
  if (fault?.kind === 'timeout') return;
  const answer =
    fault && fault.kind !== 'acted-then-drop'
      ? faultAnswer(fault)
      : await route(state, request, area, rest, record);
  if (fault?.kind === 'acted-then-drop') {
    state.changed();
    incoming.socket.destroy();
    return;
  }
  record.status = answer.status;
  record.answer ??= parsedAnswer(answer);
  writeAnswer(outgoing, answer);
  state.changed();
}

async function route(
  state: SandboxState,
  request: HttpRequest,
  area: string,
  rest: string[],
  record: RecordedRequest,
): Promise<HttpAnswer> {
  if (area === 'api') return api(state, request, rest[0] ?? '', record);
  if (request.path === '/oauth/v2/authorize') {
    return request.method === 'POST' ? authorizeAnswer(state, request) : authorizePage(state, request.query);
  }
  if (area === 'hooks' && request.method === 'POST') {
    const { message, ...answer } = await receiveResponse(state, rest[0] ?? '', request);
    record.args = message;
    return answer;
  }
  const workspace = area === 'teams' ? state.workspaces.get(rest[0] ?? '') : undefined;
  if (workspace && rest[1] === 'upload') return uploadBytes(workspace, rest[3] ?? '', request);
  if (workspace && rest[1] === 'files-pri') {
    return downloadBytes(state, workspace, `/${rest.slice(1).join('/')}`, request);
  }
  return htmlAnswer('<h1>There has been a glitch</h1>', 404);
}

async function api(
  state: SandboxState,
  request: HttpRequest,
  method: string,
  record: RecordedRequest,
): Promise<HttpAnswer> {
  const { authorization } = request.headers;
  if (method === 'oauth.v2.access') return jsonAnswer(await exchangeCode(state, record.args, authorization));
  const { answer, token } = await answerMethod(
    state,
    method,
    record.args,
    bearerOf(authorization, record.args),
  );
  record.teamId = token?.teamId;
  record.answer = answer;
  if (answer.error === 'ratelimited') return jsonAnswer(answer, 429, { 'retry-after': '1' });
  return jsonAnswer(answer, 200, token ? { 'x-oauth-scopes': token.scopes.join(',') } : {});
}

function faultAnswer(fault: Fault): HttpAnswer {
  if (fault.kind === '429') {
    return jsonAnswer(refusal('ratelimited'), 429, { 'retry-after': String(fault.retryAfter ?? 1) });
  }
  if (fault.kind === '500') return { status: 500, body: 'Server Error' };
  return jsonAnswer(refusal(fault.error ?? 'internal_error'));
}

/** What faults and the log of requests call a request. */
function nameOf(area: string, rest: string[]): string {
  if (area === 'api') return rest[0] ?? '';
  if (area === 'hooks') return 'response_url';
  if (area === 'teams' && rest[1] === 'upload') return 'files.upload';
  if (area === 'teams' && rest[1] === 'files-pri') return 'files.download';
  return [area, ...rest].join('/');
}

function parsedAnswer(answer: HttpAnswer): JsonObject | undefined {
  const isJson = answer.headers?.['content-type']?.includes('json');
  const parsed = isJson ? parseJson(String(answer.body)) : undefined;
  return isObject(parsed) ? parsed : undefined;
}
