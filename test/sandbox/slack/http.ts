import type { IncomingMessage, ServerResponse } from 'node:http';
import { isObject, type Json, type JsonObject, parseJson } from './json.ts';

/** A request whose body has been read. */
export interface HttpRequest {
  method: string;
  path: string;
  query: URLSearchParams;
  headers: IncomingMessage['headers'];
  body: Buffer;
}

export interface HttpAnswer {
  status: number;
  headers?: Record<string, string>;
  body: string | Buffer;
}

export async function readRequest(incoming: IncomingMessage): Promise<HttpRequest> {
  const url = new URL(incoming.url ?? '/', 'http://sandbox');
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  return {
    method: incoming.method ?? 'GET',
    path: url.pathname,
    query: url.searchParams,
    headers: incoming.headers,
    body: Buffer.concat(chunks),
  };
}

export function writeAnswer(outgoing: ServerResponse, answer: HttpAnswer): void {
  outgoing.writeHead(answer.status, answer.headers);
  outgoing.end(answer.body);
}

export function jsonAnswer(body: JsonObject, status = 200, headers: Record<string, string> = {}): HttpAnswer {
  return {
    status,
    headers: { 'content-type': 'application/json; charset=utf-8', ...headers },
    body: JSON.stringify(body),
  };
}

export function htmlAnswer(body: string, status = 200): HttpAnswer {
  return { status, headers: { 'content-type': 'text/html; charset=utf-8' }, body };
}

/** The fields of a form, or of a JSON body. */
export function formOf(request: HttpRequest): Record<string, string> {
  return Object.fromEntries(new URLSearchParams(request.body.toString()));
}

const NESTED = new Set(['blocks', 'attachments', 'metadata', 'view', 'files']);

/** The arguments of a Web API call, from JSON, from a form or from the query; what Slack nests comes parsed. */
export function argumentsOf(request: HttpRequest): JsonObject {
  const given: JsonObject = Object.fromEntries(request.query);
  if ((request.headers['content-type'] ?? '').includes('application/json')) {
    const parsed = parseJson(request.body.toString());
    if (isObject(parsed)) Object.assign(given, parsed);
  } else {
    Object.assign(given, formOf(request));
  }
  const entries = Object.entries(given).map(([key, value]): [string, Json | undefined] => [
    key,
    NESTED.has(key) && typeof value === 'string' ? (parseJson(value) ?? value) : value,
  ]);
  return Object.fromEntries(entries);
}
