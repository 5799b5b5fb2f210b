import { holdsValue, initialValue, stateEntry } from './element-values.ts';
import { elementsOf, type PlacedElement } from './elements.ts';
import { asText, type Json, type JsonObject } from './json.ts';

/** A modal or home tab on a person's screen, with what they have typed and chosen in it. */
export class OpenView {
  readonly teamId: string;
  readonly userId: string;
  #view: JsonObject;
  #values = new Map<string, Json>();
  /** The errors under the inputs, by block id, as the last `response_action: errors` set them. */
  errors: Record<string, string> = {};

  constructor(teamId: string, userId: string, view: JsonObject) {
    this.teamId = teamId;
    this.userId = userId;
    this.#view = view;
    this.#fillIn();
  }

  get id(): string {
    return asText(this.#view.id);
  }

  get callbackId(): string {
    return asText(this.#view.callback_id);
  }

  get elements(): PlacedElement[] {
    return elementsOf(this.#view.blocks);
  }

  /** The view as Slack sends it to the app, with the state of every input. */
  get view(): JsonObject {
    const values: JsonObject = {};
    for (const { element, blockId, actionId } of this.elements.filter(({ element }) => holdsValue(element))) {
      const entry = stateEntry(element, this.#values.get(key(blockId, actionId)) ?? null);
      values[blockId] = { ...(values[blockId] as JsonObject | undefined), [actionId]: entry };
    }
    return { ...this.#view, state: { values } };
  }

  /**
   * Puts the app's new version in place. An input that keeps its block id and action id keeps what the person left
   * in it, whatever new initial value the app gives it: that is how Slack does it.
   */
  replace(view: JsonObject): void {
    this.#view = view;
    this.errors = {};
    this.#fillIn();
  }

  set(placed: PlacedElement, value: Json): void {
    this.#values.set(key(placed.blockId, placed.actionId), value);
  }

  get(placed: PlacedElement): Json {
    return this.#values.get(key(placed.blockId, placed.actionId)) ?? null;
  }

  #fillIn(): void {
    const kept = new Map<string, Json>();
    for (const { element, blockId, actionId } of this.elements.filter(({ element }) => holdsValue(element))) {
      const id = key(blockId, actionId);
      kept.set(id, this.#values.get(id) ?? initialValue(element));
    }
    this.#values = kept;
  }
}

function key(blockId: string, actionId: string): string {
  return `${blockId}\n${actionId}`;
}
