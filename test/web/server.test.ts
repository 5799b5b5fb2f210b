import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { Hono } from 'hono';
import { afterEach, describe, expect, it } from 'vitest';
import { createLogger } from '../../src/logger.ts';
import { assemblePages } from '../../src/web/assemble.ts';
import { healthRoutes } from '../../src/web/health.ts';
import { type RunningServer, startServer } from '../../src/web/server.ts';
import { stylesheetRoutes } from '../../src/web/stylesheet.ts';

const logged: Record<string, unknown>[] = [];
const log = createLogger('info', { write: (line: string) => void logged.push(JSON.parse(line)) });
const noSlack = { handle: () => {}, idle: async () => {} };
const running: RunningServer[] = [];

afterEach(async () => {
  await Promise.all(running.splice(0).map((server) => server.stop()));
  logged.length = 0;
});

type Options = Partial<Parameters<typeof startServer>[0]> & {
  probes?: Record<string, () => Promise<unknown>>;
};

/** Starts the server; gives its address. */
async function start({ probes = {}, ...parts }: Options = {}): Promise<string> {
  const pages = assemblePages([healthRoutes({ probes }), stylesheetRoutes()], log);
  const server = await startServer({ port: 0, host: '127.0.0.1', slack: noSlack, pages, log, ...parts });
  running.push(server);
  return `http://127.0.0.1:${server.port}`;
}

describe('an address that is not there', () => {
  it('is a page for browsers and a problem for everybody else', async () => {
    const url = await start();
    const page = await fetch(`${url}/nowhere`, { headers: { accept: 'text/html,*/*' } });
    expect([page.status, page.headers.get('content-type')]).toEqual([404, 'text/html; charset=UTF-8']);
    expect(await page.text()).toContain('<h1>Nothing here</h1>');
    const problem = await fetch(`${url}/nowhere`, { method: 'POST' });
    expect([problem.status, problem.headers.get('content-type')]).toEqual([404, 'application/problem+json']);
    expect(await problem.json()).toMatchObject({ status: 404, title: 'Nothing here' });
  });

  it.each(['/%', '/%ff', '/..%2f..%2fetc', '//', '/slack', '/slack/events/x'])(
    '%s is no exception',
    async (path) => {
      const url = await start();
      expect((await fetch(url + path)).status).toBe(404);
    },
  );
});

describe('every page', () => {
  it('is sent with the headers that keep it to itself', async () => {
    const url = await start();
    for (const path of ['/healthz', '/nowhere', '/assets/page.css']) {
      const { headers } = await fetch(url + path);
      const policy = headers.get('content-security-policy');
      expect(policy).toContain("default-src 'none'");
      expect(policy).toContain("frame-ancestors 'none'");
      expect(policy).not.toMatch(/unsafe|https?:|\*/);
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('referrer-policy')).toBe('no-referrer');
      expect(headers.get('x-frame-options')).toBe('DENY');
      expect(headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
    }
  });

  it('can name another policy of its own', async () => {
    const own = new Hono().get('/own', (context) =>
      context.text('', 200, { 'content-security-policy': "default-src 'self'" }),
    );
    const url = await start({ pages: assemblePages([own], log) });
    const { headers } = await fetch(`${url}/own`);
    expect(headers.get('content-security-policy')).toBe("default-src 'self'");
  });

  it('that fails is 500 under an id, which the log has too, and nothing else of the error', async () => {
    // Without its probes /readyz cannot but fail.
    const url = await start({ probes: null as never });
    const response = await fetch(`${url}/readyz`);
    const id = response.headers.get('x-request-id');
    expect(response.status).toBe(500);
    expect(await response.json()).toMatchObject({ detail: expect.stringContaining(`the number ${id}.`) });
    expect(logged).toMatchObject([{ requestId: id, route: '/readyz', err: { name: 'TypeError' } }]);
  });

  it('that fails is logged by its route, since a path may have a secret in it', async () => {
    const failing = new Hono().get('/doors/:secret', () => {
      throw new Error('stuck');
    });
    const url = await start({ pages: assemblePages([failing], log) });
    expect((await fetch(`${url}/doors/open-sesame?and=more`)).status).toBe(500);
    expect(logged).toMatchObject([{ route: '/doors/:secret' }]);
    expect(JSON.stringify(logged)).not.toContain('sesame');
  });

  it('answers a method that nobody uses, and wants to know how long a body is', async () => {
    const url = await start();
    expect((await fetch(`${url}/healthz`, { method: 'OPTIONS' })).status).toBe(404);
    const body = new Blob(['endless']).stream();
    const chunked = await fetch(`${url}/nowhere`, { method: 'POST', body, duplex: 'half' } as RequestInit);
    expect(chunked.status).toBe(411);
  });

  it('takes no body beyond a megabyte', async () => {
    const url = await start();
    const body = Buffer.alloc(1024 * 1024 + 1);
    expect((await fetch(`${url}/nowhere`, { method: 'POST', body })).status).toBe(413);
  });
});

describe('health', () => {
  it('is alive whatever its parts do, and ready while all of them answer', async () => {
    let away = false;
    const database = async () => {
      if (away) throw new Error('connection refused at secret-host');
    };
    const url = await start({ probes: { database, jobs: async () => {} } });
    const ready = async () => {
      const response = await fetch(`${url}/readyz`);
      return [response.status, await response.json()];
    };
    expect(await ready()).toEqual([200, { ready: true, database: 'ready', jobs: 'ready' }]);
    away = true;
    expect(await ready()).toEqual([503, { ready: false, database: 'away', jobs: 'ready' }]);
    expect((await fetch(`${url}/healthz`)).status).toBe(200);
    away = false;
    expect((await ready())[0]).toBe(200);
  });

  it('does not hang on a part that hangs, nor fail on one that throws', async () => {
    const hangs = () => new Promise(() => {});
    const throws = () => {
      throw new Error('at once');
    };
    const url = await start({ probes: { hangs, throws } });
    const response = await fetch(`${url}/readyz`);
    expect([response.status, await response.json()]).toEqual([
      503,
      { ready: false, hangs: 'away', throws: 'away' },
    ]);
  });
});

describe('a stop', () => {
  /** A Slack side whose requests are answered when the test says so. */
  function slowSlack() {
    let answer = () => {};
    let begun = () => {};
    const started = new Promise<void>((resolve) => {
      begun = resolve;
    });
    const handle = (request: IncomingMessage, response: ServerResponse) => {
      request.resume();
      answer = () => void response.end('finished');
      begun();
    };
    return { handle, idle: async () => {}, started, answer: () => answer() };
  }

  it('lets what was begun end, and takes nothing new', async () => {
    const slack = slowSlack();
    const url = await start({ slack });
    const [server] = running.splice(0);
    const begun = fetch(`${url}/slack/events`, { method: 'POST', body: 'x' });
    await slack.started;
    const stopped = server?.stop();
    await expect(fetch(`${url}/healthz`)).rejects.toThrow();
    slack.answer();
    expect(await (await begun).text()).toBe('finished');
    // The client would keep the connection for another request; it is closed under it.
    await stopped;
    expect(logged).toEqual([]);
  });

  it('does not wait for connections on which nothing was ever asked', async () => {
    const url = await start();
    const [server] = running.splice(0);
    const ahead = connect(Number(new URL(url).port), '127.0.0.1');
    await once(ahead, 'connect');
    // Whatever the server has taken before this request, it has taken that connection.
    await fetch(`${url}/healthz`);
    const ended = once(ahead, 'close');
    await server?.stop();
    await ended;
    expect(logged).toEqual([]);
  });

  it('waits for listeners that go on after their acknowledgement', async () => {
    let end = () => {};
    const idle = new Promise<void>((resolve) => {
      end = resolve;
    });
    const url = await start({ slack: { ...noSlack, idle: () => idle } });
    const [server] = running.splice(0);
    let done = false;
    const stopped = server?.stop().then(() => {
      done = true;
    });
    await expect(fetch(`${url}/healthz`)).rejects.toThrow();
    expect(done).toBe(false);
    end();
    await stopped;
    expect(done).toBe(true);
  });
});

it('a port that is taken is an error with its number', async () => {
  const other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  const { port } = other.address() as AddressInfo;
  await expect(start({ port })).rejects.toThrow(String(port));
  other.close();
});
