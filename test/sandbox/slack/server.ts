import { randomBytes } from 'node:crypto';
import { ACK_DEADLINE_MS, type Ack, type Delivered, Delivery, type SendOptions } from './delivery.ts';
import { deliverEvent, type EventOptions, uninstallEvents, userChange } from './events.ts';
import type { Faults } from './faults.ts';
import { startFront } from './front.ts';
import { slackId } from './ids.ts';
import { type Installed, type InstallRequest, install } from './install.ts';
import type { JsonObject } from './json.ts';
import { issue } from './oauth.ts';
import type { OpenView } from './open-view.ts';
import { Person } from './person.ts';
import { ALL_SCOPES } from './scopes.ts';
import { type Ephemeral, type RecordedRequest, SandboxState, type Violation } from './state.ts';
import { type Found, until } from './until.ts';
import type { NewUser, SlackUser } from './users.ts';
import { type NewChannel, type NewTeam, Workspace } from './workspace.ts';

export interface SlackSandboxOptions {
  appId?: string;
  appName?: string;
  clientId?: string;
  clientSecret?: string;
  signingSecret?: string;
  /** Where the app under test listens. It may be set later: `sandbox.appUrl = …`. */
  appUrl?: string;
  /** The app's one request URL below `appUrl`; `/slack/events` unless told. */
  requestPath?: string;
  /** What the app has registered; `{appUrl}/slack/oauth_redirect` unless told. */
  redirectUris?: string[];
  /** Whether bot tokens run out after twelve hours and come with a refresh token. */
  tokenRotation?: boolean;
  /** Whether a second message within a second in one channel is answered with 429. */
  limitMessageRate?: boolean;
  /**
   * Whether the app hears of what its own bot writes in conversations that it is in, as it does when it subscribes to
   * `message.*`; false unless told.
   */
  ownMessageEvents?: boolean;
  /** How long an acknowledgement may take before it counts as a violation; Slack's 3,000 ms unless told. */
  ackDeadlineMs?: number;
}

/** A Slack on a loopback port, for tests and the demo. */
export class SlackSandbox {
  readonly #state: SandboxState;
  readonly #delivery: Delivery;
  readonly #stop: () => Promise<void>;

  constructor(state: SandboxState, stop: () => Promise<void>) {
    this.#state = state;
    this.#delivery = new Delivery(state);
    this.#stop = stop;
    state.onPosted = (workspace, event) => {
      if (state.settings.ownMessageEvents) void deliverEvent(state, this.#delivery, workspace, event);
    };
  }

  /** What `SLACK_API_URL` has to be: ends in `/api/`. */
  get url(): string {
    return `${this.#state.origin}/api/`;
  }

  /** Where somebody allows the app in; Bolt's `installerOptions.authorizationUrl`. */
  get authorizeUrl(): string {
    return `${this.#state.origin}/oauth/v2/authorize`;
  }

  /** The app's credentials at this Slack. */
  get app(): { appId: string; clientId: string; clientSecret: string; signingSecret: string } {
    return this.#state.settings;
  }

  set appUrl(url: string) {
    this.#state.settings.appUrl = url.replace(/\/$/, '');
  }

  get appUrl(): string {
    return this.#state.settings.appUrl;
  }

  set limitMessageRate(on: boolean) {
    this.#state.settings.limitMessageRate = on;
  }

  set ownMessageEvents(on: boolean) {
    this.#state.settings.ownMessageEvents = on;
  }

  get faults(): Faults {
    return this.#state.faults;
  }

  /** Every request that the app has made, in order. */
  get requests(): RecordedRequest[] {
    return this.#state.requests;
  }

  /** Late or failed acknowledgements and broken limits; tests assert that there are none. */
  get violations(): Violation[] {
    return this.#state.violations;
  }

  async addTeam(team: NewTeam = {}): Promise<Workspace> {
    const { settings, origin, workspaces } = this.#state;
    const workspace = await Workspace.start(team, settings, origin);
    workspaces.set(workspace.id, workspace);
    return workspace;
  }

  /** Adds a person to a workspace. Throws when it has no room left (see `NewTeam.capacity`). */
  addUser(team: string, user: NewUser = {}): SlackUser {
    return this.#state.workspace(team).addUser(user);
  }

  /** Gives the id of the new channel. */
  addChannel(team: string, channel: NewChannel): Promise<string> {
    return this.#state.workspace(team).addChannel(channel);
  }

  /** Makes somebody a member of a channel. */
  async join(team: string, channel: string, user: string): Promise<void> {
    await this.#state.workspace(team).asOperator('conversations.invite', { channel, users: user });
  }

  /** Archives a channel, or takes it out of the archive, and tells the app. */
  archive(team: string, channel: string, archived = true): Promise<Ack> {
    return this.#state
      .workspace(team)
      .asOperator(archived ? 'conversations.archive' : 'conversations.unarchive', { channel })
      .then(() =>
        this.sendEvent(team, { type: archived ? 'channel_archive' : 'channel_unarchive', channel }),
      );
  }

  /** Gives a channel another name, and tells the app. */
  async rename(team: string, channel: string, name: string): Promise<Ack> {
    await this.#state.workspace(team).asOperator('conversations.rename', { channel, name });
    return this.sendEvent(team, { type: 'channel_rename', channel: { id: channel, name } });
  }

  /** Takes the app's bot out of a channel, or invites it, and tells the app. */
  async moveBot(team: string, channel: string, into: boolean): Promise<Ack> {
    const workspace = this.#state.workspace(team);
    const user = workspace.botUserId;
    if (into) await workspace.asOperator('conversations.invite', { channel, users: user });
    else await workspace.asOperator('conversations.kick', { channel, user });
    const event = into ? { type: 'member_joined_channel', user } : { type: 'channel_left' };
    return this.sendEvent(team, { ...event, channel });
  }

  /** A bot token without the walk through the installation. */
  async issueBotToken(team: string, scopes: readonly string[] = ALL_SCOPES): Promise<string> {
    this.#state.workspace(team).addBotUser(this.#state.settings.name);
    return (await issue(this.#state, team, [...scopes])).value;
  }

  /** Installs the app like somebody with a browser. */
  install(request: InstallRequest): Promise<Installed> {
    return install(this.#state, request);
  }

  /** Removes the app from a workspace: its tokens are dead. Gives the events, for the test to send in any order. */
  uninstall(team: string): { uninstalled: JsonObject; revoked: JsonObject } {
    for (const token of this.#state.tokens.active(team)) token.state = 'account_inactive';
    return uninstallEvents(this.#state.workspace(team));
  }

  /** Changes a person (deactivates them, makes them a guest, …) and tells the app with `user_change`. */
  changeUser(team: string, userId: string, change: Partial<Omit<SlackUser, 'id'>>): Promise<Ack> {
    const user = this.#state.workspace(team).users.get(userId);
    if (!user) throw new Error(`There is no user ${userId} in ${team}`);
    Object.assign(user, change);
    return this.sendEvent(team, userChange(user));
  }

  /** Somebody with Slack open. */
  person(who: { team: string; user: string }): Person {
    const workspace = this.#state.workspace(who.team);
    const user = workspace.users.get(who.user);
    if (!user) throw new Error(`There is no user ${who.user} in ${workspace.name}`);
    return new Person(this.#state, this.#delivery, workspace, user);
  }

  /** The modals that lie on a person's screen, the lowest first. */
  views(team: string, user: string): OpenView[] {
    return this.#state.screens.stack(team, user);
  }

  home(team: string, user: string): OpenView | undefined {
    return this.#state.screens.home(team, user);
  }

  /** Everything said in a channel, oldest first, replies included. */
  messages(team: string, channel: string): Promise<JsonObject[]> {
    return this.#state.workspace(team).messages(channel);
  }

  /** Everything said between the app and a person, oldest first. */
  async directMessages(team: string, user: string): Promise<JsonObject[]> {
    const workspace = this.#state.workspace(team);
    return workspace.messages(await workspace.directMessage(user));
  }

  /** The messages that only this person sees, oldest first. */
  ephemerals(team: string, user: string): Ephemeral[] {
    return this.#state.ephemerals.filter((one) => one.teamId === team && one.userId === user);
  }

  /** Sends an event in its envelope, signed. */
  sendEvent(team: string, event: JsonObject, options: EventOptions = {}): Promise<Ack> {
    return deliverEvent(this.#state, this.#delivery, this.#state.workspace(team), event, options);
  }

  /** Sends any body, signed as it should be unless told otherwise. Nothing counts as a violation. */
  send(body: string | Buffer, options: SendOptions = {}): Promise<Ack> {
    return this.#delivery.send(body, options);
  }

  /** The last request to the app, byte by byte. */
  get lastRequest(): Delivered | undefined {
    return this.#delivery.last;
  }

  /** Sends a request once more, byte by byte under the same signature; the last one unless told. */
  replay(request?: Delivered): Promise<Ack> {
    return this.#delivery.replay(request);
  }

  /** Lets every trigger id run out, as if three seconds had passed. */
  expireTriggers(): void {
    this.#state.triggers.expireAll();
  }

  /** Lets every response URL run out, as if thirty minutes had passed. */
  expireResponseUrls(): void {
    this.#state.responseUrls.expireAll();
  }

  /** Lets rotating tokens run out, as if twelve hours had passed. */
  expireTokens(team: string): void {
    this.#state.tokens.expire(team);
  }

  /**
   * Waits until something is so, looking again after everything that happens in the sandbox. Rejects after
   * `timeoutMs` (30 seconds unless told), naming what was waited for.
   */
  until<T>(what: string, look: () => T, timeoutMs = 30_000): Promise<Found<T>> {
    return until(this.#state, what, look, timeoutMs);
  }

  /** Stops everything; connections that still wait for an answer are cut. */
  close(): Promise<void> {
    return this.#stop();
  }
}

/** Starts a Slack that has no workspace yet. */
export async function startSlackSandbox(options: SlackSandboxOptions = {}): Promise<SlackSandbox> {
  const state = new SandboxState({
    appId: options.appId ?? slackId('A'),
    name: options.appName ?? 'Orgdesk',
    clientId: options.clientId ?? '1111111111.2222222222',
    clientSecret: options.clientSecret ?? randomBytes(16).toString('hex'),
    signingSecret: options.signingSecret ?? randomBytes(16).toString('hex'),
    appUrl: options.appUrl?.replace(/\/$/, '') ?? '',
    requestPath: options.requestPath ?? '/slack/events',
    redirectUris: options.redirectUris ?? [],
    tokenRotation: options.tokenRotation ?? false,
    limitMessageRate: options.limitMessageRate ?? false,
    ownMessageEvents: options.ownMessageEvents ?? false,
    ackDeadlineMs: options.ackDeadlineMs ?? ACK_DEADLINE_MS,
  });
  const front = await startFront(state);
  return new SlackSandbox(state, async () => {
    front.closeAllConnections();
    await new Promise<void>((resolve) => front.close(() => resolve()));
    await Promise.all([...state.workspaces.values()].map((workspace) => workspace.emulated.close()));
  });
}
