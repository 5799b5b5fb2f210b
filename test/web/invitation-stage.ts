import { afterAll, beforeAll } from 'vitest';
import { Browser, type Page } from '../sandbox/browser.ts';
import type { Person } from '../sandbox/slack/person.ts';
import { type Desk, openDesk, openWorld, type TestWorld } from '../setup/desk.ts';
import { expectUnbroken } from '../setup/world.ts';

export interface InvitationStage {
  world: TestWorld;
  desk: Desk;
  /** Somebody of the workspace who was invited, and the link of the mail. */
  invited(options?: { role?: 'admin' | 'agent'; by?: Person; on?: Desk }): Promise<{
    id: string;
    link: string;
    email: string;
    ada: Person;
  }>;
  rowOf(id: string): Promise<{ status: string }>;
  /** The active memberships of a person. */
  membersOf(person: Person): Promise<{ role: string; email: string | null }[]>;
  /** This person, or somebody much like them, is signed in to Slack in every browser from now on. */
  signIn(person: Person, as?: { email?: string; emailVerified?: boolean; teamId?: string }): void;
}

/** The product between the doubles for the file, and a workspace with its organization in it. */
export function useInvitationStage(): InvitationStage {
  let sequence = 0;
  const stage: InvitationStage = {
    world: undefined as unknown as TestWorld,
    desk: undefined as unknown as Desk,
    invited: async ({ on = stage.desk, ...options } = {}) => {
      sequence += 1;
      const email = `ada${sequence}@new.example`;
      const invitation = await on.invite(email, options);
      const ada = await on.add({ email, name: `Ada ${sequence}` });
      return { ...invitation, email, ada };
    },
    rowOf: (id) => stage.world.context.database.invitation.findUniqueOrThrow({ where: { id } }),
    membersOf: (person) =>
      stage.world.context.database.member.findMany({ where: { userId: person.user.id, status: 'active' } }),
    signIn: ({ user }, as = {}) => {
      const { id: userId, email, realName: name } = user;
      stage.world.openid.signInAs({ teamId: stage.desk.teamId, userId, email, name, ...as });
    },
  };
  beforeAll(async () => {
    stage.world = await openWorld();
    stage.desk = await openDesk(stage.world, { seats: 100, description: 'We answer before the tide turns.' });
  });
  afterAll(async () => {
    await stage.world.settle();
    await expectUnbroken(stage.world);
    await stage.world.stop();
  });
  return stage;
}

/** Presses *Accept with Slack*, and follows to wherever it leads. */
export async function accept(link: string, browser = new Browser()): Promise<Page> {
  return browser.submit(await browser.get(link), '/accept');
}

/** Sends a form without having seen it. */
export function post(browser: Browser, url: string): Promise<Page> {
  const headers = { 'content-type': 'application/x-www-form-urlencoded', origin: new URL(url).origin };
  return browser.go(url, { method: 'POST', body: '', headers });
}

/** What a page says, without its markup. */
export function text({ html }: Page): string {
  return html
    .replace(/<[^>]*>/g, ' ')
    .replaceAll('&#39;', "'")
    .replace(/\s+/g, ' ');
}
