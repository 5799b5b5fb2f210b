import { EmulatedTeam, OPERATOR_ID, type SlackApp } from './emulated-team.ts';
import { slackId } from './ids.ts';
import { asObject, asObjects, asText, type JsonObject } from './json.ts';
import { type NewUser, newUser, type SlackUser } from './users.ts';

export interface NewTeam {
  id?: string;
  name?: string;
  domain?: string;
  /** How many people there can ever be; 200 unless told. */
  capacity?: number;
}

export interface NewChannel {
  name: string;
  private?: boolean;
  archived?: boolean;
  /** User ids of the members. */
  members?: string[];
  /** Whether the app's bot is a member. */
  bot?: boolean;
  /** Whether people of another workspace are in it, through Slack Connect. */
  shared?: boolean;
}

/** A conversation as the bot sees it. */
export interface Conversation {
  id: string;
  name: string;
  kind: 'channel' | 'group' | 'im' | 'mpim';
  isMember: boolean;
  isArchived: boolean;
}

const EMULATED_CHANNELS = new Set(['C000000001', 'C000000002']);

/** A Slack workspace: its people, which the sandbox keeps, and everything else, which `emulate` keeps. */
export class Workspace {
  /** The channels that are shared with another workspace. */
  readonly sharedChannels = new Set<string>();
  readonly id: string;
  readonly name: string;
  readonly domain: string;
  readonly botId: string;
  readonly botUserId: string;
  readonly users = new Map<string, SlackUser>();
  readonly emulated: EmulatedTeam;
  readonly #seats: string[];

  private constructor(emulated: EmulatedTeam, seats: string[]) {
    this.id = emulated.seed.teamId;
    this.name = emulated.seed.name;
    this.domain = emulated.seed.domain;
    this.botId = emulated.seed.botId;
    this.botUserId = emulated.seed.botUserId;
    this.emulated = emulated;
    this.#seats = seats;
  }

  static async start(team: NewTeam, app: SlackApp, origin: string): Promise<Workspace> {
    const teamId = team.id ?? slackId('T');
    const name = team.name ?? 'Acme';
    const emulated = await EmulatedTeam.start({
      teamId,
      name,
      domain: team.domain ?? name.toLowerCase().replace(/[^a-z0-9]+/g, '-'),
      app,
      botId: slackId('B'),
      botUserId: slackId('U'),
      capacity: team.capacity ?? 200,
      publicUrl: `${origin}/teams/${teamId}`,
    });
    const seats: string[] = [];
    for await (const user of pages(emulated, 'users.list', 'members', {})) {
      if (asText(user.name).startsWith('seat-')) seats.push(asText(user.id));
    }
    return new Workspace(emulated, seats.reverse());
  }

  /** Adds a person. Throws when the workspace was started with less room. */
  addUser(seed: NewUser): SlackUser {
    const id = this.#seats.pop();
    if (!id) throw new Error(`Workspace ${this.name} is full: start it with a larger capacity`);
    const user = newUser(id, this.id, seed);
    this.users.set(id, user);
    return user;
  }

  /** The app's bot becomes a user of the workspace once the app is installed. */
  addBotUser(name: string): void {
    const seed = { name: name.toLowerCase(), realName: name, isBot: true };
    this.users.set(this.botUserId, newUser(this.botUserId, this.id, seed));
  }

  async addChannel(channel: NewChannel): Promise<string> {
    const operator = await this.emulated.user(OPERATOR_ID);
    const call = async (method: string, args: JsonObject) => {
      const answer = await this.emulated.call(method, args, operator);
      if (answer.ok !== true) throw new Error(`${method} for #${channel.name}: ${asText(answer.error)}`);
      return answer;
    };
    // `emulate` starts with a #general and a #random of its own, which nobody sees: they give way.
    for (const id of EMULATED_CHANNELS) {
      const taken = await this.emulated.call('conversations.info', { channel: id }, operator);
      if (asText(asObject(taken.channel).name) === channel.name) {
        await call('conversations.rename', { channel: id, name: `${channel.name}-of-emulate` });
      }
    }
    const args = { name: channel.name, is_private: channel.private === true };
    const created = await call('conversations.create', args);
    const id = asText(asObject(created.channel).id);
    const members = [...(channel.members ?? []), ...(channel.bot ? [this.botUserId] : [])];
    if (members.length > 0) await call('conversations.invite', { channel: id, users: members.join(',') });
    if (channel.archived) await call('conversations.archive', { channel: id });
    if (channel.shared) this.sharedChannels.add(id);
    return id;
  }

  /** Does something that a person with every right can do. Throws where `emulate` refuses it. */
  async asOperator(method: string, args: JsonObject): Promise<JsonObject> {
    const answer = await this.emulated.call(method, args, await this.emulated.user(OPERATOR_ID));
    if (answer.ok !== true) throw new Error(`${method}: ${asText(answer.error)}`);
    return answer;
  }

  /** What the bot would see of a conversation; undefined when there is none, or a private one without the bot. */
  async conversation(id: string): Promise<Conversation | undefined> {
    if (EMULATED_CHANNELS.has(id)) return undefined;
    const answer = await this.emulated.call('conversations.info', { channel: id }, await this.emulated.bot());
    if (answer.ok !== true) return undefined;
    const channel = asObject(answer.channel);
    const kind = channel.is_im
      ? 'im'
      : channel.is_mpim
        ? 'mpim'
        : channel.is_private || channel.is_group
          ? 'group'
          : 'channel';
    return {
      id,
      name: kind === 'im' ? 'directmessage' : asText(channel.name),
      kind,
      isMember: channel.is_member === true,
      isArchived: channel.is_archived === true,
    };
  }

  /** Everything said in a conversation, replies included, oldest first. */
  async messages(channel: string): Promise<JsonObject[]> {
    const bot = await this.emulated.bot();
    const member = (await this.conversation(channel))?.isMember === true;
    const credential = member ? bot : await this.emulated.user(OPERATOR_ID);
    const found: JsonObject[] = [];
    for await (const message of pages(
      this.emulated,
      'conversations.history',
      'messages',
      { channel },
      credential,
    )) {
      found.push(presentMessage(message));
      if (!message.reply_count) continue;
      const args = { channel, ts: asText(message.ts) };
      const thread = await this.emulated.call('conversations.replies', args, credential);
      found.push(...asObjects(thread.messages).filter((reply) => reply.ts !== message.ts));
    }
    return found.sort((a, b) => (asText(a.ts) < asText(b.ts) ? -1 : 1));
  }

  /** The id of the conversation between the bot and a person; opened when there is none. */
  async directMessage(userId: string): Promise<string> {
    const answer = await this.emulated.call(
      'conversations.open',
      { users: userId },
      await this.emulated.bot(),
    );
    return asText(asObject(answer.channel).id);
  }

  /** The ids of the conversations that a person is in. */
  async conversationsOf(userId: string): Promise<string[]> {
    const ids: string[] = [];
    const types = 'public_channel,private_channel,im,mpim';
    const credential = await this.emulated.user(userId);
    for await (const channel of pages(
      this.emulated,
      'conversations.list',
      'channels',
      { types },
      credential,
    )) {
      if (channel.is_member === true) ids.push(asText(channel.id));
    }
    return ids;
  }

  isHidden(channelId: string): boolean {
    return EMULATED_CHANNELS.has(channelId);
  }
}

/** Slack marks the first message of a thread with its own timestamp as soon as somebody has replied. */
export function presentMessage(message: JsonObject): JsonObject {
  return message.reply_count && !message.thread_ts ? { ...message, thread_ts: message.ts } : message;
}

/** Every object of a paged list of `emulate`. */
export async function* pages(
  emulated: EmulatedTeam,
  method: string,
  key: string,
  args: JsonObject,
  credential?: Awaited<ReturnType<EmulatedTeam['bot']>>,
): AsyncGenerator<JsonObject> {
  const as = credential ?? (await emulated.bot());
  let cursor = '';
  do {
    const answer = await emulated.call(method, { ...args, limit: 1000, cursor }, as);
    yield* asObjects(answer[key]);
    cursor = asText(asObject(answer.response_metadata).next_cursor);
  } while (cursor);
}
