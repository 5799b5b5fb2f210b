import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { StripeSandbox } from '../sandbox/stripe/server.ts';

/** Stands before the double of Stripe and changes what it answers, to be what Stripe may be one day. */
export function rewritingStripe() {
  let server: Server | undefined;
  let rewrite = (text: string) => text;
  return {
    /** From now on whatever fits `from` in an answer is `to`. */
    rewrite(from: RegExp, to: string): void {
      rewrite = (text) => text.replace(from, to);
    },
    async start(sandbox: StripeSandbox): Promise<string> {
      server = createServer(async (request, response) => {
        const chunks: Buffer[] = [];
        for await (const chunk of request) chunks.push(chunk);
        const { host: _, connection: __, 'content-length': ___, ...headers } = request.headers;
        const answer = await fetch(`${sandbox.url}${request.url}`, {
          method: request.method ?? 'GET',
          headers: headers as Record<string, string>,
          ...(chunks.length > 0 && { body: Buffer.concat(chunks) }),
        });
        response.writeHead(answer.status, { 'content-type': 'application/json' });
        response.end(rewrite(await answer.text()));
      });
      await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
      return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    },
    async stop(): Promise<void> {
      server?.closeAllConnections();
      await new Promise((resolve) => server?.close(resolve));
    },
  };
}
