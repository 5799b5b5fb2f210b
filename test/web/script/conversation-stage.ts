import { identify } from '../../../src/domain/members/identify.ts';
import type { Person } from '../../sandbox/slack/person.ts';
import type { TestWorld } from '../../setup/desk.ts';
import { ticketForm, type Website } from '../plugin/website.ts';

/** What a conversation's tests need of their stage. */
export interface ConversationStage {
  world: TestWorld;
  website: Website;
}

export interface OpenedTicket {
  id: string;
  number: string;
  /** Its conversation page. */
  url: string;
}

/** A ticket that a website's page has opened. */
export async function openedTicket(
  { website }: ConversationStage,
  changed: Record<string, unknown> = {},
): Promise<OpenedTicket> {
  const bearer = await website.session();
  const { body } = await website.ask('/tickets', { bearer, body: ticketForm(changed) });
  const { ticket, url } = body as unknown as { ticket: OpenedTicket; url: string };
  return { ...ticket, url };
}

/** A ticket with 55 messages of its customer's behind the first: “Word 1.” to “Word 55.” */
export async function longTicket(stage: ConversationStage): Promise<OpenedTicket> {
  const ticket = await openedTicket(stage);
  const { database, newId, now } = stage.world.context;
  const { requesterId } = await database.ticket.findUniqueOrThrow({ where: { id: ticket.id } });
  for (let index = 1; index <= 55; index += 1) {
    const text = `Word ${index}.`;
    const data = { id: newId(), ticketId: ticket.id, customerId: requesterId, text, createdAt: now() };
    await database.ticketMessage.create({ data });
  }
  return ticket;
}

export async function actorOf({ world, website }: ConversationStage, { user }: Person) {
  const { teamId } = website.desk;
  return identify(world.context, { teamId, userId: user.id, name: user.realName });
}

/** What was said in a ticket, oldest first. */
export async function textsOf({ world }: ConversationStage, ticketId: string): Promise<string[]> {
  const messages = await world.context.database.ticketMessage.findMany({
    where: { ticketId },
    orderBy: { id: 'asc' },
    select: { text: true },
  });
  return messages.map(({ text }) => text);
}
