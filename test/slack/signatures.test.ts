import { randomBytes } from 'node:crypto';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Ack, SendOptions } from '../sandbox/slack/delivery.ts';
import { sign } from '../sandbox/slack/delivery.ts';
import { type StartedApp, startApp } from './start.ts';

const form = 'application/x-www-form-urlencoded';
const help = 'command=%2Forg&text=help&team_id=T1&user_id=U1&user_name=una&trigger_id=1.2.c&channel_id=C1';

let app: StartedApp;

beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.stop());

const send = (body: string | Buffer, options: SendOptions = {}): Promise<Ack> =>
  app.sandbox.send(body, { contentType: form, ...options });

/** The server still answers what it should. */
async function expectAlive(): Promise<void> {
  expect(await send(help)).toMatchObject({ status: 200 });
}

const now = () => Math.floor(Date.now() / 1000);
const signed = (body: string, timestamp = now()) =>
  sign(app.sandbox.app.signingSecret, timestamp, Buffer.from(body));

describe('a request that does not carry a good signature', () => {
  const refused: [string, () => Promise<Ack>][] = [
    ['signed with another secret', () => send(help, { secret: 'another' })],
    ['six minutes old', () => send(help, { timestamp: now() - 360 })],
    ['six minutes ahead', () => send(help, { timestamp: now() + 360 })],
    ['a day ahead', () => send(help, { timestamp: now() + 86_400 })],
    ['without a signature', () => send(help, { headers: { 'x-slack-signature': undefined } })],
    ['without a timestamp', () => send(help, { headers: { 'x-slack-request-timestamp': undefined } })],
    [
      'with a timestamp that is no number',
      () => send(help, { headers: { 'x-slack-request-timestamp': 'soon' } }),
    ],
    [
      'with a timestamp beyond numbers',
      () => send(help, { headers: { 'x-slack-request-timestamp': '1e999' } }),
    ],
    [
      'with half a signature',
      () => send(help, { headers: { 'x-slack-signature': signed(help).slice(0, 30) } }),
    ],
    ['with the version alone', () => send(help, { headers: { 'x-slack-signature': 'v0=' } })],
    [
      'with another version',
      () => send(help, { headers: { 'x-slack-signature': signed(help).replace('v0', 'v1') } }),
    ],
    [
      'with the signature sent twice',
      () => send(help, { headers: { 'x-slack-signature': [signed(help), signed(help)] } }),
    ],
    [
      'with the timestamp sent twice',
      () => send(help, { headers: { 'x-slack-request-timestamp': [String(now()), String(now())] } }),
    ],
    [
      'for another body',
      () => send(help, { headers: { 'x-slack-signature': signed(`${help}&text=create`) } }),
    ],
    ['over random bytes, wrongly', () => send(randomBytes(300), { secret: 'another' })],
  ];

  it.each(refused)('%s is refused with 4xx', async (_, act) => {
    const { status } = await act();
    expect(status).toBeGreaterThanOrEqual(400);
    expect(status).toBeLessThan(500);
    await expectAlive();
  });
});

describe('a signed body that Slack would not send', () => {
  const json = 'application/json';
  const payload = (text: string) => `payload=${encodeURIComponent(text)}`;
  const bodies: [string, string | Buffer, string][] = [
    ['JSON null', 'null', json],
    ['JSON null in spaces', '  null  ', json],
    ['a number', '7', json],
    ['a list', '[]', json],
    ['JSON that breaks off', '{"type":"event_callback","event":{', json],
    ['an empty body', '', json],
    ['random bytes as JSON', randomBytes(500), json],
    ['random bytes as a form', randomBytes(500), form],
    ['an empty form', '', form],
    ['a payload of null', payload('null'), form],
    ['a payload of null under an escaped name', '%70ayload=null', form],
    ['a payload twice', 'payload=null&payload=null', form],
    ['a payload that is a text', payload('"null"'), form],
    ['an empty object', '{}', json],
    ['an event that is null', '{"type":"event_callback","event":null,"event_id":"E","team_id":"T"}', json],
    [
      'an event without an id',
      '{"type":"event_callback","event":{"type":"user_change"},"team_id":"T"}',
      json,
    ],
    ['a null event in something else', '{"type":"block_actions","event":null}', json],
    [
      'a press without a control',
      payload('{"type":"block_actions","user":{"id":"U"},"team":{"id":"T"}}'),
      form,
    ],
    [
      'a press on null',
      payload('{"type":"block_actions","user":{"id":"U"},"team":{"id":"T"},"actions":[null]}'),
      form,
    ],
    [
      'a press of nobody',
      payload('{"type":"block_actions","team":{"id":"T"},"actions":[{"action_id":"a"}]}'),
      form,
    ],
    [
      'a submission without a view',
      payload('{"type":"view_submission","user":{"id":"U"},"team":{"id":"T"}}'),
      form,
    ],
    [
      'a submission of a view of nulls',
      payload(
        '{"type":"view_submission","user":{"id":"U"},"team":{"id":"T"},"view":{"id":"V","blocks":[null]}}',
      ),
      form,
    ],
    ['a command sent twice in one', `${help}&command=%2Forg`, form],
    ['a command of nobody', 'command=%2Forg&text=help&team_id=T1', form],
    ['an options request', payload('{"type":"block_suggestion","name":"x"}'), form],
    ['a text as form of another charset', help, 'application/x-www-form-urlencoded; charset=utf-8'],
  ];

  it.each(bodies)('%s is refused with 4xx, at once', async (_, body, contentType) => {
    const { status, milliseconds } = await send(body, { contentType });
    expect(status).toBeGreaterThanOrEqual(400);
    expect(status).toBeLessThan(500);
    expect(milliseconds).toBeLessThan(2_000);
    await expectAlive();
  });
});

describe('what is not a request to the request URL', () => {
  it.each([
    ['GET', '/slack/events', 405],
    ['PUT', '/slack/events', 405],
    ['POST', '/slack/install', 405],
    ['POST', '/slack/oauth_redirect', 405],
    ['POST', '/slack/events/', 404],
    ['POST', '/slack/other', 404],
    ['GET', '//slack/events', 404],
    ['GET', '/slack/events%2f..', 404],
  ])('%s %s is answered %i', async (method, path, status) => {
    expect((await fetch(app.url + path, { method })).status).toBe(status);
    await expectAlive();
  });

  it('a body beyond a megabyte is refused, whether it says so or not', async () => {
    const large = Buffer.alloc(1024 * 1024 + 1, 'a');
    // Refused before it was all read: the connection may be gone before the answer is.
    expect([413, 0]).toContain((await send(large)).status);
    const chunks = new ReadableStream({
      pull(controller) {
        controller.enqueue(large.subarray(0, 65_536));
      },
    });
    const streamed = fetch(`${app.url}/slack/events`, {
      method: 'POST',
      body: chunks,
      duplex: 'half',
    } as RequestInit);
    expect(
      await streamed.then(
        ({ status }) => status,
        () => 413,
      ),
    ).toBe(413);
    await expectAlive();
  });

  it('bytes that are no HTTP get 400, and a body that breaks off ends nothing', async () => {
    const { port } = new URL(app.url);
    const talk = (text: string) =>
      new Promise<string>((resolve) => {
        const socket = connect(Number(port), '127.0.0.1', () => socket.end(text));
        let heard = '';
        socket.on('data', (chunk) => {
          heard += chunk;
        });
        socket.on('close', () => resolve(heard));
      });
    expect(await talk('\x16\x03\x01 nonsense\r\n\r\n')).toMatch(/^HTTP\/1\.1 400/);
    await talk('POST /slack/events HTTP/1.1\r\nhost: x\r\ncontent-length: 500\r\n\r\nhalf');
    await expectAlive();
  });
});

it('none of this was a failure of ours', () => {
  expect(app.logged).toEqual([]);
});
