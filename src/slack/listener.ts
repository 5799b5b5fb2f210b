import type { View } from '@slack/types';
import type { WebClient } from '@slack/web-api';
import type { Logger } from 'pino';
import type { Actor } from '../domain/actor.ts';
import type { Context } from '../domain/context.ts';
import type { Turn } from '../domain/intake/store-event.ts';
import type { Questions } from './questions.ts';

/** What every listener is given. The actor comes from the signed request, never from what the client sent along. */
export interface Interaction {
  context: Context;
  questions: Questions;
  actor: Actor;
  /** For what a person waits on: short timeout, no retries, not held up by other messages. */
  client: WebClient;
  log: Logger;
}

/** A reply that only the person sees, in the place where the command was typed or the button stands. */
export type Reply = { text: string; blocks?: View['blocks'] };

export interface CommandInteraction extends Interaction {
  /** What follows the command's first word, trimmed. */
  text: string;
  triggerId: string;
  channelId: string;
  /** Acknowledges, with an ephemeral answer where there is one. Must be called within 3 s; call it once. */
  ack(reply?: Reply): Promise<void>;
  /** Answers later, ephemerally, through the response URL. */
  respond(reply: Reply): Promise<void>;
}

export interface ActionInteraction extends Interaction {
  actionId: string;
  blockId: string;
  /** The button's value, the chosen option's value, or the input's text. */
  value: string | undefined;
  /** Every input's state where the action happened: block id -> action id -> state. */
  state: ViewState;
  triggerId: string;
  /** The view that holds the control; undefined in a message. */
  view: { id: string; hash: string; callbackId: string; metadata: string; rootId?: string } | undefined;
  /** The message that holds the control; undefined in a view. */
  message: { channelId: string; ts: string } | undefined;
  ack(): Promise<void>;
  /** In a message: replaces it (`replace`) or answers below it, for this person alone. */
  respond(reply: Reply & { replace?: boolean }): Promise<void>;
}

export interface ViewInteraction extends Interaction {
  view: { id: string; hash: string; callbackId: string; metadata: string; rootId?: string };
  state: ViewState;
  /** Acknowledges: closes the modal, or shows errors by block id, or another view in its place. Call it once. */
  ack(
    response?: { errors: Record<string, string> } | { update: View } | { push: View } | { clear: true },
  ): Promise<void>;
}

export interface ShortcutInteraction extends Interaction {
  triggerId: string;
  /** The message in whose menu it was used; undefined for a global one. */
  message: { channelId: string; ts: string; threadTs: string; text: string } | undefined;
  ack(): Promise<void>;
}

/** An event was stored and acknowledged before this runs, in a job: it may run twice. */
export interface EventInteraction {
  context: Context;
  log: Logger;
  teamId: string;
  /** When it happened, by Slack's clock, to the second. */
  at: Date;
  event: Record<string, unknown> & { type: string };
}

export type ViewState = Record<string, Record<string, InputState>>;

/** One input's state as Slack sends it, narrowed to what we read. */
export interface InputState {
  type: string;
  value?: string | null;
  selected_option?: { value: string } | null;
  selected_options?: { value: string }[];
  selected_user?: string | null;
  selected_conversation?: string | null;
  files?: { id: string; name: string; mimetype: string; size: number }[];
}

/**
 * One entry of the table in listeners.ts. The engine (app.ts) finds it by id, resolves the actor by one query and then
 * calls `handle`. A Refusal that `handle` throws is shown where the person is looking; any other error is logged under
 * an id, and the person gets a sentence with that id. What `handle` leaves unacknowledged is acknowledged when it ends.
 */
export interface Listener<I> {
  /**
   * Marks what changes something by itself: the same signed request acts once, however often it is sent. What only
   * shows something needs no mark.
   */
  once?: boolean;
  /**
   * `recent` spares the query where a member was identified in the last 10 seconds: only for what changes nothing, and
   * tells nothing that is not in the open or that its own statement does not ask the membership for again. `fresh`, the
   * default, asks the database each time.
   */
  actor?: 'fresh' | 'recent';
  handle(interaction: I): Promise<void>;
}

/** A slash command: the words that may follow it. */
export interface Command {
  words: Record<string, Subcommand>;
  /** The word that the command stands for when it is alone. */
  start: string;
  /** Who answers a text that begins with none of the words; undefined where it is a mistake. */
  otherwise?(text: string): Listener<CommandInteraction> | undefined;
}

/** A word after a slash command. */
export interface Subcommand extends Listener<CommandInteraction> {
  /** One sentence for the command's help, without the word itself. */
  summary: string;
  /** What may follow the word, for the help, like "[email] [role]". */
  usage?: string;
  /** Whether the help shows it to this person; what they may do, the operation decides. See commands/offer.ts. */
  offeredTo(actor: Actor): boolean;
}

/** Every id that Slack can send, and its listener. */
export interface Listeners {
  /** By the command with its slash. */
  commands: Record<string, Command>;
  actions: Record<string, Listener<ActionInteraction>>;
  views: Record<string, Listener<ViewInteraction>>;
  shortcuts: Record<string, Listener<ShortcutInteraction>>;
  events: EventListeners;
}

/** By event type. */
export type EventListeners = Record<string, EventListener>;

export interface EventListener {
  /** Whether an event of the type is for it; what is not is neither stored nor handled. All are by default. */
  concerns?(event: EventInteraction['event']): boolean;
  /** Where an event stands among those that are handled one after the other, in the order in which they happened; null for nowhere. */
  turnOf?(event: EventInteraction['event']): Turn | null;
  handle(interaction: EventInteraction): Promise<void>;
}
