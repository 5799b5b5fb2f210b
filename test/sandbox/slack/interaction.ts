import type { Ack, Delivery, SendOptions } from './delivery.ts';
import { holdsValue, initialValue, stateEntry, valueFrom } from './element-values.ts';
import { elementsOf, type PlacedElement } from './elements.ts';
import { slackTimestamp } from './ids.ts';
import { asObject, asText, type Json, type JsonObject } from './json.ts';
import { Payloads } from './payloads.ts';
import type { ResponseUrl } from './response-urls.ts';
import type { Sight } from './sights.ts';
import type { SandboxState } from './state.ts';
import type { SlackUser } from './users.ts';
import type { Conversation, Workspace } from './workspace.ts';

/** What a person's act came to. */
export interface Acted {
  ack: Ack;
  /** What the app has posted to the response URL of this act so far. */
  responses: JsonObject[];
}

/** How an act differs from what Slack would send. */
export interface Tamper {
  /** Changes the payload just before it is signed, as somebody does who has stolen the signing secret. */
  edit?: (payload: JsonObject) => void;
  send?: SendOptions;
}

/** How a person's acts become requests to the app. */
export class Interaction {
  readonly payloads: Payloads;
  readonly #state: SandboxState;
  readonly #delivery: Delivery;
  readonly #workspace: Workspace;
  readonly #user: SlackUser;

  constructor(state: SandboxState, delivery: Delivery, workspace: Workspace, user: SlackUser) {
    this.payloads = new Payloads(state, workspace, user);
    this.#state = state;
    this.#delivery = delivery;
    this.#workspace = workspace;
    this.#user = user;
  }

  async enter(sight: Sight, value: Json, tamper: Tamper): Promise<Acted | undefined> {
    const { block, element } = sight.placed;
    if (element.type === 'button') throw new Error(`${sight.placed.actionId} is a button: press it`);
    const entered = valueFrom(element, value);
    if (sight.in === 'view' && holdsValue(element)) sight.open.set(sight.placed, entered);
    if (block.type === 'input' && block.dispatch_action !== true) return undefined;
    return this.act(sight, stateEntry(element, entered), tamper);
  }

  async act(sight: Sight, what: JsonObject, tamper: Tamper): Promise<Acted> {
    const { actionId, blockId } = sight.placed;
    const action = { ...what, action_id: actionId, block_id: blockId, action_ts: slackTimestamp() };
    const name = `press ${actionId}`;
    if (sight.in === 'view')
      return this.deliver(name, this.payloads.viewActions(sight.open, [action]), tamper);
    const isEphemeral = sight.in === 'ephemeral';
    const channelId = isEphemeral ? sight.ephemeral.channelId : sight.channelId;
    const ts = isEphemeral ? sight.ephemeral.ts : asText(sight.message.ts);
    const channel = await this.conversation(channelId);
    const url = this.responseUrl(channelId, ts, isEphemeral);
    const blocks = isEphemeral ? sight.ephemeral.blocks : sight.message.blocks;
    const values = messageState(elementsOf(blocks), sight.placed, what);
    const payload = isEphemeral
      ? this.payloads.ephemeralActions(sight.ephemeral, channel, [action], values, this.address(url))
      : this.payloads.messageActions(sight.message, channel, [action], values, this.address(url));
    return this.deliver(name, payload, tamper, url);
  }

  async deliver(what: string, payload: JsonObject, tamper: Tamper, url?: ResponseUrl): Promise<Acted> {
    tamper.edit?.(payload);
    const ack = await this.#delivery.deliverPayload(what, payload, tamper.send);
    return { ack, responses: url ? url.received : [] };
  }

  async conversation(id?: string): Promise<Conversation> {
    const channel = id ?? (await this.#workspace.directMessage(this.#user.id));
    const known = await this.#workspace.conversation(channel);
    return known ?? { id: channel, name: channel, kind: 'channel', isMember: false, isArchived: false };
  }

  responseUrl(channelId: string, messageTs?: string, ephemeral = false): ResponseUrl {
    const from = { teamId: this.#workspace.id, userId: this.#user.id, channelId, ephemeral };
    return this.#state.responseUrls.create(messageTs ? { ...from, messageTs } : from);
  }

  address(url: ResponseUrl): string {
    return `${this.#state.origin}/hooks/${url.id}`;
  }
}

function messageState(all: PlacedElement[], acted: PlacedElement, what: JsonObject): JsonObject {
  const values: JsonObject = {};
  for (const { element, blockId, actionId } of all.filter((one) => holdsValue(one.element))) {
    const isActed = blockId === acted.blockId && actionId === acted.actionId;
    const entry = isActed ? what : stateEntry(element, initialValue(element));
    values[blockId] = { ...asObject(values[blockId]), [actionId]: entry };
  }
  return values;
}
