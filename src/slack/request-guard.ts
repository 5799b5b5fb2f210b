import type { IncomingMessage } from 'node:http';
import { parse } from 'node:querystring';

/** Slack's own payloads stay below 300 kB; a view with everything in it is the largest. */
const BODY_LIMIT = 1024 * 1024;
/** As far as Slack's clock may run ahead of ours. Bolt looks only at a timestamp's age. */
const AHEAD_SECONDS = 5 * 60;

/** A request that is refused before Bolt sees it, with the status that it gets. */
export class RefusedRequest extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/**
 * Reads the body, and refuses what Bolt's receiver lets through or ends the process over: a timestamp in the future, a
 * doubled header, JSON that is no object, a body without bounds. The signature is left to Bolt.
 * @throws RefusedRequest
 */
export async function readGuarded(request: IncomingMessage): Promise<Buffer> {
  checkHeaders(request);
  const body = await readBody(request);
  if (!carriesAnObject(request.headers['content-type'], body.toString())) {
    throw new RefusedRequest(400, 'The body is no object.');
  }
  return body;
}

function checkHeaders({ headers }: IncomingMessage): void {
  // Node joins a header that is sent twice with a comma; neither of these two ever holds one.
  const signature = headers['x-slack-signature'];
  const timestamp = headers['x-slack-request-timestamp'];
  if (typeof signature === 'string' && signature.includes(',')) {
    throw new RefusedRequest(401, 'The signature is sent twice.');
  }
  if (timestamp === undefined) return;
  if (typeof timestamp !== 'string' || !/^\d{1,11}$/.test(timestamp)) {
    throw new RefusedRequest(401, 'The timestamp is no time, or is sent twice.');
  }
  // The wall clock, like Bolt's check of the age: a signature is about real time, whatever the context's clock says.
  if (Number(timestamp) > Date.now() / 1000 + AHEAD_SECONDS) {
    throw new RefusedRequest(401, 'The timestamp lies in the future.');
  }
}

function readBody(request: IncomingMessage): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const tooLarge = () => reject(new RefusedRequest(413, 'The body is too large.'));
    if (Number(request.headers['content-length'] ?? 0) > BODY_LIMIT) return tooLarge();
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size > BODY_LIMIT) return tooLarge();
      chunks.push(chunk);
    });
    request.on('end', () => resolve(chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks)));
    request.on('error', reject);
    request.on('aborted', () => reject(new RefusedRequest(400, 'The body ended early.')));
  });
}

/** A form's field that is called `payload`, or might be under an escaped name. */
const payloadField = /(?:^|&)(?:payload=|[^=&]*%)/;

/** Parses as far as Bolt will: a form, the JSON in a form's `payload`, or JSON. */
function carriesAnObject(contentType: string | undefined, body: string): boolean {
  if (contentType !== 'application/x-www-form-urlencoded') return startsObject(body);
  // A slash command has no payload, and is spared being parsed twice.
  if (!payloadField.test(body)) return true;
  const { payload } = parse(body);
  return typeof payload === 'string' ? startsObject(payload) : true;
}

function startsObject(json: string): boolean {
  return json.trimStart().startsWith('{');
}
