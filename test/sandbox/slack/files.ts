import { type HttpAnswer, type HttpRequest, htmlAnswer, jsonAnswer } from './http.ts';
import { asObject, asText, type JsonObject, refusal } from './json.ts';
import type { SandboxState } from './state.ts';
import { bearerOf } from './web-api.ts';
import type { Workspace } from './workspace.ts';

/** The bytes that an upload sends to the address that `files.getUploadURLExternal` gave. */
export async function uploadBytes(
  workspace: Workspace,
  fileId: string,
  request: HttpRequest,
): Promise<HttpAnswer> {
  const response = await workspace.emulated.fetch(`/upload/v1/${fileId}`, {
    method: 'POST',
    headers: { 'content-type': request.headers['content-type'] ?? 'application/octet-stream' },
    body: new Uint8Array(request.body),
  });
  return { status: response.status, body: await response.text() };
}

/**
 * The bytes behind `url_private`. Without a good token Slack shows its sign-in page, with status 200: whoever
 * downloads has to look at the content.
 */
export async function downloadBytes(
  state: SandboxState,
  workspace: Workspace,
  path: string,
  request: HttpRequest,
): Promise<HttpAnswer> {
  const token = state.tokens.check(bearerOf(request.headers.authorization, {}));
  if (typeof token === 'string' || token.teamId !== workspace.id) {
    return htmlAnswer('<!doctype html><title>Slack</title><h1>Sign in to your workspace</h1>');
  }
  if (!token.scopes.includes('files:read')) {
    const provided = token.scopes.join(',');
    return jsonAnswer(refusal('missing_scope', { needed: 'files:read', provided }), 403);
  }
  const { emulated } = workspace;
  const query = request.query.size > 0 ? `?${request.query}` : '';
  let response = await emulated.fetch(`${path}${query}`, {}, token.credential);
  const owner = state.grantedFiles.get(path.split('/')[2] ?? '');
  if (response.status === 404 && owner) {
    response = await emulated.fetch(`${path}${query}`, {}, await emulated.user(owner));
  }
  const type = response.headers.get('content-type') ?? 'application/octet-stream';
  return {
    status: response.status,
    headers: { 'content-type': type },
    body: Buffer.from(await response.arrayBuffer()),
  };
}

/** Uploads a file as a person does who chooses it in a form; gives the file as Slack describes it. */
export async function uploadAs(
  workspace: Workspace,
  userId: string,
  file: { bytes: Uint8Array; name: string; mimetype: string },
): Promise<JsonObject> {
  const { emulated } = workspace;
  const user = await emulated.user(userId);
  const args = { filename: file.name, length: file.bytes.length };
  const place = await emulated.call('files.getUploadURLExternal', args, user);
  const id = asText(place.file_id);
  await emulated.fetch(`/upload/v1/${id}`, { method: 'POST', body: new Uint8Array(file.bytes) });
  const done = await emulated.call('files.completeUploadExternal', { files: [{ id }] }, user);
  if (done.ok !== true) throw new Error(`The upload of ${file.name} failed: ${asText(done.error)}`);
  const uploaded = await emulated.call('files.info', { file: id }, user);
  return { ...asObject(uploaded.file), mimetype: file.mimetype };
}
