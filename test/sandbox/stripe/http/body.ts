import type { IncomingMessage } from 'node:http';

const largest = 1_000_000;

/** The request's body as text; a body over a megabyte ends the connection. */
export async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > largest) {
      request.destroy();
      throw new Error('The body is larger than a megabyte.');
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
