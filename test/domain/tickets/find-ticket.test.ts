import { describe, expect, it } from 'vitest';
import { changePrefix } from '../../../src/domain/organizations/change-prefix.ts';
import { findTicket, showTicket } from '../../../src/domain/tickets/find-ticket.ts';
import { seedVisitor } from '../../setup/organization.ts';
import { refusal, useStage } from '../invitations/stage.ts';
import { anyTicket, openTicketDesk } from './desk.ts';

const stage = useStage();

describe('a ticket’s number', () => {
  it('finds it whatever the prefix is today, in any case, with or without zeros', async () => {
    const { owner, agent } = await openTicketDesk(stage);
    const { id } = await anyTicket(stage, agent);
    await changePrefix(stage.context, owner, { prefix: 'SUP' });
    const other = await anyTicket(stage, agent);
    for (const text of ['TKT-001', 'tkt-1', ' Tkt-0001 ', '#TKT-001']) {
      expect((await findTicket(stage.context, agent, text)).id).toBe(id);
    }
    for (const text of ['1', '#001', 'SUP-1']) {
      expect((await findTicket(stage.context, agent, text)).id).toBe(other.id);
    }
  });

  it.each([
    '',
    'TKT',
    'TKT-',
    'TKT-0',
    'TKT-002',
    'TKT-99999999999999',
    '-1',
    'TKT-1 OR 1',
    "TKT-1'",
    'X-1',
    'TKT-1\0',
  ])('of no ticket is refused: %j', async (text) => {
    const { agent } = await openTicketDesk(stage);
    await anyTicket(stage, agent);
    expect((await refusal(findTicket(stage.context, agent, text))).code).toBe('ticket_unknown');
  });

  it('finds the own organization’s alone, and for members alone', async () => {
    const [mine, theirs] = [await openTicketDesk(stage), await openTicketDesk(stage)];
    const { id, number } = await anyTicket(stage, theirs.agent);
    expect((await refusal(findTicket(stage.context, mine.owner, number))).code).toBe('ticket_unknown');
    expect((await refusal(showTicket(stage.context, mine.owner, { ticketId: id }))).code).toBe(
      'ticket_unknown',
    );
    expect((await refusal(showTicket(stage.context, mine.owner, { ticketId: "'" }))).code).toBe(
      'ticket_unknown',
    );
    const { teamId, id: organizationId } = theirs.organization;
    const visitor = await seedVisitor(stage.context, { teamId, organizationId });
    expect((await refusal(findTicket(stage.context, visitor, number))).code).toBe('not_a_member');
    expect((await showTicket(stage.context, theirs.agent, { ticketId: id })).number).toBe(number);
  });
});
