import { asObject, isTrue, refusal } from './json.ts';
import type { Methods } from './method-call.ts';

export const authMethods: Methods = {
  'auth.test': async (call) => {
    const answer = await call.forward();
    const { domain, name, id } = call.workspace;
    return {
      ...answer,
      url: `https://${domain}.slack.com/`,
      team: name,
      team_id: id,
      is_enterprise_install: false,
    };
  },

  'auth.revoke': async (call) => {
    if (isTrue(call.args.test)) return { ok: true, revoked: false };
    call.token.state = 'token_revoked';
    return { ok: true, revoked: true };
  },

  'apps.uninstall': async (call) => {
    const { clientId, clientSecret } = call.state.settings;
    if (call.args.client_id !== clientId) return refusal('invalid_client_id');
    if (call.args.client_secret !== clientSecret) return refusal('bad_client_secret');
    for (const token of call.state.tokens.active(call.workspace.id)) token.state = 'account_inactive';
    return { ok: true };
  },

  'team.info': async (call) => {
    const answer = await call.forward();
    if (answer.ok !== true) return answer;
    const { domain, id, name } = call.workspace;
    const url = `https://${domain}.slack.com/`;
    const icon = { image_default: true };
    return { ok: true, team: { ...asObject(answer.team), id, name, domain, url, email_domain: '', icon } };
  },
};
