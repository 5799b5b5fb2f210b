import { WebClient } from '@slack/web-api';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type SlackSandbox, startSlackSandbox } from './server.ts';
import type { SlackUser } from './users.ts';
import type { Workspace } from './workspace.ts';

let sandbox: SlackSandbox;
let team: Workspace;
let ada: SlackUser;
let gone: SlackUser;
let client: WebClient;

beforeAll(async () => {
  sandbox = await startSlackSandbox();
  team = await sandbox.addTeam({ name: 'Northwind', domain: 'northwind' });
  ada = sandbox.addUser(team.id, {
    email: 'Ada@example.com',
    name: 'ada',
    tz: 'Europe/Paris',
    isAdmin: true,
  });
  gone = sandbox.addUser(team.id, { email: 'gone@example.com', name: 'gone', deleted: true });
  client = clientFor(await sandbox.issueBotToken(team.id));
});

afterAll(() => sandbox.close());

function clientFor(token: string): WebClient {
  return new WebClient(token, { slackApiUrl: sandbox.url, retryConfig: { retries: 0 } });
}

function refused(call: Promise<unknown>): Promise<Record<string, unknown>> {
  return call.then(
    () => ({ error: 'nothing was refused' }),
    (error: { data?: Record<string, unknown> }) => error.data ?? { error: String(error) },
  );
}

describe('conversations and messages', () => {
  test('a message and its thread, with metadata, come back and can be changed and deleted', async () => {
    const channel = await sandbox.addChannel(team.id, { name: 'support', members: [ada.id], bot: true });
    const metadata = { event_type: 'ticket', event_payload: { id: '7' } };
    const posted = await client.chat.postMessage({ channel, text: 'TKT-001', metadata });
    const ts = posted.ts ?? '';
    expect(posted.message).toMatchObject({ bot_id: team.botId, app_id: sandbox.app.appId, team: team.id });
    await client.chat.postMessage({ channel, text: 'a reply', thread_ts: ts });
    const bare = await client.conversations.replies({ channel, ts });
    expect(bare.messages?.map(({ text }) => text)).toEqual(['TKT-001', 'a reply']);
    expect(bare.messages?.[0]).not.toHaveProperty('metadata');
    const full = await client.conversations.replies({ channel, ts, include_all_metadata: true });
    expect(full.messages?.[0]?.metadata).toEqual(metadata);
    expect(full.messages?.[0]?.thread_ts).toBe(ts);
    await client.chat.update({ channel, ts, text: 'TKT-001 (resolved)' });
    await client.reactions.add({ channel, timestamp: ts, name: 'eyes' });
    const said = await sandbox.messages(team.id, channel);
    expect(said.map(({ text }) => text)).toEqual(['TKT-001 (resolved)', 'a reply']);
    expect(said[0]?.reactions).toMatchObject([{ name: 'eyes' }]);
    await client.reactions.remove({ channel, timestamp: ts, name: 'eyes' });
    expect((await client.chat.getPermalink({ channel, message_ts: ts })).permalink).toContain(channel);
    await client.chat.delete({ channel, ts: said[1]?.ts as string });
    const again = await refused(client.chat.delete({ channel, ts: said[1]?.ts as string }));
    expect(again.error).toBe('message_not_found');
    const nowhere = await refused(client.chat.delete({ channel: 'C0NOWHERE', ts }));
    expect(nowhere.error).toBe('channel_not_found');
    const own = await team.emulated.user(ada.id);
    const theirs = await team.emulated.call('chat.postMessage', { channel, text: 'Mine.' }, own);
    const another = await refused(client.chat.delete({ channel, ts: String(theirs.ts) }));
    expect(another.error).toBe('cant_delete_message');
    await client.chat.delete({ channel, ts });
    expect(await sandbox.messages(team.id, channel)).toHaveLength(1);
    expect(await refused(client.chat.update({ channel, ts: '1.2', text: 'x' }))).toMatchObject({
      error: 'message_not_found',
    });
  });

  test('history keeps to oldest and latest', async () => {
    const channel = await sandbox.addChannel(team.id, { name: 'history', bot: true });
    const stamps: string[] = [];
    for (const text of ['one', 'two', 'three'])
      stamps.push((await client.chat.postMessage({ channel, text })).ts ?? '');
    const between = await client.conversations.history({ channel, oldest: stamps[0] });
    expect(between.messages?.map(({ text }) => text)).toEqual(['three', 'two']);
    const first = await client.conversations.history({ channel, limit: 2 });
    expect(first.has_more).toBe(true);
    const rest = await client.conversations.history({
      channel,
      limit: 2,
      cursor: first.response_metadata?.next_cursor,
    });
    expect(rest.messages?.map(({ text }) => text)).toEqual(['one']);
  });

  test('where the bot is not, it cannot write', async () => {
    const open = await sandbox.addChannel(team.id, { name: 'open', members: [ada.id] });
    const closed = await sandbox.addChannel(team.id, { name: 'closed', private: true, members: [ada.id] });
    const archived = await sandbox.addChannel(team.id, { name: 'old', archived: true, bot: true });
    const scopes = ['chat:write', 'channels:read', 'channels:join', 'groups:read'];
    const bot = clientFor(await sandbox.issueBotToken(team.id, scopes));
    const post = (channel: string) => refused(bot.chat.postMessage({ channel, text: 'hi' }));
    expect(await post(open)).toMatchObject({ error: 'not_in_channel' });
    expect(await post(closed)).toMatchObject({ error: 'channel_not_found' });
    expect(await post(archived)).toMatchObject({ error: 'is_archived' });
    expect(await post('C0NOWHERE')).toMatchObject({ error: 'channel_not_found' });
    expect(await post(gone.id)).toMatchObject({ error: 'user_disabled' });
    await bot.conversations.join({ channel: open });
    expect(await bot.chat.postMessage({ channel: open, text: 'hi' })).toMatchObject({ ok: true });
    expect(await refused(bot.conversations.info({ channel: closed }))).toMatchObject({
      error: 'channel_not_found',
    });
  });

  test('lists show the channels that there are, and users.conversations those of one person', async () => {
    const mine = await sandbox.addChannel(team.id, {
      name: 'mine',
      private: true,
      members: [ada.id],
      bot: true,
    });
    const general = await sandbox.addChannel(team.id, { name: 'general', members: [ada.id] });
    const listed = await client.conversations.list({ types: 'public_channel,private_channel', limit: 999 });
    const names = listed.channels?.map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(['mine', 'general']));
    expect(names?.filter((name) => name === 'general')).toHaveLength(1);
    expect(names).not.toContain('random');
    const own = await client.users.conversations({ types: 'public_channel,private_channel', limit: 999 });
    expect(own.channels?.map(({ id }) => id)).toContain(mine);
    expect(own.channels?.map(({ id }) => id)).not.toContain(general);
    const hers = await client.users.conversations({ user: ada.id, types: 'public_channel', limit: 999 });
    expect(hers.channels?.map(({ id }) => id)).toContain(general);
    const members = await client.conversations.members({ channel: mine });
    expect(members.members?.toSorted()).toEqual([ada.id, team.botUserId].toSorted());
    expect(
      (await client.conversations.info({ channel: mine, include_num_members: true })).channel,
    ).toMatchObject({
      num_members: 2,
    });
  });

  test('a direct message reaches one person', async () => {
    const opened = await client.conversations.open({ users: ada.id });
    await client.chat.postMessage({ channel: opened.channel?.id ?? '', text: 'welcome' });
    await client.chat.postMessage({ channel: ada.id, text: 'again' });
    const texts = (await sandbox.directMessages(team.id, ada.id)).map(({ text }) => text);
    expect(texts).toEqual(['welcome', 'again']);
    expect(await refused(client.conversations.open({ users: gone.id }))).toMatchObject({
      error: 'user_disabled',
    });
    expect(await refused(client.conversations.open({ users: 'U0NOBODY' }))).toMatchObject({
      error: 'user_not_found',
    });
  });

  test('an ephemeral message is seen by one person only', async () => {
    const channel = await sandbox.addChannel(team.id, { name: 'whisper', members: [ada.id], bot: true });
    await client.chat.postEphemeral({ channel, user: ada.id, text: 'only you' });
    expect(sandbox.ephemerals(team.id, ada.id).at(-1)).toMatchObject({
      channelId: channel,
      text: 'only you',
    });
    expect(await sandbox.messages(team.id, channel)).toEqual([]);
    expect(await refused(client.chat.postEphemeral({ channel, user: gone.id, text: 'x' }))).toMatchObject({
      error: 'user_not_in_channel',
    });
  });

  test('two workspaces know nothing of one another', async () => {
    const other = await sandbox.addTeam({ name: 'Southwind' });
    const theirs = await sandbox.addChannel(other.id, { name: 'secret', bot: true });
    expect(await refused(client.chat.postMessage({ channel: theirs, text: 'hi' }))).toMatchObject({
      error: 'channel_not_found',
    });
    const there = clientFor(await sandbox.issueBotToken(other.id));
    expect(await there.auth.test()).toMatchObject({ team_id: other.id });
    expect((await there.team.info()).team).toMatchObject({
      id: other.id,
      name: 'Southwind',
      domain: 'southwind',
    });
    expect(await refused(there.users.info({ user: ada.id }))).toMatchObject({ error: 'user_not_found' });
  });
});

test('one message a second a channel, when that is switched on', async () => {
  const channel = await sandbox.addChannel(team.id, { name: 'busy', bot: true });
  const token = await sandbox.issueBotToken(team.id);
  sandbox.limitMessageRate = true;
  const strict = new WebClient(token, { slackApiUrl: sandbox.url, rejectRateLimitedCalls: true });
  await strict.chat.postMessage({ channel, text: 'one' });
  await expect(strict.chat.postMessage({ channel, text: 'two' })).rejects.toMatchObject({ retryAfter: 1 });
  sandbox.limitMessageRate = false;
  await strict.chat.postMessage({ channel, text: 'three' });
  expect((await sandbox.messages(team.id, channel)).map(({ text }) => text)).toEqual(['one', 'three']);
});
