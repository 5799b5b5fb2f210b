import { WebClient } from '@slack/web-api';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { uploadAs } from './files.ts';
import { asObjects, asText } from './json.ts';
import type { Person } from './person.ts';
import { type RecordingApp, startRecordingApp } from './recording-app.ts';
import { type SlackSandbox, startSlackSandbox } from './server.ts';
import type { Workspace } from './workspace.ts';

const PNG = Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex');

let sandbox: SlackSandbox;
let app: RecordingApp;
let team: Workspace;
let ada: Person;
let token: string;
let client: WebClient;

beforeAll(async () => {
  sandbox = await startSlackSandbox();
  app = await startRecordingApp();
  sandbox.appUrl = app.url;
  team = await sandbox.addTeam();
  ada = sandbox.person({ team: team.id, user: sandbox.addUser(team.id).id });
  token = await sandbox.issueBotToken(team.id);
  client = new WebClient(token, { slackApiUrl: sandbox.url });
});

afterAll(async () => {
  await sandbox.close();
  await app.close();
});

const download = (url: string, as?: string) =>
  fetch(url, as ? { headers: { authorization: `Bearer ${as}` } } : {});

test('a logo from a modal reaches the app byte by byte', async () => {
  await ada.command('/org', 'create');
  await client.views.open({
    trigger_id: String(app.form().trigger_id),
    view: {
      type: 'modal',
      title: { type: 'plain_text', text: 'Create' },
      submit: { type: 'plain_text', text: 'Create' },
      blocks: [
        {
          type: 'input',
          block_id: 'logo',
          label: { type: 'plain_text', text: 'Logo' },
          element: { type: 'file_input', action_id: 'file', filetypes: ['png', 'jpg'], max_files: 1 },
        },
      ],
    },
  });
  await ada.fill({ logo: await ada.uploadFile(PNG, 'logo.svg', 'image/svg+xml') });
  await expect(ada.submit()).rejects.toThrow('this type of file is not allowed');
  await ada.fill({ logo: await ada.uploadFile(PNG, 'logo.png', 'image/png') });
  await ada.submit();
  const view = app.payload().view as { state: { values: { logo: { file: { files: { id: string }[] } } } } };
  const [file] = view.state.values.logo.file.files;
  const info = await client.files.info({ file: file?.id ?? '' });
  expect(info.file).toMatchObject({ name: 'logo.png', size: PNG.length, user: ada.user.id });
  const url = info.file?.url_private ?? '';
  const bytes = await download(url, token);
  expect(Buffer.from(await bytes.arrayBuffer())).toEqual(PNG);
  expect(bytes.headers.get('content-type')).toBe('image/png');
  const stranger = await download(url);
  expect([stranger.status, stranger.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
  const poor = await download(url, await sandbox.issueBotToken(team.id, ['chat:write']));
  expect(await poor.json()).toMatchObject({ error: 'missing_scope', needed: 'files:read' });
  const elsewhere = await sandbox.addTeam();
  const foreign = await download(url, await sandbox.issueBotToken(elsewhere.id));
  expect(foreign.headers.get('content-type')).toContain('text/html');
});

test("a person's file that was never given to the app stays hidden from it", async () => {
  const diary = { bytes: PNG, name: 'diary.png', mimetype: 'image/png' };
  const file = await uploadAs(team, ada.user.id, diary);
  await expect(client.files.info({ file: asText(file.id) })).rejects.toMatchObject({
    data: { error: 'file_not_found' },
  });
  expect((await download(asText(file.url_private), token)).status).toBe(404);
});

test('filesUploadV2 puts a file into a channel that the bot is in', async () => {
  const channel = await sandbox.addChannel(team.id, { name: 'exports', bot: true });
  const file = Buffer.from('id,title\n1,Printer');
  await client.filesUploadV2({ channel_id: channel, filename: 'tickets.csv', file, initial_comment: 'Here' });
  const [message] = await sandbox.messages(team.id, channel);
  expect(message).toMatchObject({ text: 'Here', files: [{ name: 'tickets.csv', size: file.length }] });
  const shared = asText(asObjects(message?.files)[0]?.url_private);
  expect(await (await download(shared, token)).text()).toBe(file.toString());
  const other = await sandbox.addChannel(team.id, { name: 'not-mine' });
  const upload = client.filesUploadV2({ channel_id: other, filename: 'a.csv', file });
  await expect(upload).rejects.toMatchObject({ data: { error: 'not_in_channel' } });
});
