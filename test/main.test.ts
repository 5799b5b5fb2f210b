import { once } from 'node:events';
import { createServer } from 'node:net';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { variables } from '../src/config.ts';
import { temporaryFolder } from './database/embedded/folders.ts';
import { until } from './jobs/until.ts';
import { type Company, foundCompany, type Ground, seat } from './journeys/company.ts';
import { type Doubles, startDoubles } from './sandbox/doubles.ts';
import type { Person } from './sandbox/slack/person.ts';
import { createTestDatabase, type TestDatabase } from './setup/database.ts';
import { type RunningProcess, startProcess } from './setup/process.ts';
import { startProxy } from './setup/proxy.ts';
import { queueBackends } from './setup/redis.ts';

let doubles: Doubles;
beforeAll(async () => {
  doubles = await startDoubles();
});
afterAll(async () => {
  expect(doubles.slack.violations).toEqual([]);
  await doubles.stop();
});

const statusOf = (path: string) => fetch(`${doubles.url}${path}`).then(({ status }) => status);

/** A PostgreSQL of the test's own, and the product's environment with it. */
async function ownDatabase(): Promise<TestDatabase & { environment: Record<string, string> }> {
  const database = await createTestDatabase();
  onTestFinished(database.drop);
  return { ...database, environment: { ...doubles.environment, DATABASE_URL: database.url } };
}

// Every process takes a second or two to start, more on a busy machine.
const PATIENCE = { timeout: 120_000 };

describe('a process that cannot start', PATIENCE, () => {
  it('names every variable that is missing, what it is for and where it comes from', async () => {
    const started = await startProcess({});
    expect(await started.ended).toBe(1);
    const required = ['PUBLIC_URL', 'SLACK_CLIENT_ID', 'SLACK_CLIENT_SECRET', 'SLACK_SIGNING_SECRET'];
    required.push('STRIPE_SECRET_KEY', 'STRIPE_WEBHOOK_SECRET', 'SMTP_URL', 'MAIL_FROM', 'ENCRYPTION_KEYS');
    for (const name of Object.keys(variables)) {
      const named = started.output().includes(`  ${name} is missing\n    For: `);
      expect(named, name).toBe(required.includes(name));
    }
    expect(started.output()).not.toContain('    at ');
  });

  it('says that mail cannot be taken for a domain that is not named', async () => {
    const { environment } = await ownDatabase();
    const started = await startProcess({ ...environment, INBOUND_SMTP_PORT: '0' });
    expect(await started.ended).toBe(1);
    expect(started.output()).toContain('INBOUND_SMTP_PORT needs INBOUND_DOMAIN');
  });

  it('says which store is away: PostgreSQL', async () => {
    const url = 'postgres://orgdesk:a-password@127.0.0.1:9/orgdesk';
    const started = await startProcess({ ...doubles.environment, DATABASE_URL: url });
    expect(await started.ended).toBe(1);
    expect(started.output().trim()).toBe(
      'PostgreSQL at 127.0.0.1:9/orgdesk does not answer (connect ECONNREFUSED 127.0.0.1:9). Start it, or correct DATABASE_URL.',
    );
  });

  it('says which store is away: Redis', async () => {
    const { environment } = await ownDatabase();
    const started = await startProcess({ ...environment, REDIS_URL: 'redis://:a-password@127.0.0.1:9' });
    expect(await started.ended).toBe(1);
    expect(started.output()).toMatch(
      /^Redis at 127\.0\.0\.1:9 does not answer .*Start it, or leave REDIS_URL out/m,
    );
    expect(started.output()).not.toContain('a-password');
  });

  it('says that its port is taken', async () => {
    const taken = createServer().listen(0);
    onTestFinished(() => void taken.close());
    const { port } = taken.address() as { port: number };
    const { environment } = await ownDatabase();
    const started = await startProcess({ ...environment, PORT: String(port) });
    expect(await started.ended).toBe(1);
    expect(started.output()).toContain(`The port ${port} cannot be had`);
  });

  it('says that another process has the embedded database, which goes on with it', async () => {
    const DATA_DIR = await temporaryFolder();
    const first = await startProcess({ ...doubles.environment, DATA_DIR });
    await first.ready;
    const second = await startProcess({ ...doubles.environment, DATA_DIR, PORT: '0' });
    expect(await second.ended).toBe(1);
    expect(second.output()).toMatch(
      /^The database in .* is in use by another process \(pid \d+\)\. Stop that one first/m,
    );
    expect(second.output()).not.toContain('    at ');
    expect(await statusOf('/readyz')).toBe(200);
    first.kill('SIGINT');
    expect(await first.ended).toBe(0);
  });

  it('does not share the embedded database between roles', async () => {
    const started = await startProcess({ ...doubles.environment, ROLE: 'web', DATA_DIR: '.data' });
    expect(await started.ended).toBe(1);
    expect(started.output().trim()).toBe(
      'ROLE=web needs DATABASE_URL: the embedded PostgreSQL serves one process, which is ROLE=all.',
    );
  });
});

describe('a process that is still starting', PATIENCE, () => {
  it('hears that it is to stop', async () => {
    // A PostgreSQL that takes the connection and never says a word.
    const silent = createServer((socket) => socket.on('error', () => {})).listen(0, '127.0.0.1');
    onTestFinished(() => void silent.close());
    await once(silent, 'listening');
    const { port } = silent.address() as { port: number };
    const url = `postgres://orgdesk@127.0.0.1:${port}/orgdesk`;
    const started = await startProcess({ ...doubles.environment, DATABASE_URL: url });
    await once(silent, 'connection');
    started.kill('SIGTERM');
    // By itself, not by the signal: the first process of a container does not die of one.
    expect(await started.ended).toBe(1);
  });
});

describe('the roles of a process', PATIENCE, () => {
  it('are to take requests and to do jobs, each ready by itself', async () => {
    const { environment } = await ownDatabase();
    const web = await startProcess({ ...environment, ROLE: 'web' });
    await web.ready;
    const owner = doubles.slack.person(await somebody('Olivia'));
    await doubles.slack.install({ team: owner.user.teamId, user: owner.user.id });
    expect((await owner.command('/org', 'help')).ack.json).toMatchObject({
      text: expect.stringContaining('/org create'),
    });
    const messages = () => doubles.slack.directMessages(owner.user.teamId, owner.user.id);
    expect(await messages()).toEqual([]);

    const worker = await startProcess({ ...environment, ROLE: 'worker', PORT: '0' });
    const port = await worker.ready;
    await until(async () => (await messages()).length === 1);
    const path = (name: string) => fetch(`http://127.0.0.1:${port}${name}`).then(({ status }) => status);
    expect(await Promise.all(['/readyz', '/healthz', '/slack/install', '/stripe/webhook'].map(path))).toEqual(
      [200, 200, 404, 404],
    );
    for (const one of [web, worker]) one.kill('SIGTERM');
    expect(await Promise.all([web.ended, worker.ended])).toEqual([0, 0]);
  });
});

async function somebody(name: string): Promise<{ team: string; user: string }> {
  const { id: team } = await doubles.slack.addTeam();
  return { team, user: doubles.slack.addUser(team, { name }).id };
}

describe.each(await queueBackends())('a running process, with its queues in $name', PATIENCE, (backend) => {
  /** The doubles and the company's people around whatever process runs on the database. */
  const groundOn = (databaseUrl: string): Ground => ({
    ...doubles,
    settle: async () => {
      const client = new Client(databaseUrl);
      await client.connect();
      try {
        await until(async () => {
          await doubles.stripe.webhooks.settled();
          const { rows } = await client.query(
            `SELECT FROM outbox WHERE topic <> 'schedule'
               AND (status = 'queued' OR status = 'pending' AND available_at <= now())`,
          );
          return rows.length === 0;
        });
      } finally {
        await client.end();
      }
    },
  });
  const open = async () => {
    const { url, environment: basic } = await ownDatabase();
    const environment = {
      ...basic,
      LOG_LEVEL: 'trace',
      ...(backend.redisUrl && { REDIS_URL: backend.redisUrl }),
    };
    return { url, environment, ground: groundOn(url) };
  };

  it('is ready while PostgreSQL answers, and only then', async () => {
    const { url, environment } = await open();
    const proxy = await startProxy(url);
    onTestFinished(proxy.close);
    const running = await startProcess({ ...environment, DATABASE_URL: proxy.url });
    await running.ready;
    expect(await statusOf('/readyz')).toBe(200);
    await proxy.down();
    expect(await statusOf('/readyz')).toBe(503);
    expect(await statusOf('/healthz')).toBe(200);
    await proxy.up();
    await until(async () => (await statusOf('/readyz')) === 200);
    running.kill('SIGTERM');
    expect(await running.ended).toBe(0);
  });

  it('finishes what was begun when it is told to stop under load; what is left is done by the next', async () => {
    const { environment, ground } = await open();
    const first = await startProcess(environment);
    await first.ready;
    const company = await foundCompany(ground, { seats: 60 });
    const people = Array.from({ length: 50 }, (_, number) => `load${number}@${backend.name}.example`);
    const answers = people.map(async (email, number) => {
      const { ack } = await company.owner.command('/org', `invite ${email} agent`);
      if (number === 20) first.kill('SIGTERM');
      return { email, ack };
    });
    expect(await first.ended).toBe(0);
    const acks = await Promise.all(answers);
    const sent = acks.filter(({ ack }) => ack.json?.text?.toString().includes('is invited'));
    expect(sent.length).toBeGreaterThan(0);
    // What was not taken was not begun: no half answers.
    for (const { ack } of acks) expect([0, 200]).toContain(ack.status);
    expect(first.logged().filter(({ level }) => level === 'error')).toEqual([]);
    expect(first.logged().at(-1)).toMatchObject({ msg: 'Stopped.' });

    const second = await startProcess(environment);
    await second.ready;
    await ground.settle();
    for (const { email } of sent) expect(doubles.mail.mailbox(email), email).toHaveLength(1);
    expect(await company.figures(company.owner)).toEqual(['60', String(1 + sent.length), '£359.40']);

    // Failures are what is told at length.
    const refused = `refused@${backend.name}.example`;
    doubles.mail.faults.next({ kind: 'refuse-recipient', address: refused });
    doubles.slack.faults.next({ method: 'users.lookupByEmail', kind: 'error', error: 'fatal_error' });
    await company.invite(company.owner, refused);
    await ground.settle();
    const told = second.logged().map(({ msg }) => msg);
    expect(told).toContain('The mail of an invite was refused.');
    expect(told).toContain('effect failed; it will be tried again');
    expectNoSecrets([first, second], company);
    // Commands that came when nobody listened any more.
    doubles.slack.violations.length = 0;
  });

  it('loses no event that it has acknowledged, not even when it is killed', async () => {
    const { environment, ground } = await open();
    const all = await startProcess(environment);
    await all.ready;
    const company = await foundCompany(ground, { seats: 2 });
    const agent = await seat(company, 'Amir');
    expect(await company.figures(company.owner)).toEqual(['2', '2', '£11.98']);
    all.kill('SIGTERM');
    await all.ended;

    const web = await startProcess({ ...environment, ROLE: 'web' });
    await web.ready;
    const { status } = await doubles.slack.changeUser(company.team, agent.user.id, { deleted: true });
    web.kill('SIGKILL');
    expect(status).toBe(200);
    expect(await web.ended).toBe('SIGKILL');

    const next = await startProcess(environment);
    await next.ready;
    expect(await company.figures(company.owner)).toEqual(['2', '1', '£11.98']);
    next.kill('SIGTERM');
    expect(await next.ended).toBe(0);
    expectNoSecrets([all, web, next], company);
  });

  it('loses and doubles nothing of what an agent wrote in a ticket’s thread, though it is killed at once', async () => {
    const { environment, ground } = await open();
    const all = await startProcess(environment);
    await all.ready;
    const company = await foundCompany(ground, { seats: 2 });
    const { owner, team } = company;
    const members = [owner.user.id];
    const channel = await doubles.slack.addChannel(team, { name: 'support', members });
    await company.read(owner, `channel <#${channel}|support>`);
    await ground.settle();
    const customer = `cara@${backend.name.toLowerCase()}.example`;
    await owner.command('/ticket', 'new Cold tea');
    await doubles.slack.until('the form', () => owner.modal);
    await owner.fill({ title: 'Cold tea', description: 'It is cold.', name: 'Cara', email: customer });
    await owner.submit();
    await owner.closeModal();
    await ground.settle();
    const [card] = (await doubles.slack.messages(team, channel)).filter(({ text }) =>
      String(text).includes('Cold tea'),
    );
    all.kill('SIGTERM');
    await all.ended;

    const web = await startProcess({ ...environment, ROLE: 'web' });
    await web.ready;
    const { ack } = await owner.say(channel, 'We look into it.', String(card?.ts));
    web.kill('SIGKILL');
    expect(ack?.status).toBe(200);
    expect(await web.ended).toBe('SIGKILL');

    const next = await startProcess(environment);
    await next.ready;
    await ground.settle();
    const mails = doubles.mail.mailbox(customer).filter(({ text }) => text.includes('We look into it'));
    expect(mails).toHaveLength(1);
    const marked = (await doubles.slack.messages(team, channel)).filter(
      ({ reactions }) => reactions !== undefined,
    );
    expect(marked.map(({ text }) => text)).toEqual(['We look into it.']);
    next.kill('SIGTERM');
    expect(await next.ended).toBe(0);
    expectNoSecrets([all, web, next], company);
  });
});

/** Nothing of what must not be known is in what the processes wrote, however much they were asked to log. */
function expectNoSecrets(processes: RunningProcess[], company: Company & { owner: Person }): void {
  const { environment, slack, mail } = doubles;
  const secrets = [
    environment.SLACK_CLIENT_SECRET,
    environment.SLACK_SIGNING_SECRET,
    environment.STRIPE_SECRET_KEY,
    environment.STRIPE_WEBHOOK_SECRET,
    environment.ENCRYPTION_KEYS?.slice(3),
    new URL(String(environment.SMTP_URL)).password,
    company.owner.user.email,
    ...mail
      .messages()
      .flatMap(({ to, links, subject }) => [...to, subject, ...links.map((link) => link.split('/').at(-1))]),
    ...slack.requests.flatMap(({ method, args }) =>
      method === 'chat.postMessage' ? [String(args.text)] : [],
    ),
  ].filter((secret): secret is string => secret !== undefined && secret.length > 5);
  expect(secrets.length).toBeGreaterThan(10);
  for (const running of processes) {
    const output = running.output();
    expect(output).toContain('Orgdesk is ready.');
    expect(secrets.filter((secret) => output.includes(secret))).toEqual([]);
    expect(output).not.toMatch(/xox[a-z]-|[\w.+-]+@[\w-]+\.example/);
  }
}
