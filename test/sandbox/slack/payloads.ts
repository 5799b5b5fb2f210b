import { slackTimestamp } from './ids.ts';
import type { JsonObject } from './json.ts';
import type { OpenView } from './open-view.ts';
import type { Ephemeral, SandboxState } from './state.ts';
import type { SlackUser } from './users.ts';
import type { Conversation, Workspace } from './workspace.ts';

/** What Slack writes into every interaction about who, where and which app. */
export class Payloads {
  readonly #state: SandboxState;
  readonly #workspace: Workspace;
  readonly #user: SlackUser;

  constructor(state: SandboxState, workspace: Workspace, user: SlackUser) {
    this.#state = state;
    this.#workspace = workspace;
    this.#user = user;
  }

  command(command: string, text: string, channel: Conversation, responseUrl: string): Record<string, string> {
    return {
      token: 'verification-token',
      team_id: this.#workspace.id,
      team_domain: this.#workspace.domain,
      channel_id: channel.id,
      channel_name: channel.kind === 'group' ? 'privategroup' : channel.name,
      user_id: this.#user.id,
      user_name: this.#user.name,
      command,
      text,
      api_app_id: this.#state.settings.appId,
      is_enterprise_install: 'false',
      response_url: responseUrl,
      trigger_id: this.#trigger(),
    };
  }

  viewActions(open: OpenView, actions: JsonObject[]): JsonObject {
    const { view } = open;
    const { state: values, ...rest } = view;
    return {
      ...this.#common('block_actions'),
      container: { type: 'view', view_id: open.id },
      trigger_id: this.#trigger(open.id),
      view: { ...rest, state: values },
      actions,
    };
  }

  messageActions(
    message: JsonObject,
    channel: Conversation,
    actions: JsonObject[],
    values: JsonObject,
    responseUrl: string,
  ): JsonObject {
    return {
      ...this.#common('block_actions'),
      container: {
        type: 'message',
        message_ts: message.ts,
        channel_id: channel.id,
        is_ephemeral: false,
        ...(message.thread_ts ? { thread_ts: message.thread_ts } : {}),
      },
      trigger_id: this.#trigger(),
      channel: { id: channel.id, name: channel.name },
      message,
      state: { values },
      response_url: responseUrl,
      actions,
    };
  }

  /** For a message that only the person sees, Slack sends no message along. */
  ephemeralActions(
    ephemeral: Ephemeral,
    channel: Conversation,
    actions: JsonObject[],
    values: JsonObject,
    responseUrl: string,
  ): JsonObject {
    return {
      ...this.#common('block_actions'),
      container: {
        type: 'message',
        message_ts: ephemeral.ts,
        channel_id: channel.id,
        is_ephemeral: true,
        ...(ephemeral.threadTs ? { thread_ts: ephemeral.threadTs } : {}),
      },
      trigger_id: this.#trigger(),
      channel: { id: channel.id, name: channel.name },
      state: { values },
      response_url: responseUrl,
      actions,
    };
  }

  submission(open: OpenView): JsonObject {
    return {
      ...this.#common('view_submission'),
      trigger_id: this.#trigger(open.id),
      view: open.view,
      response_urls: [],
    };
  }

  closed(open: OpenView, isCleared: boolean): JsonObject {
    return { ...this.#common('view_closed'), view: open.view, is_cleared: isCleared };
  }

  shortcut(callbackId: string): JsonObject {
    return {
      ...this.#common('shortcut'),
      callback_id: callbackId,
      action_ts: slackTimestamp(),
      trigger_id: this.#trigger(),
    };
  }

  messageShortcut(
    callbackId: string,
    message: JsonObject,
    channel: Conversation,
    responseUrl: string,
  ): JsonObject {
    return {
      ...this.#common('message_action'),
      callback_id: callbackId,
      action_ts: slackTimestamp(),
      trigger_id: this.#trigger(),
      response_url: responseUrl,
      message_ts: message.ts,
      message,
      channel: { id: channel.id, name: channel.name },
    };
  }

  #common(type: string): JsonObject {
    const { domain, id } = this.#workspace;
    const { id: userId, name, teamId } = this.#user;
    return {
      type,
      user: { id: userId, username: name, name, team_id: teamId },
      api_app_id: this.#state.settings.appId,
      token: 'verification-token',
      team: { id, domain },
      enterprise: null,
      is_enterprise_install: false,
    };
  }

  #trigger(viewId?: string): string {
    return this.#state.triggers.create(this.#workspace.id, this.#user.id, viewId);
  }
}
