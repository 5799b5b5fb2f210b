import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { deleteTicket } from '../../../src/domain/tickets/deletion/delete-ticket.ts';
import { mergeTicket } from '../../../src/domain/tickets/merge/merge-ticket.ts';
import { openFromCustomer } from '../../../src/domain/tickets/open-from-customer.ts';
import { setStatus } from '../../../src/domain/tickets/set-status.ts';
import { until } from '../../jobs/until.ts';
import { openWorld, type TestWorld } from '../../setup/desk.ts';
import { type Customer, openCustomer } from './customer.ts';
import { openWebsite, type Website } from './website.ts';

let world: TestWorld;
let site: Website;
let customer: Customer;
let target: { id: string; number: string };

beforeAll(async () => {
  world = await openWorld();
  site = await openWebsite(world);
});
afterAll(async () => {
  expect(JSON.stringify(world.logged)).not.toContain('odt_');
  expect(world.logged.filter(({ level }) => level === 'error')).toEqual([]);
  await world.stop();
});
beforeEach(async () => {
  await world.context.database.rateLimit.deleteMany();
  customer = await openCustomer(world, site);
  const { organizationId, teamId } = site.desk;
  const opened = await openFromCustomer(world.context, {
    organizationId,
    teamId,
    requester: { email: customer.email, proven: false },
    title: 'The kettle leaks again',
    text: 'My account is 4711.',
    source: 'email',
  });
  target = opened as { id: string; number: string };
});

const merge = () =>
  mergeTicket(world.context, customer.agent, { ticketId: customer.ticketId, into: target.number });
const erase = () =>
  deleteTicket(world.context, customer.agent, {
    ticketId: customer.ticketId,
    confirmation: customer.number,
  });
const wordsIn = async (ticketId: string) =>
  (await world.context.database.ticketMessage.findMany({ where: { ticketId }, orderBy: { id: 'asc' } })).map(
    ({ text }) => text,
  );
const page = (path = '', init: RequestInit = {}) =>
  fetch(`${world.url}/t/${customer.token}${path}`, { redirect: 'manual', ...init });
const form = (text: string) => {
  const body = new FormData();
  body.set('text', text);
  body.set('once', 'once');
  return { method: 'POST', body };
};

describe('a merged ticket', () => {
  it('tells its customer where it goes on, also while they watch, and takes answers for there', async () => {
    const watching = await customer.watch();
    await merge();
    const [told] = await watching.until(1);
    expect(told).toMatchObject({ event: 'ticket', data: { status: 'closed', mergedInto: target.number } });
    const { body } = await customer.ask();
    expect(body.ticket).toMatchObject({ status: 'closed', mergedInto: target.number });
    const answered = await customer.answer('Still leaking.', {}, { 'idempotency-key': 'k1' });
    expect(answered.status).toBe(201);
    expect(answered.body).toMatchObject({
      ticket: { id: customer.ticketId, mergedInto: target.number },
      token: customer.token,
      message: null,
      continued: false,
    });
    const again = await customer.answer('Still leaking.', {}, { 'idempotency-key': 'k1' });
    expect(again.headers.get('idempotent-replayed')).toBe('true');
    expect(again.body).toEqual(answered.body);
    expect(await wordsIn(target.id)).toEqual(['My account is 4711.', 'Still leaking.']);
    expect(await wordsIn(customer.ticketId)).toHaveLength(1);
    await setStatus(world.context, customer.agent, { ticketId: customer.ticketId, status: 'open' });
    expect((await watching.until(2))[1]).toEqual({
      event: 'ticket',
      id: expect.any(Number),
      data: { status: 'open' },
    });
    watching.close();
  });

  it('opens nothing of the other one to who has only its own link', async () => {
    await merge();
    for (const path of ['', '/events']) {
      const { status } = await site.ask(`/tickets/${target.id}${path}`, { bearer: customer.token });
      expect(status).toBe(404);
    }
    const { body } = await customer.answer('Hello.');
    const shown = [JSON.stringify(body), await (await page()).text(), await (await page('?added')).text()];
    for (const text of shown) {
      expect(text).not.toContain('4711');
      for (const [token] of text.matchAll(/odt_[\w-]+/g)) expect(token).toBe(customer.token);
    }
  });

  it('says on its page where it goes on, before and after an answer', async () => {
    expect(await (await page()).text()).not.toContain('goes on in');
    await merge();
    expect(await (await page()).text()).toContain(`This request goes on in ${target.number}`);
    const posted = await page('', form('By the form.'));
    expect(posted.status).toBe(303);
    expect(posted.headers.get('location')).toBe(`/t/${customer.token}?added#answer`);
    expect(await (await page('?added')).text()).toContain('Your answer was added.');
    expect(await wordsIn(target.id)).toContain('By the form.');
  });

  it('takes many answers for an open one, and opens a new ticket where the other one is closed', async () => {
    await merge();
    for (let each = 0; each < 8; each++) {
      expect((await customer.answer(`Answer ${each}`)).status).toBe(201);
    }
    await setStatus(world.context, customer.agent, { ticketId: target.id, status: 'closed' });
    const { body } = await customer.answer('Once more.');
    expect(body).toMatchObject({ continued: true, message: { text: 'Once more.' } });
    const { id } = body.ticket as unknown as { id: string };
    expect(id).not.toBe(target.id);
    expect(body.token).not.toBe(customer.token);
    const row = await world.context.database.ticket.findUniqueOrThrow({ where: { id } });
    expect(row.precedingId).toBe(target.id);
  });
});

describe('a deleted ticket', () => {
  it('is unknown to its token everywhere, and its watchers are ended', async () => {
    const watching = await customer.watch();
    await erase();
    await until(() => watching.ended);
    for (const path of ['', '/events', '/attachments/x']) {
      const { status, body } = await customer.ask(path);
      expect([status, body.code]).toEqual([404, 'ticket_unknown']);
    }
    const { status } = await customer.answer('Hello?');
    expect(status).toBe(404);
    for (const response of [await page(), await page('', form('Hello?')), await page('/attachments/x')]) {
      expect(response.status).toBe(404);
      expect(await response.text()).toContain('There is no such conversation');
    }
  });
});
