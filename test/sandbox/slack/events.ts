import { randomUUID } from 'node:crypto';
import type { Ack, Delivery, SendOptions } from './delivery.ts';
import { slackTimestamp } from './ids.ts';
import { asText, type JsonObject } from './json.ts';
import type { SandboxState } from './state.ts';
import { formatUser, type SlackUser } from './users.ts';
import type { Workspace } from './workspace.ts';

export interface EventOptions extends SendOptions {
  /** To send the same event twice. */
  eventId?: string;
  /** As Slack marks a delivery that it tries again. */
  retry?: { number: number; reason: string };
}

/** Sends an event of the Events API in its envelope (https://docs.slack.dev/apis/events-api#callback-field). */
export function deliverEvent(
  state: SandboxState,
  delivery: Delivery,
  workspace: Workspace,
  event: JsonObject,
  options: EventOptions = {},
): Promise<Ack> {
  const { eventId, retry, ...send } = options;
  const envelope: JsonObject = {
    token: 'verification-token',
    team_id: workspace.id,
    context_team_id: workspace.id,
    api_app_id: state.settings.appId,
    event: { event_ts: slackTimestamp(), ...event },
    type: 'event_callback',
    event_id: eventId ?? `Ev${randomUUID().replaceAll('-', '').slice(0, 14).toUpperCase()}`,
    event_time: Math.floor(Date.now() / 1000),
    authorizations: [
      {
        enterprise_id: null,
        team_id: workspace.id,
        user_id: workspace.botUserId,
        is_bot: true,
        is_enterprise_install: false,
      },
    ],
    is_ext_shared_channel: false,
  };
  const headers = retry && {
    'x-slack-retry-num': String(retry.number),
    'x-slack-retry-reason': retry.reason,
  };
  return delivery.deliver(`event ${asText(event.type)}`, JSON.stringify(envelope), {
    ...send,
    headers: { ...headers, ...send.headers },
  });
}

/** `user_change`, as after an account was deactivated or a name changed. */
export function userChange(user: SlackUser): JsonObject {
  return { type: 'user_change', user: formatUser(user, true), cache_ts: Math.floor(Date.now() / 1000) };
}

/** The two events after an uninstallation, which come in any order. */
export function uninstallEvents(workspace: Workspace): { uninstalled: JsonObject; revoked: JsonObject } {
  return {
    uninstalled: { type: 'app_uninstalled' },
    revoked: { type: 'tokens_revoked', tokens: { oauth: [], bot: [workspace.botUserId] } },
  };
}
