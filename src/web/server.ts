import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { getRequestListener } from '@hono/node-server';
import type { Logger } from '../logger.ts';
import { eventsPath, installPath, redirectPath } from '../slack/receiver.ts';
import type { Pages } from './assemble.ts';
import { securityHeaders } from './security-headers.ts';

export interface ServerParts {
  port: number;
  /** The address to listen on; every one by default. */
  host?: string;
  /** Absent where this process takes nothing from Slack. */
  slack?: {
    handle(request: IncomingMessage, response: ServerResponse, requestId: string): void;
    /** Resolves when every listener that was begun has ended. */
    idle(): Promise<void>;
  };
  pages: Pick<Pages, 'fetch'>;
  /** Ends the answers that would never end by themselves. */
  live?: { stop(): Promise<void> };
  log: Logger;
}

export interface RunningServer {
  port: number;
  /** Takes no new connection, waits 10 seconds at most for the requests that were begun, and as long for their listeners. */
  stop(): Promise<void>;
}

const DRAIN_MILLISECONDS = 10_000;
/** Bolt ends the process over a path that it does not know, so it gets exactly its own. */
const slackPaths = new Set([eventsPath, installPath, redirectPath]);

/** Listens; resolves when requests are taken. @throws Error where the port cannot be had. */
export async function startServer({
  port,
  host,
  slack,
  pages,
  live,
  log,
}: ServerParts): Promise<RunningServer> {
  const showPage = getRequestListener(pages.fetch, { overrideGlobalObjects: false });
  const server = createServer(
    // A body of 15 MiB at a megabit a second, and no connection held by headers that never end.
    { requestTimeout: 130_000, headersTimeout: 10_000, keepAliveTimeout: 65_000 },
    (request, response) => {
      const requestId = randomUUID();
      response.setHeader('x-request-id', requestId);
      const path = (request.url ?? '').split('?', 1)[0] as string;
      if (path !== eventsPath) setHeaders(response, securityHeaders);
      if (slack && slackPaths.has(path)) slack.handle(request, response, requestId);
      else void showPage(request, response);
    },
  );
  // Clients open connections ahead of requests. Node takes those that never had one for busy, and would wait for them.
  const unused = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    unused.add(socket);
    socket.once('close', () => unused.delete(socket));
  });
  server.on('request', ({ socket }) => unused.delete(socket));
  server.on('clientError', (_, socket) => {
    if (socket.writable) socket.end('HTTP/1.1 400 Bad Request\r\nconnection: close\r\n\r\n');
    else socket.destroy();
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  server.on('error', (error) => log.error({ err: error }, 'The server failed.'));
  return {
    port: (server.address() as AddressInfo).port,
    stop: async () => {
      const drained = drain(server, log);
      for (const socket of unused) if (socket.bytesRead === 0) socket.destroy();
      await Promise.all([drained, live?.stop()]);
      await Promise.race([slack?.idle(), sleep(DRAIN_MILLISECONDS, undefined, { ref: false })]);
    },
  };
}

/** Resolves when the last request has its answer, or when waiting for it has taken too long. */
async function drain(server: Server, log: Logger): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  // A connection that served a request when the stop began stays open for the next one, unless it is closed then.
  const sweep = setInterval(() => server.closeIdleConnections(), 50);
  const deadline = setTimeout(() => {
    log.warn('Requests were cut off by the stop.');
    server.closeAllConnections();
  }, DRAIN_MILLISECONDS);
  await closed;
  clearInterval(sweep);
  clearTimeout(deadline);
}

function setHeaders(response: ServerResponse, headers: Record<string, string>): void {
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
}
