import { pino } from 'pino';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createReplyAddresses } from '../../src/domain/tickets/mail/reply-address.ts';
import { assemblePages } from '../../src/web/assemble.ts';
import { inboundMailRoutes } from '../../src/web/inbound-mail.ts';
import { type RunningServer, startServer } from '../../src/web/server.ts';
import { useStage } from '../domain/organizations/setup.ts';

const stage = useStage();
const token = 'a-token-of-the-provider';
const replyAddresses = createReplyAddresses({
  domain: 'reply.orgdesk.example',
  keys: [{ key: Buffer.alloc(32, 5) }],
});
const log = pino({ level: 'silent' });
const recipient = () =>
  replyAddresses.addressOf({ ticketId: stage.context.newId(), customerId: stage.context.newId() });
let server: RunningServer;

async function serve(inboundMail: { token: string; replyAddresses: typeof replyAddresses } | undefined) {
  const pages = assemblePages([inboundMailRoutes({ context: stage.context, log, inboundMail })], log);
  return startServer({ port: 0, host: '127.0.0.1', pages, log });
}
beforeAll(async () => {
  server = await serve({ token, replyAddresses });
});
beforeEach(async () => {
  await stage.database.intake.deleteMany();
  await stage.database.outboxRow.deleteMany();
});
afterAll(() => server.stop());

function post(body: unknown, headers: Record<string, string> = {}, { port } = server) {
  return fetch(`http://127.0.0.1:${port}/mail/inbound`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
}
const mail = (to: unknown, more: object = {}) => ({
  from: { address: 'cara@new.example' },
  to: [to],
  text: 'It works now.',
  ...more,
});
const stored = () => stage.database.intake.findMany();
const jobs = () => stage.database.outboxRow.findMany({ where: { topic: 'mail.received' } });

describe('POST /mail/inbound', () => {
  it('stores a mail for a reply address with its job, and answers 202', async () => {
    const to = recipient();
    const body = mail({ address: to, name: 'Desk' }, { messageId: '<a@new.example>', unknown: 'field' });
    const response = await post(body);
    expect(response.status).toBe(202);
    expect(await response.json()).toEqual({ taken: true });
    const [row] = await stored();
    const [arrival, content] = Buffer.from(row?.body ?? [])
      .toString()
      .split('\n');
    expect(JSON.parse(arrival ?? '')).toEqual({ form: 'json', recipient: to });
    expect(JSON.parse(content ?? '')).toEqual(body);
    expect(await jobs()).toMatchObject([{ payload: { key: row?.key } }]);
  });

  it('stores it once, though it comes a hundred times at once', async () => {
    const body = mail(recipient(), { headers: { 'Message-ID': '<a@new.example>' } });
    const responses = await Promise.all(Array.from({ length: 100 }, () => post(body)));
    expect(responses.every(({ status }) => status === 202)).toBe(true);
    await post({ ...body, text: 'as another form of the same mail' });
    expect(await stored()).toHaveLength(1);
    expect(await jobs()).toHaveLength(1);
  });

  it.each([
    ['nobody of ours', () => 'support@reply.orgdesk.example'],
    ['a forged address', () => recipient().replace(/.@/, (end) => (end === 'a@' ? 'b@' : 'a@'))],
    ['no address', () => 'nonsense'],
  ])('takes and drops what is for %s, so that no provider tries it for days', async (_, to) => {
    const response = await post(mail(to()));
    expect(response.status).toBe(202);
    expect(await response.json()).toEqual({ taken: false });
    expect(await stored()).toEqual([]);
  });

  it.each<[string, number, unknown, Record<string, string>]>([
    ['without a token', 401, mail('a@b.example'), { authorization: '' }],
    ['with another token', 401, mail('a@b.example'), { authorization: 'Bearer another' }],
    ['with the token and more', 401, mail('a@b.example'), { authorization: `Bearer ${token}x` }],
    ['with the token in another scheme', 401, mail('a@b.example'), { authorization: `Basic ${token}` }],
    ['as text', 415, mail('a@b.example'), { 'content-type': 'text/plain' }],
    ['as a form', 415, 'from=a', { 'content-type': 'application/x-www-form-urlencoded' }],
    ['as no JSON', 400, 'nonsense', {}],
    ['as null', 400, 'null', {}],
    ['as an array', 400, '[]', {}],
    ['without a sender', 400, { to: ['a@b.example'] }, {}],
    ['without a recipient', 400, { from: { address: 'a@b.example' }, to: [] }, {}],
    [
      'with more values than a mail has',
      400,
      mail('a@b.example', { more: Array.from({ length: 10_001 }, () => 0) }),
      {},
    ],
    [
      'with more depth than a mail has',
      400,
      `${JSON.stringify(mail('a@b.example')).slice(0, -1)},"more":${'['.repeat(100)}${']'.repeat(100)}}`,
      {},
    ],
    ['with a file that is no base64', 400, mail('a@b.example', { attachments: [{ content: '*' }] }), {}],
  ])('is refused %s: %i, as a problem', async (_, status, body, headers) => {
    const response = await post(body, headers);
    expect(response.status).toBe(status);
    expect(response.headers.get('content-type')).toBe('application/problem+json');
    expect(await response.json()).toMatchObject({
      status,
      title: expect.any(String),
      detail: expect.any(String),
    });
    expect(await stored()).toEqual([]);
  });

  it('takes a mail of 20 MB, and none that is larger than 25', async () => {
    const files = (size: number) => ({ attachments: [{ content: Buffer.alloc(size).toString('base64') }] });
    expect((await post(mail(recipient(), files(15_000_000)))).status).toBe(202);
    expect((await post(mail(recipient(), files(19_000_000)))).status).toBe(413);
    expect(await stored()).toHaveLength(1);
  });

  it('is taken by POST alone, and is not there where it is not configured', async () => {
    expect((await fetch(`http://127.0.0.1:${server.port}/mail/inbound`)).status).toBe(404);
    const without = await serve(undefined);
    expect((await post(mail(recipient()), {}, without)).status).toBe(404);
    await without.stop();
  });
});
