import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openWorld } from '../../setup/desk.ts';
import { expectUnbroken } from '../../setup/world.ts';
import { openWebsite } from '../plugin/website.ts';
import { type ConversationStage, openedTicket, textsOf } from './conversation-stage.ts';
import { pixel } from './visitor.ts';

const stage = {} as ConversationStage;

beforeAll(async () => {
  stage.world = await openWorld();
  stage.website = await openWebsite(stage.world);
});
afterAll(async () => {
  await stage.world.settle();
  await expectUnbroken(stage.world);
  await stage.world.stop();
});

const ask = (url: string, init: RequestInit = {}) => fetch(url, { redirect: 'manual', ...init });

function form(fields: Record<string, string>, files: File[] = []): FormData {
  const data = new FormData();
  for (const [name, value] of Object.entries(fields)) data.set(name, value);
  for (const file of files) data.append('files', file);
  return data;
}

/** Node's fetch sends a form in chunks without saying how long it is, which browsers never do. */
async function post(url: string, data: FormData): Promise<Response> {
  const draft = new Response(data);
  const headers = { 'content-type': draft.headers.get('content-type') ?? '' };
  return ask(url, { method: 'POST', headers, body: Buffer.from(await draft.arrayBuffer()) });
}

const onceOf = (html: string) => /name="once" value="([^"]+)"/.exec(html)?.[1] ?? '';

describe('the conversation page, asked by hand,', () => {
  it('is told to nobody: not kept, not indexed, not framed, not named to other sites', async () => {
    const { url } = await openedTicket(stage);
    const response = await ask(url);
    const policy = response.headers.get('content-security-policy');
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(response.headers.get('referrer-policy')).toBe('no-referrer');
    expect(response.headers.get('x-robots-tag')).toContain('noindex');
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("script-src 'self'");
    expect(policy).toContain("connect-src 'self'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toMatch(/unsafe|https?:|\*/);
    expect(await response.text()).toContain('<meta name="robots" content="noindex">');
  });

  it('is changed by nobody who only looks: neither GET nor HEAD', async () => {
    const { id, url } = await openedTicket(stage);
    const before = await stage.world.context.database.ticket.findUniqueOrThrow({ where: { id } });
    for (const method of ['GET', 'HEAD']) {
      for (const path of ['', '?before=x', '?continued'])
        expect((await ask(url + path, { method })).status).toBe(200);
    }
    expect(await stage.world.context.database.ticket.findUniqueOrThrow({ where: { id } })).toEqual(before);
    expect(await textsOf(stage, id)).toHaveLength(1);
  });

  it('takes the same form twice as one answer, and other words from it as another', async () => {
    const { id, url } = await openedTicket(stage);
    const once = onceOf(await (await ask(url)).text());
    const sent = () => post(url, form({ once, text: 'Pressed twice.' }));
    const answers = await Promise.all([sent(), sent(), sent()]);
    expect(answers.map(({ status }) => status)).toEqual([303, 303, 303]);
    await post(url, form({ once, text: 'Back, and said otherwise.' }));
    expect(await textsOf(stage, id)).toEqual([
      'Since Monday, at the handle.',
      'Pressed twice.',
      'Back, and said otherwise.',
    ]);
  });

  it('refuses what its form does not send, and files beyond five', async () => {
    const { id, url } = await openedTicket(stage);
    const png = (name: string) => new File([pixel], name);
    const six = Array.from({ length: 6 }, (_, index) => png(`${index}.png`));
    const many = await post(url, form({ once: 'a1', text: 'Six.' }, six));
    expect([many.status, await many.text()]).toEqual([400, expect.stringContaining('At most 5 files')]);
    for (const body of [form({ text: 'No key.' }), form({ once: '<>', text: 'x' }), form({ once: 'a2' })]) {
      expect((await post(url, body)).status).toBe(400);
    }
    const long = await post(url, form({ once: 'a3', text: `${'\0'.repeat(120_000)}Hello` }));
    expect([long.status, await long.text()]).toEqual([400, expect.stringContaining('10,000 characters')]);
    const json = await ask(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{}',
    });
    expect(json.status).toBe(400);
    expect(await textsOf(stage, id)).toHaveLength(1);
  });

  it('parses no form that would cost more than it says', async () => {
    const { id, url } = await openedTicket(stage);
    const part = (name: string, words: string, more = '') =>
      `--b\r\nContent-Disposition: form-data; name="${name}"\r\n${more}\r\n${words}\r\n`;
    const fields = part('once', 'c1') + part('text', 'Cheap.');
    const send = (body: string, type = 'multipart/form-data; boundary=b') =>
      ask(url, { method: 'POST', headers: { 'content-type': type }, body });
    for (const [body, type] of [
      ['once=c1&text=Cheap.', 'application/x-www-form-urlencoded'],
      [`${part('none', '').repeat(40)}${fields}--b--\r\n`],
      [`${fields}${part('none', '', 'X-None: x\r\n'.repeat(2_000))}--b--\r\n`],
      [`${fields}--b--\r\n`, 'multipart/form-data; boundary=a; boundary=b'],
      [`${fields}--b\r\n${'X-None: x\r\n'.repeat(2_000)}`],
    ] as const) {
      const response = await send(body, type);
      expect([response.status, await response.text()]).toEqual([
        400,
        expect.stringContaining('This could not be read'),
      ]);
    }
    expect(await textsOf(stage, id)).toHaveLength(1);
    expect((await send(`${fields}--b--\r\n`)).status).toBe(303);
    expect(await textsOf(stage, id)).toHaveLength(2);
  });

  it('does not read a large form from who has answered too often', async () => {
    const { id, url } = await openedTicket(stage);
    const { rateLimit } = stage.world.context.database;
    await post(url, form({ once: 'd1', text: 'First.' }));
    await rateLimit.update({ where: { key: `answers:${id}` }, data: { points: 20 } });
    const small = await post(url, form({ once: 'd2', text: 'Some words.' }));
    expect([small.status, await small.text()]).toEqual([
      429,
      expect.stringContaining('>Some words.</textarea>'),
    ]);
    const file = new File([Buffer.alloc(100_000)], 'large.png');
    const large = await post(url, form({ once: 'd3', text: 'Some words.' }, [file]));
    const html = await large.text();
    expect([large.status, html]).toEqual([429, expect.stringContaining('This was asked too often.')]);
    expect(html).toContain('></textarea>');
  });

  it('says on the form that it was too often, with what was typed', async () => {
    const { url } = await openedTicket(stage);
    const send = (index: number) => post(url, form({ once: `often${index}`, text: `Word ${index}.` }));
    const answers: Response[] = [];
    for (let index = 0; answers.at(-1)?.status !== 429 && index < 50; index += 1)
      answers.push(await send(index));
    const last = answers.at(-1);
    expect(last?.status).toBe(429);
    expect(Number(last?.headers.get('retry-after'))).toBeGreaterThan(0);
    const html = await last?.text();
    expect(html).toContain(`>Word ${answers.length - 1}.</textarea>`);
    expect(html).toContain('This was asked too often.');
  });

  it('takes only so many answers to a closed ticket, which go on in one that was opened for the first', async () => {
    const { id, url } = await openedTicket(stage);
    const { ticket } = stage.world.context.database;
    await ticket.update({ where: { id }, data: { status: 'closed' } });
    const before = await ticket.count();
    const statuses: number[] = [];
    for (let count = 0; count < 7; count += 1) {
      statuses.push((await post(url, form({ once: `more${count}`, text: `And ${count}.` }))).status);
    }
    expect(statuses).toEqual([303, 303, 303, 303, 303, 429, 429]);
    expect(await ticket.count()).toBe(before + 1);
  });

  it('is 404 with a clear sentence for a token that opens nothing, and gives no other ticket’s files', async () => {
    const attachments = [{ name: 'plug.png', content: pixel.toString('base64') }];
    const [one, other] = [await openedTicket(stage), await openedTicket(stage, { attachments })];
    const attachment = await stage.world.context.database.ticketAttachment.findFirstOrThrow({
      where: { ticketId: other.id },
    });
    const file = await ask(`${other.url}/attachments/${attachment.id}`);
    expect(file.status).toBe(200);
    expect(file.headers.get('content-disposition')).toMatch(/^attachment; filename="plug\.png"/);
    expect(file.headers.get('x-content-type-options')).toBe('nosniff');
    const wrong = `${one.url.slice(0, -1)}${one.url.endsWith('A') ? 'B' : 'A'}`;
    for (const url of [
      wrong,
      `${one.url}x`,
      `${stage.world.url}/t/odt_`,
      `${stage.world.url}/t/%00`,
      `${one.url}/attachments/${attachment.id}`,
      `${one.url}/attachments/none`,
      `${wrong}/attachments/${attachment.id}`,
    ]) {
      const response = await ask(url, { headers: { accept: 'text/html' } });
      expect(response.status, url).toBe(404);
    }
    expect(await (await ask(wrong)).text()).toContain('There is no such conversation');
    expect((await post(wrong, form({ once: 'a', text: 'x' }))).status).toBe(404);
  });
});
