import { beforeEach, describe, expect, it } from 'vitest';
import { recordCustomerMessage } from '../../../src/domain/tickets/say/record-customer-message.ts';
import { setStatus } from '../../../src/domain/tickets/set-status.ts';
import { useStage } from '../organizations/setup.ts';
import { anyTicket, openTicketDesk, type TicketDesk } from './desk.ts';

const stage = useStage();
let desk: TicketDesk;
let ticketId: string;
let customerId: string;
let count = 0;

beforeEach(async () => {
  desk = await openTicketDesk(stage);
  const requester = { name: 'Cara Customer', email: 'cara@new.example' };
  ticketId = (await anyTicket(stage, desk.owner, { requester })).id;
  customerId = (await stage.database.ticket.findUniqueOrThrow({ where: { id: ticketId } })).requesterId;
  await close(ticketId);
});

const close = (id: string) => setStatus(stage.context, desk.owner, { ticketId: id, status: 'closed' });
const answer = (by = customerId, to = ticketId) => {
  count += 1;
  return recordCustomerMessage(stage.context, {
    ticketId: to,
    customerId: by,
    text: `Answer ${count}`,
    dedupeKey: `following ${count}`,
  });
};
const tickets = () =>
  stage.database.ticket.findMany({
    where: { organizationId: desk.organization.id },
    orderBy: { number: 'asc' },
    select: { id: true, precedingId: true, status: true, _count: { select: { messages: true } } },
  });

describe('answers to a closed ticket', () => {
  it('go on in one ticket, however many come at once', async () => {
    await Promise.all(Array.from({ length: 8 }, () => answer()));
    const [, follower, ...more] = await tickets();
    expect(follower).toMatchObject({ precedingId: ticketId, status: 'open', _count: { messages: 8 } });
    expect(more).toEqual([]);
  });

  it('reopen it where it was resolved, go on behind it once it is closed too, and there again', async () => {
    const first = (await answer())?.ticketId ?? '';
    await setStatus(stage.context, desk.owner, { ticketId: first, status: 'resolved' });
    expect((await answer())?.ticketId).toBe(first);
    expect((await stage.database.ticket.findUniqueOrThrow({ where: { id: first } })).status).toBe('open');
    await close(first);
    const second = (await answer(customerId, first))?.ticketId ?? '';
    expect(second).not.toBe(first);
    expect((await answer())?.ticketId).toBe(second);
    expect(await tickets()).toHaveLength(3);
  });

  it('of another customer go into no ticket of this one’s', async () => {
    const first = await answer();
    const other = await anyTicket(stage, desk.owner, { requester: { name: 'Bo', email: 'bo@new.example' } });
    const { requesterId } = await stage.database.ticket.findUniqueOrThrow({ where: { id: other.id } });
    const second = await answer(requesterId);
    expect(second?.opened).not.toBeNull();
    expect(second?.ticketId).not.toBe(first?.ticketId);
  });
});
