import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { RetryableFailure } from '../../../src/clients/failures.ts';
import { createSlackClients } from '../../../src/clients/slack/clients.ts';
import { createSlackFiles, type SlackFiles } from '../../../src/clients/slack/files.ts';
import { createLogger } from '../../../src/logger.ts';
import { boltLogger } from '../../../src/slack/bolt-logger.ts';
import { type StartedSlack, startSlack } from './start.ts';

const bytes = Buffer.from('the bytes of a logo');
const tokens = (token: () => string | null) => ({ findToken: async () => token(), forgetToken: () => {} });

describe('a download from Slack', () => {
  let slack: StartedSlack;
  let files: SlackFiles;
  let fileId: string;

  beforeAll(async () => {
    slack = await startSlack();
    const { sandbox, clients, teamId } = slack;
    files = createSlackFiles({ apiUrl: sandbox.url, clients, tokens: tokens(() => slack.findToken()) });
    const ada = sandbox.person({ team: teamId, user: sandbox.addUser(teamId).id });
    fileId = String((await ada.uploadFile(bytes, 'logo.png', 'image/png')).id);
  });
  afterEach(() => {
    slack.findToken = () => slack.token;
    slack.sandbox.faults.clear();
  });
  afterAll(() => slack.sandbox.close());

  const download = (most = 1000) => files.download(slack.teamId, fileId, most);

  it('gives the file', async () => {
    expect(await download()).toEqual(bytes);
    expect(await download(bytes.length)).toEqual(bytes);
  });

  it('does not begin where Slack says that it is too large', async () => {
    const before = slack.sandbox.requests.length;
    expect(await download(bytes.length - 1)).toBe('too_large');
    expect(slack.sandbox.requests.slice(before).map(({ method }) => method)).toEqual(['files.info']);
  });

  it('has nothing to give where the file is gone or was never shared', async () => {
    expect(await files.download(slack.teamId, 'F0NOWHERE', 1000)).toBe('unavailable');
    slack.sandbox.faults.next({ method: 'files.info', kind: 'error', error: 'file_deleted' });
    expect(await download()).toBe('unavailable');
  });

  it('has nothing to give where Slack shows its sign-in page instead', async () => {
    const answers = [slack.token, 'xoxb-another'];
    slack.findToken = () => answers.shift() ?? null;
    expect(await download()).toBe('unavailable');
  });

  it.each(['429', '500', 'acted-then-drop'] as const)('is worth another try after %s', async (kind) => {
    slack.sandbox.faults.next({ method: 'files.download', kind, ...(kind === '429' && { retryAfter: 9 }) });
    const failure = await download().catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(RetryableFailure);
    if (kind === '429') expect(failure).toMatchObject({ retryAfter: 9 });
    expect(await download()).toEqual(bytes);
  });
});

describe('what Slack says of a file', () => {
  const servers: Server[] = [];
  const listen = async (listener: RequestListener): Promise<string> => {
    const server = createServer(listener).listen(0, '127.0.0.1');
    servers.push(server);
    await new Promise((resolve) => server.once('listening', resolve));
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  };
  afterEach(() => {
    for (const server of servers.splice(0)) {
      server.closeAllConnections();
      server.close();
    }
  });

  /** An API that describes one file and serves it as the test says; gives the client. */
  const apiOf = async (file: (origin: string) => object, serve: RequestListener): Promise<SlackFiles> => {
    const origin = await listen((request, response) => {
      if (!request.url?.startsWith('/api/')) return serve(request, response);
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ ok: true, file: file(`http://${request.headers.host}`) }));
    });
    const source = tokens(() => 'xoxb-secret');
    const apiUrl = `${origin}/api/`;
    const clients = createSlackClients({
      apiUrl,
      tokens: source,
      logger: boltLogger(createLogger('silent')),
    });
    return createSlackFiles({ apiUrl, clients, tokens: source });
  };

  it('does not lead the token to another host', async () => {
    const seen: (string | undefined)[] = [];
    const elsewhere = await listen((request, response) => {
      seen.push(request.headers.authorization);
      response.end('here you are');
    });
    const addresses = [
      `${elsewhere}/logo.png`,
      elsewhere.replace('127.0.0.1', 'localhost'),
      'file:///etc/passwd',
      'not an address',
      '',
    ];
    for (const url_private of addresses) {
      const files = await apiOf(
        () => ({ url_private, size: 5 }),
        () => {},
      );
      expect(await files.download('T1', 'F1', 1000)).toBe('unavailable');
    }
    expect(seen).toEqual([]);
  });

  it('does not lead the token along a redirect', async () => {
    const seen: string[] = [];
    const elsewhere = await listen((request, response) => {
      seen.push(request.url ?? '');
      response.end('here you are');
    });
    const files = await apiOf(
      (origin) => ({ url_private: `${origin}/files-pri/1`, size: 5 }),
      (_, response) => response.writeHead(302, { location: `${elsewhere}/stolen` }).end(),
    );
    expect(await files.download('T1', 'F1', 1000)).toBe('unavailable');
    expect(seen).toEqual([]);
  });

  it('is not believed about the size: the download ends one byte over the limit', async () => {
    let sent = 0;
    let cut: () => void = () => {};
    const closed = new Promise<void>((resolve) => {
      cut = resolve;
    });
    const files = await apiOf(
      (origin) => ({ url_private: `${origin}/files-pri/1`, size: 5 }),
      (_, response) => {
        response.on('close', cut);
        const more = () => {
          while (!response.destroyed && response.write(Buffer.alloc(65_536))) sent += 65_536;
          if (!response.destroyed) response.once('drain', more);
        };
        more();
      },
    );
    expect(await files.download('T1', 'F1', 100_000)).toBe('too_large');
    await closed;
    expect(sent).toBeLessThan(50_000_000);
  });
});
