import type { Member } from '../../../src/domain/actor.ts';
import { readTicket, type TicketCard } from '../../../src/domain/tickets/find-ticket.ts';
import { type OpenedTicket, openTicket, type TicketInput } from '../../../src/domain/tickets/open-ticket.ts';
import { type SeededOrganization, seedMember, seedOrganization } from '../../setup/organization.ts';
import type { Stage } from '../invitations/stage.ts';

/** An organization with one of each role. */
export interface TicketDesk {
  organization: SeededOrganization;
  owner: Member;
  admin: Member;
  agent: Member;
}

export async function openTicketDesk(
  stage: Pick<Stage, 'context'>,
  options: { seats?: number; prefix?: string } = {},
) {
  const organization = await seedOrganization(stage.context, options);
  const admin = await seedMember(stage.context, organization, { role: 'admin', name: 'Adam Admin' });
  const agent = await seedMember(stage.context, organization, { role: 'agent', name: 'Agnes Agent' });
  return { organization, owner: organization.owner, admin, agent } satisfies TicketDesk;
}

export function anyTicket(
  stage: Pick<Stage, 'context'>,
  by: Member,
  input: Partial<TicketInput> = {},
): Promise<OpenedTicket> {
  return openTicket(stage.context, by, {
    title: 'The kettle is cold',
    description: 'It does not boil.',
    ...input,
  });
}

export async function cardOf(stage: Stage, { organizationId }: Member, id: string): Promise<TicketCard> {
  const card = await readTicket(stage.context, organizationId, id);
  if (card === null) throw new Error('There is no such ticket.');
  return card;
}

/** Topic and key of everything that waits for a ticket or its workspace, in alphabetical order. */
export async function effectsFor(stage: Stage, { teamId }: Member, ticketId: string): Promise<string[]> {
  const rows = await stage.database.outboxRow.findMany({ orderBy: [{ topic: 'asc' }, { id: 'asc' }] });
  return rows
    .map(({ topic, payload }) => ({ topic, payload: payload as Record<string, unknown> }))
    .filter(({ payload }) => payload.ticketId === ticketId || payload.teamId === teamId)
    .map(({ topic, payload }) => (payload.userId ? `${topic} ${payload.userId}` : topic));
}
