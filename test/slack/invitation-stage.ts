import { afterAll, beforeAll, beforeEach } from 'vitest';
import type { Person } from '../sandbox/slack/person.ts';
import { type Desk, openDesk, openWorld, type TestWorld } from '../setup/desk.ts';
import { expectUnbroken } from '../setup/world.ts';
import { blockSaying, readModal } from './screen.ts';

export interface InvitingStage {
  world: TestWorld;
  /** A workspace with its organization of four seats, new for each test. */
  desk: Desk;
  /** What only this person was answered, in order. */
  answers(person: Person): string[];
  /** Resolves when a text is to be read in the topmost modal. */
  seen(person: Person, text: string): Promise<unknown>;
  /** Address and role of every pending invite. */
  pending(): Promise<string[]>;
  /** Opens the form with the list under it. */
  openForm(person: Person): Promise<void>;
  /** Presses a button of the invite of an address, in the list. */
  press(person: Person, action: 'resend' | 'revoke', email: string): Promise<unknown>;
}

/** The product between the doubles for the file. At its end nothing may have been broken on the way. */
export function useInvitingStage(): InvitingStage {
  const stage: InvitingStage = {
    world: undefined as unknown as TestWorld,
    desk: undefined as unknown as Desk,
    answers: ({ user }) =>
      stage.world.slack.ephemerals(stage.desk.teamId, user.id).map(({ text }) => String(text)),
    seen: (person, text) =>
      stage.world.slack.until(`"${text}" is to be read`, () => readModal(person).includes(text)),
    pending: async () => {
      const rows = await stage.world.context.database.invitation.findMany({
        where: { organizationId: stage.desk.organizationId, status: 'pending' },
        orderBy: { id: 'asc' },
      });
      return rows.map(({ email, role }) => `${email} ${role}`);
    },
    openForm: async (person) => {
      await person.command('/org', 'invite');
      await stage.seen(person, 'Pending invites');
    },
    press: (person, action, email) => {
      const blockId = blockSaying(person, `Resend the invite to ${email}`);
      return person.press(`invitations.${action}`, { in: 'modal', blockId });
    },
  };
  beforeAll(async () => {
    stage.world = await openWorld();
  });
  beforeEach(async () => {
    stage.desk = await openDesk(stage.world, { seats: 4 });
  });
  afterAll(async () => {
    await stage.world.settle();
    await expectUnbroken(stage.world);
    await stage.world.stop();
  });
  return stage;
}
