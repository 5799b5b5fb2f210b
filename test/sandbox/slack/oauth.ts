import { formOf, type HttpAnswer, type HttpRequest, htmlAnswer } from './http.ts';
import { asText, type JsonObject, refusal } from './json.ts';
import { parseScopes, unknownScopes } from './scopes.ts';
import type { SandboxState } from './state.ts';
import type { IssuedToken } from './tokens.ts';

/** The codes that wait to be exchanged, with the workspace that gave each. */
const codes = new WeakMap<SandboxState, Map<string, string>>();

/** The page on which somebody chooses their workspace and allows the app in. */
export function authorizePage(state: SandboxState, query: URLSearchParams): HttpAnswer {
  const scopes = parseScopes(query.get('scope') ?? '');
  if (query.get('client_id') !== state.settings.clientId)
    return htmlAnswer('<h1>Invalid client_id</h1>', 400);
  if (scopes.length === 0 || unknownScopes(scopes).length > 0) {
    return htmlAnswer(
      `<h1>Invalid permissions requested</h1><p>${unknownScopes(scopes).join(', ')}</p>`,
      400,
    );
  }
  if (!isRegistered(state, redirectOf(state, query))) {
    return htmlAnswer('<h1>redirect_uri did not match any configured URIs.</h1>', 400);
  }
  const teams = [...state.workspaces.values()].map(
    ({ id, name }) => `<option value="${id}">${name}</option>`,
  );
  return htmlAnswer(
    `<!doctype html><title>Sign in</title><h1>${state.settings.name} asks for permission</h1>
<p>${scopes.join(', ')}</p><form method="post"><select name="team">${teams.join('')}</select>
<input name="user" aria-label="User id"><button name="allow" value="yes">Allow</button>
<button name="allow" value="no">Cancel</button></form>`,
  );
}

/** What the form of that page does: back to the app with a code, or with `access_denied`. */
export async function authorizeAnswer(state: SandboxState, request: HttpRequest): Promise<HttpAnswer> {
  const page = authorizePage(state, request.query);
  if (page.status !== 200) return page;
  const form = formOf(request);
  const back = new URL(redirectOf(state, request.query));
  const given = request.query.get('state');
  if (given) back.searchParams.set('state', given);
  if (form.allow === 'no') {
    back.searchParams.set('error', 'access_denied');
    return { status: 302, headers: { location: back.href }, body: '' };
  }
  const workspace = state.workspaces.get(form.team ?? '');
  const user = workspace?.users.get(form.user ?? '');
  if (!workspace || !user || user.deleted) return htmlAnswer('<h1>Sign in to your workspace</h1>', 400);
  if (user.isRestricted || user.isStranger) {
    return htmlAnswer('<h1>You are not authorized to install this app</h1>', 403);
  }
  const code = await workspace.emulated.approve({
    userId: user.id,
    scope: request.query.get('scope') ?? '',
    userScope: request.query.get('user_scope') ?? '',
    redirectUri: back.origin + back.pathname,
  });
  const waiting = codes.get(state) ?? new Map<string, string>();
  codes.set(state, waiting.set(code, workspace.id));
  back.searchParams.set('code', code);
  return { status: 302, headers: { location: back.href }, body: '' };
}

/** `oauth.v2.access`: a code against tokens, or a refresh token against a new one. */
export async function exchangeCode(
  state: SandboxState,
  args: JsonObject,
  basic: string | undefined,
): Promise<JsonObject> {
  const wrong = clientRefusal(state, args, basic);
  if (wrong) return wrong;
  if (args.grant_type === 'refresh_token') return refresh(state, asText(args.refresh_token));
  const code = asText(args.code);
  const workspace = state.workspaces.get(codes.get(state)?.get(code) ?? '');
  if (!workspace) return refusal('invalid_code');
  codes.get(state)?.delete(code);
  const form = Object.entries(args).filter(
    (entry): entry is [string, string] => typeof entry[1] === 'string',
  );
  const answer = await workspace.emulated.exchange(Object.fromEntries(form), basic);
  if (answer.ok !== true) return answer;
  workspace.addBotUser(state.settings.name);
  const scopes = parseScopes(asText(answer.scope));
  const token = await issue(state, workspace.id, scopes, asText(answer.access_token));
  const team = { id: workspace.id, name: workspace.name };
  if (!state.settings.tokenRotation) return { ...answer, team };
  return { ...answer, team, ...rotated(state, token) };
}

/** Gives the app a bot token, as an installation would. */
export async function issue(
  state: SandboxState,
  teamId: string,
  scopes: string[],
  value?: string,
): Promise<IssuedToken> {
  const workspace = state.workspace(teamId);
  const credential = await workspace.emulated.credential({ scopes }, value);
  return state.tokens.add({
    value: credential.value,
    teamId,
    kind: 'bot',
    userId: workspace.botUserId,
    scopes,
    credential,
    state: 'active',
  });
}

function refresh(state: SandboxState, refreshToken: string): JsonObject {
  const token = state.tokens.takeRefresh(refreshToken);
  if (!token) return refusal('invalid_refresh_token');
  const { id, name } = state.workspace(token.teamId);
  return {
    ok: true,
    token_type: 'bot',
    scope: token.scopes.join(','),
    bot_user_id: token.userId,
    app_id: state.settings.appId,
    team: { id, name },
    ...rotated(state, token),
  };
}

function rotated(state: SandboxState, token: IssuedToken): JsonObject {
  const { value, refreshToken, expiresIn } = state.tokens.rotate(token);
  return { access_token: value, refresh_token: refreshToken, expires_in: expiresIn };
}

function clientRefusal(
  state: SandboxState,
  args: JsonObject,
  basic: string | undefined,
): JsonObject | undefined {
  const decoded = Buffer.from(basic?.replace(/^Basic /, '') ?? '', 'base64').toString();
  const [id = '', secret = ''] = decoded.split(':');
  const { clientId, clientSecret } = state.settings;
  if ((asText(args.client_id) || id) !== clientId) return refusal('invalid_client_id');
  if ((asText(args.client_secret) || secret) !== clientSecret) return refusal('bad_client_secret');
  return undefined;
}

/** Without a redirect in the request, Slack goes to the first that the app has registered. */
function redirectOf(state: SandboxState, query: URLSearchParams): string {
  const [first] = registered(state);
  return query.get('redirect_uri') || first || '';
}

function registered(state: SandboxState): string[] {
  const { appUrl, redirectUris } = state.settings;
  return redirectUris.length > 0 ? redirectUris : [`${appUrl}/slack/oauth_redirect`];
}

/** Slack takes a registered address and everything below it. */
function isRegistered(state: SandboxState, uri: string): boolean {
  return registered(state).some((known) => uri === known || uri.startsWith(`${known}/`));
}
