import { EventEmitter } from 'node:events';
import type { SlackApp } from './emulated-team.ts';
import { Faults } from './faults.ts';
import type { JsonObject } from './json.ts';
import { ResponseUrls } from './response-urls.ts';
import { Screens } from './screens.ts';
import { Tokens } from './tokens.ts';
import { Triggers } from './triggers.ts';
import type { Workspace } from './workspace.ts';

/** Something that the app did and that Slack would not take. */
export interface Violation {
  kind: 'slow-ack' | 'bad-ack' | 'limit' | 'response-action';
  detail: string;
}

/** One request that the app made. */
export interface RecordedRequest {
  method: string;
  teamId: string | undefined;
  args: JsonObject;
  /** What was answered; undefined while it runs, or when the connection was cut. */
  answer: JsonObject | undefined;
  status: number | undefined;
  /** Milliseconds since 1970. */
  at: number;
}

/** A message that only one person sees. */
export interface Ephemeral {
  ts: string;
  teamId: string;
  userId: string;
  channelId: string;
  text: string;
  blocks: JsonObject[];
  threadTs?: string;
}

export interface SandboxSettings extends SlackApp {
  signingSecret: string;
  /** Where the app under test listens; it may be set after the app has started. */
  appUrl: string;
  requestPath: string;
  redirectUris: string[];
  tokenRotation: boolean;
  /** Whether one message a second a channel is all that Slack takes. */
  limitMessageRate: boolean;
  /** Whether the app hears of what its own bot writes. */
  ownMessageEvents: boolean;
  /** How long the app may take to acknowledge, in milliseconds. */
  ackDeadlineMs: number;
}

/** Everything the sandbox remembers; its parts share it. */
export class SandboxState {
  readonly settings: SandboxSettings;
  readonly workspaces = new Map<string, Workspace>();
  readonly tokens = new Tokens();
  readonly triggers = new Triggers();
  readonly screens = new Screens();
  readonly responseUrls = new ResponseUrls();
  readonly faults = new Faults();
  readonly violations: Violation[] = [];
  readonly requests: RecordedRequest[] = [];
  /** Files that were uploaded for the app's `file_input`: file id to the person who uploaded it. */
  readonly grantedFiles = new Map<string, string>();
  readonly #changes = new EventEmitter().setMaxListeners(0);
  ephemerals: Ephemeral[] = [];
  /** Called with the event of every message that the bot has written. */
  onPosted: (workspace: Workspace, event: JsonObject) => void = () => undefined;
  /** The address of the front server, without a slash at its end. */
  origin = '';

  constructor(settings: SandboxSettings) {
    this.settings = settings;
  }

  workspace(teamId: string): Workspace {
    const workspace = this.workspaces.get(teamId);
    if (!workspace) throw new Error(`There is no workspace ${teamId} in the sandbox`);
    return workspace;
  }

  /** Notes what Slack would refuse; tests assert that nothing was noted. */
  violation(kind: Violation['kind'], detail: string): void {
    this.violations.push({ kind, detail });
  }

  /** Tells whoever waits in `until` that something has happened. */
  changed(): void {
    this.#changes.emit('change');
  }

  onChange(listener: () => void): () => void {
    this.#changes.on('change', listener);
    return () => this.#changes.off('change', listener);
  }
}
