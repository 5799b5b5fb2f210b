import { afterAll, beforeAll } from 'vitest';
import type { Message } from '../sandbox/mail/mailboxes.ts';
import type { Person } from '../sandbox/slack/person.ts';
import { openWorld, type TestWorld } from '../setup/desk.ts';
import { expectUnbroken } from '../setup/world.ts';
import { openTicketDesk, type TicketDesk } from './ticket-desk.ts';

type Database = TestWorld['context']['database'];

/** One desk for the tests of a file, with an agent and a customer named Rita; nothing may break at it. */
export interface ThreadStage {
  world: TestWorld;
  desk: TicketDesk;
  agent: Person;
  /** The mails that Rita has. */
  rita(): Message[];
  /** A ticket whose card stands, and how many mails Rita had until now. */
  posted(): Promise<{ id: string; ts: string; mails: number }>;
  messagesOf(ticketId: string): ReturnType<Database['ticketMessage']['findMany']>;
  notesOf(ticketId: string): ReturnType<Database['ticketNote']['findMany']>;
  /** What somebody was told in private after the first `before` times. */
  toldSince(person: Person, before: number): string;
}

export function useThreadStage(): ThreadStage {
  const stage = {
    rita: () => stage.world.mail.mailbox('rita@customer.example'),
    posted: async () => {
      const { desk } = stage;
      const { id } = await desk.open(desk.owner);
      await desk.settle();
      const { messageTs } = await desk.row(id);
      return { id, ts: messageTs as string, mails: stage.rita().length };
    },
    messagesOf: (ticketId) =>
      stage.world.context.database.ticketMessage.findMany({ where: { ticketId }, orderBy: { id: 'asc' } }),
    notesOf: (ticketId) => stage.world.context.database.ticketNote.findMany({ where: { ticketId } }),
    toldSince: (person, before) => stage.desk.whispers(person).slice(before).join('\n'),
  } as ThreadStage;
  beforeAll(async () => {
    stage.world = await openWorld();
    // The manifest subscribes to messages: the app hears its own.
    stage.world.slack.ownMessageEvents = true;
    stage.desk = await openTicketDesk(stage.world);
    stage.agent = await stage.desk.add({ role: 'agent', name: 'Amir Agent' });
  });
  afterAll(async () => {
    await expectUnbroken(stage.world);
    await stage.world.stop();
  });
  return stage;
}
