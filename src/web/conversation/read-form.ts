import type { Context as Request } from 'hono';

/** The page's form has two fields and its files, of which more may be chosen than are taken. */
const MOST_PARTS = 32;
/** Of one part: its field and the file's name. */
const HEADER_BYTES = 8 * 1024;

/**
 * The form of a request's body, as browsers send it: multipart/form-data with a boundary and nothing else. Null for any other,
 * and for one of more parts or longer headers than a form of ours has, over which the parser would hold up the process for
 * seconds.
 */
export async function readForm(request: Request): Promise<FormData | null> {
  const type = request.req.header('content-type') ?? '';
  const boundary = /^multipart\/form-data; *boundary=([\w-]{1,70})$/i.exec(type)?.[1];
  if (boundary === undefined) return null;
  const body = Buffer.from(await request.req.arrayBuffer());
  if (!hasOwnSize(body, boundary)) return null;
  const headers = { 'content-type': `multipart/form-data; boundary=${boundary}` };
  return new Response(body, { headers }).formData().catch(() => null);
}

function hasOwnSize(body: Buffer, boundary: string): boolean {
  let parts = 0;
  for (let at = body.indexOf(boundary); at !== -1; at = body.indexOf(boundary, at)) {
    at += boundary.length;
    if (body.subarray(at, at + 2).toString() === '--') continue;
    parts += 1;
    const headersEnd = body.subarray(at, at + HEADER_BYTES).indexOf('\r\n\r\n');
    if (parts > MOST_PARTS || headersEnd === -1) return false;
  }
  return true;
}
