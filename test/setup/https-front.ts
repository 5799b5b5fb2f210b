import { once } from 'node:events';
import {
  request as forward,
  type IncomingMessage,
  type RequestListener,
  type ServerResponse,
} from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { pipeline } from 'node:stream';
import { generate } from 'selfsigned';

/** Websites of several hosts on one port of this machine, as a browser sees them: https, each an origin of its own. */
export interface HttpsFront {
  /** Gives a host its website, or the server behind it by its address; a later one takes the place of an earlier. */
  serve(host: string, site: RequestListener | string): void;
  /** What Chromium has to be started with so that every host leads here, and this certificate will do. */
  chromiumArguments: string[];
  /** Ends what is still being answered by a server behind it, in good order, as a proxy does at its time limit. */
  cutAnswers(): void;
  close(): Promise<void>;
}

/** A host without a website is answered 502, as by a proxy whose server is away. */
export async function startHttpsFront(): Promise<HttpsFront> {
  const { private: key, cert } = await generate([{ name: 'commonName', value: 'websites of a test' }], {
    keyType: 'ec',
  });
  const sites = new Map<string, RequestListener>();
  const answering = new Set<ServerResponse>();
  const server = createServer({ key, cert }, (request, response) => {
    const site = sites.get(hostOf(request));
    if (site) site(request, response);
    else response.writeHead(502).end('Nobody is here.');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    serve(host, site) {
      sites.set(host, typeof site === 'string' ? passTo(site, answering) : site);
    },
    cutAnswers() {
      for (const response of answering) response.end();
    },
    chromiumArguments: [`--host-resolver-rules=MAP * 127.0.0.1:${port}`, '--ignore-certificate-errors'],
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

function hostOf({ headers }: IncomingMessage): string {
  return (headers.host ?? '').replace(/:\d+$/, '').toLowerCase();
}

/** Passes requests on unchanged but for the client's address, as a proxy does, and answers as they come. */
function passTo(target: string, answering: Set<ServerResponse>): RequestListener {
  const { hostname, port } = new URL(target);
  return (request: IncomingMessage, response: ServerResponse) => {
    const { method, url: path, socket } = request;
    const known = request.headers['x-forwarded-for'];
    const forwarded = [...(known === undefined ? [] : [known].flat()), socket.remoteAddress].join(', ');
    const headers = { ...request.headers, 'x-forwarded-for': forwarded, 'x-forwarded-proto': 'https' };
    const passed = forward({ hostname, port, method, path, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      response.flushHeaders();
      answering.add(response);
      pipeline(answer, response, () => {});
    });
    passed.on('error', () => (response.headersSent ? response.destroy() : response.writeHead(502).end()));
    response.on('close', () => {
      answering.delete(response);
      passed.destroy();
    });
    request.pipe(passed);
  };
}
