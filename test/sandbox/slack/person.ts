import type { Ack, Delivery } from './delivery.ts';
import { findElement } from './elements.ts';
import { deliverEvent } from './events.ts';
import { uploadAs } from './files.ts';
import { formRefusal } from './form-check.ts';
import { slackTimestamp } from './ids.ts';
import { type Acted, Interaction, type Tamper } from './interaction.ts';
import { asText, type Json, type JsonObject } from './json.ts';
import type { OpenView } from './open-view.ts';
import { messageRefusal } from './payload-limits.ts';
import { showMessage } from './response-messages.ts';
import { type Look, lookFor, type Sight } from './sights.ts';
import type { SandboxState } from './state.ts';
import { applyResponse, type Submitted } from './submission.ts';
import type { SlackUser } from './users.ts';
import type { Workspace } from './workspace.ts';

/**
 * Somebody with Slack open: sees what the app has shown them, presses, types and submits, and sends the app the signed
 * requests that Slack would. Refuses to press what is not there.
 */
export class Person {
  readonly user: SlackUser;
  readonly #state: SandboxState;
  readonly #delivery: Delivery;
  readonly #workspace: Workspace;
  readonly #interaction: Interaction;

  constructor(state: SandboxState, delivery: Delivery, workspace: Workspace, user: SlackUser) {
    this.user = user;
    this.#state = state;
    this.#delivery = delivery;
    this.#workspace = workspace;
    this.#interaction = new Interaction(state, delivery, workspace, user);
  }

  /** The topmost modal. */
  get modal(): OpenView | undefined {
    return this.#state.screens.top(this.#workspace.id, this.user.id);
  }

  get home(): OpenView | undefined {
    return this.#state.screens.home(this.#workspace.id, this.user.id);
  }

  /** Types a slash command, in a channel or in the conversation with the app. */
  async command(command: string, text = '', options: { channel?: string } & Tamper = {}): Promise<Acted> {
    const channel = await this.#interaction.conversation(options.channel);
    const url = this.#interaction.responseUrl(channel.id);
    const payload: JsonObject = this.#interaction.payloads.command(
      command,
      text,
      channel,
      this.#interaction.address(url),
    );
    options.edit?.(payload);
    const body = new URLSearchParams(payload as Record<string, string>).toString();
    const ack = await this.#delivery.deliver(`${command} ${text}`, body, {
      contentType: 'application/x-www-form-urlencoded',
      ...options.send,
    });
    if (ack.status === 200 && ack.body.trim() !== '') {
      const message = ack.json ?? { text: ack.body };
      const refused = messageRefusal(message);
      if (refused)
        this.#state.violation('limit', `${command}: ${JSON.stringify(refused.errors ?? refused.error)}`);
      else await showMessage(this.#state, url, message);
    }
    return { ack, responses: url.received };
  }

  /** Presses a button that is to be seen. `url` is where a link button leads. */
  async press(actionId: string, look: Look & Tamper = {}): Promise<Acted & { url: string | undefined }> {
    const sight = await this.#lookFor(actionId, look);
    const { element } = sight.placed;
    if (element.type !== 'button') throw new Error(`${actionId} is no button but a ${asText(element.type)}`);
    const { confirm: _, ...pressed } = element;
    const url = element.url === undefined ? undefined : asText(element.url);
    return { ...(await this.#interaction.act(sight, pressed, look)), url };
  }

  /** Chooses in a select, radio group, set of checkboxes or overflow menu: an option by its value or its label. */
  async choose(actionId: string, value: Json, look: Look & Tamper = {}): Promise<Acted | undefined> {
    const sight = await this.#lookFor(actionId, look);
    return this.#interaction.enter(sight, value, look);
  }

  /** Types into an input of the open modal; the app hears of it only when the input asks for that. */
  type(actionId: string, text: string, look: Look & Tamper = {}): Promise<Acted | undefined> {
    return this.choose(actionId, text, { in: 'modal', ...look });
  }

  /** Fills in the open modal: each value by its block id or its action id. */
  async fill(values: Record<string, Json>): Promise<Acted[]> {
    const acted: Acted[] = [];
    for (const [name, value] of Object.entries(values)) {
      const open = this.#openModal();
      const placed =
        open.elements.find((one) => one.blockId === name && one.block.type === 'input') ??
        findElement(open.elements, name, {});
      if (!placed) {
        const there = open.elements.map((one) => `${one.blockId}/${one.actionId}`).join(', ');
        throw new Error(`There is no input ${name} in the modal, only: ${there}`);
      }
      const done = await this.#interaction.enter({ in: 'view', open, placed }, value, {});
      if (done) acted.push(done);
    }
    return acted;
  }

  /**
   * Presses Submit. Throws when Slack's form would not send (something required is empty), unless forced, and when the
   * app answers with something that Slack would not take.
   */
  async submit(options: { force?: boolean } & Tamper = {}): Promise<Submitted> {
    const open = this.#openModal();
    const refusal = options.force ? undefined : formRefusal(open);
    if (refusal) throw new Error(`Slack does not send this form: ${refusal}`);
    const payload = this.#interaction.payloads.submission(open);
    options.edit?.(payload);
    const ack = await this.#delivery.deliverPayload(`submit ${open.callbackId}`, payload, options.send);
    await applyResponse(this.#state, open, ack);
    return { ack, errors: open.errors, modal: this.modal };
  }

  /** Closes the topmost modal; the app hears of it when it has asked to. */
  async closeModal(): Promise<Ack | undefined> {
    const open = this.#openModal();
    const clears = open.view.clear_on_close === true;
    if (clears) this.#state.screens.clear(open.teamId, open.userId);
    else this.#state.screens.remove(open);
    if (open.view.notify_on_close !== true) return undefined;
    return this.#delivery.deliverPayload('view_closed', this.#interaction.payloads.closed(open, clears));
  }

  shortcut(callbackId: string, tamper: Tamper = {}): Promise<Acted> {
    return this.#interaction.deliver(
      `shortcut ${callbackId}`,
      this.#interaction.payloads.shortcut(callbackId),
      tamper,
    );
  }

  /** Uses a shortcut in the menu of a message. */
  async messageShortcut(
    callbackId: string,
    at: { channel: string; ts: string },
    tamper: Tamper = {},
  ): Promise<Acted> {
    const channel = await this.#interaction.conversation(at.channel);
    const message = (await this.#workspace.messages(at.channel)).find((one) => one.ts === at.ts);
    if (!message) throw new Error(`There is no message ${at.ts} in ${at.channel}`);
    const url = this.#interaction.responseUrl(at.channel, at.ts);
    const payload = this.#interaction.payloads.messageShortcut(
      callbackId,
      message,
      channel,
      this.#interaction.address(url),
    );
    return this.#interaction.deliver(`message shortcut ${callbackId}`, payload, tamper, url);
  }

  /** Opens the app's home tab. */
  async openHome(tab: 'home' | 'messages' = 'home'): Promise<Ack> {
    const channel = await this.#workspace.directMessage(this.user.id);
    const view = this.home?.view;
    const event = { type: 'app_home_opened', user: this.user.id, channel, tab, event_ts: slackTimestamp() };
    return this.#event(view ? { ...event, view } : event);
  }

  /** Uploads a file for a `file_input`: give the result to `fill`. */
  async uploadFile(bytes: Uint8Array, name: string, mimetype: string): Promise<JsonObject> {
    const file = await uploadAs(this.#workspace, this.user.id, { bytes, name, mimetype });
    this.#state.grantedFiles.set(asText(file.id), this.user.id);
    return file;
  }

  /**
   * Writes in a channel or thread, with files that were uploaded. The app gets the event when its bot is in the channel.
   */
  async say(
    channel: string,
    text: string,
    threadTs?: string,
    { files = [] }: { files?: JsonObject[] } = {},
  ): Promise<{ ts: string; ack: Ack | undefined }> {
    const { emulated } = this.#workspace;
    // `emulate` keeps no message without words, which a file can be.
    const args = { channel, text: text || '…', ...(threadTs ? { thread_ts: threadTs } : {}) };
    const answer = await emulated.call('chat.postMessage', args, await emulated.user(this.user.id));
    if (answer.ok !== true)
      throw new Error(`${this.user.name} cannot write in ${channel}: ${asText(answer.error)}`);
    const ts = asText(answer.ts);
    const conversation = await this.#interaction.conversation(channel);
    this.#state.changed();
    if (!conversation.isMember) return { ts, ack: undefined };
    const ack = await this.#event({
      ...this.#own(text, ts, threadTs),
      channel,
      channel_type: conversation.kind,
      event_ts: ts,
      ...(files.length > 0 ? { subtype: 'file_share', files } : {}),
    });
    return { ts, ack };
  }

  /** Changes something of one's own. */
  async edit(channel: string, ts: string, text: string): Promise<Ack | undefined> {
    const before = await this.#find(channel, ts);
    await this.#act('chat.update', { channel, ts, text });
    const threadTs = before.thread_ts ? asText(before.thread_ts) : undefined;
    return this.#tell(channel, {
      subtype: 'message_changed',
      message: { ...this.#own(text, ts, threadTs), edited: { user: this.user.id, ts: slackTimestamp() } },
      previous_message: this.#own(asText(before.text), ts, threadTs),
    });
  }

  /** Deletes a message; as an admin of the workspace may do with anybody's. */
  async erase(channel: string, ts: string): Promise<Ack | undefined> {
    const before = await this.#find(channel, ts);
    const { emulated } = this.#workspace;
    const own = before.user === this.user.id;
    const answer = await emulated.call(
      'chat.delete',
      { channel, ts },
      own ? await emulated.user(this.user.id) : await emulated.bot(),
    );
    if (answer.ok !== true) throw new Error(`chat.delete: ${asText(answer.error)}`);
    this.#state.changed();
    return this.#tell(channel, { subtype: 'message_deleted', deleted_ts: ts, previous_message: before });
  }

  #own(text: string, ts: string, threadTs: string | undefined): JsonObject {
    return {
      type: 'message',
      user: this.user.id,
      text,
      ts,
      team: this.user.teamId,
      ...(threadTs ? { thread_ts: threadTs } : {}),
    };
  }

  async #find(channel: string, ts: string): Promise<JsonObject> {
    const found = (await this.#workspace.messages(channel)).find((message) => message.ts === ts);
    if (!found) throw new Error(`There is no message ${ts} in ${channel}`);
    return found;
  }

  async #act(method: string, args: JsonObject): Promise<void> {
    const { emulated } = this.#workspace;
    const answer = await emulated.call(method, args, await emulated.user(this.user.id));
    if (answer.ok !== true) throw new Error(`${method} of ${this.user.name}: ${asText(answer.error)}`);
    this.#state.changed();
  }

  async #tell(channel: string, event: JsonObject): Promise<Ack | undefined> {
    const conversation = await this.#interaction.conversation(channel);
    if (!conversation.isMember) return undefined;
    const ts = slackTimestamp();
    const { kind: channel_type } = conversation;
    return this.#event({ type: 'message', hidden: true, channel, channel_type, ts, event_ts: ts, ...event });
  }

  #event(event: JsonObject): Promise<Ack> {
    return deliverEvent(this.#state, this.#delivery, this.#workspace, event);
  }

  #lookFor(actionId: string, look: Look): Promise<Sight> {
    return lookFor(this.#state, this.#workspace, this.user.id, actionId, look);
  }

  #openModal(): OpenView {
    if (!this.modal) throw new Error(`${this.user.name} has no modal open`);
    return this.modal;
  }
}
