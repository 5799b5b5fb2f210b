import type { Context } from '../../src/domain/context.ts';
import { sendInvitation } from '../../src/domain/invitations/send-invitation.ts';
import { identify } from '../../src/domain/members/identify.ts';
import type { Role } from '../../src/domain/roles.ts';
import type { Person } from '../sandbox/slack/person.ts';
import { startWorld, type World } from '../sandbox/world.ts';
import { createTestDatabase } from './database.ts';

export interface TestWorld extends World {
  context: Context;
}

/** The whole product between the doubles, on a database of the test's own. */
export async function openWorld(environment: NodeJS.ProcessEnv = {}): Promise<TestWorld> {
  const { url, drop } = await createTestDatabase();
  const world = await startWorld({ environment: { DATABASE_URL: url, ...environment } });
  const { stop } = world;
  return Object.assign(world, {
    context: world.product.context,
    stop: async () => {
      await stop();
      await drop();
    },
  });
}

/** A workspace with its organization, and the people in it. */
export interface Desk {
  teamId: string;
  organizationId: string;
  owner: Person;
  /** Adds somebody to the workspace, with a seat where a role is given. */
  add(options?: { role?: Role; email?: string; name?: string; guest?: boolean }): Promise<Person>;
  /** Has somebody, the Owner by default, invite an address; gives the link of the mail that came. */
  invite(
    email: string,
    options?: { role?: 'admin' | 'agent'; by?: Person },
  ): Promise<{ id: string; link: string }>;
}

let people = 0;

export async function openDesk(
  world: TestWorld,
  {
    seats = 10,
    ...organization
  }: { seats?: number; name?: string; description?: string; joinLink?: string } = {},
): Promise<Desk> {
  const { context, slack } = world;
  const { id: teamId } = await slack.addTeam();
  const installer = slack.addUser(teamId, { isOwner: true });
  await slack.install({ team: teamId, user: installer.id });
  // The welcome must not meet a fault that a test means for a message of its own.
  await world.settle();
  const organizationId = context.newId();
  await context.database.organization.create({
    data: {
      name: 'Harbour Support',
      ...organization,
      id: organizationId,
      teamId,
      seatsPurchased: seats,
      createdAt: context.now(),
    },
  });
  const add: Desk['add'] = async ({ role, email, name, guest = false } = {}) => {
    people += 1;
    const seed = { name: `person${people}`, isRestricted: guest };
    const user = slack.addUser(teamId, { ...seed, ...(email && { email }), ...(name && { realName: name }) });
    if (role) {
      const { id: userId, realName } = user;
      const data = { id: context.newId(), organizationId, userId, role, joinedAt: context.now() };
      await context.database.member.create({ data: { ...data, name: realName, email: user.email } });
    }
    return slack.person({ team: teamId, user: user.id });
  };
  const owner = await add({ role: 'owner', name: 'Olivia Owner' });
  return {
    teamId,
    organizationId,
    owner,
    add,
    invite: async (email, { role = 'agent', by = owner } = {}) => {
      const actor = await identify(context, { teamId, userId: by.user.id, name: by.user.realName });
      const { id } = await sendInvitation(context, actor, { email, role });
      await world.settle();
      const link = world.mail
        .mailbox(email)
        .at(-1)
        ?.links.find((each) => each.includes('/invitations/'));
      return { id, link: link ?? '' };
    },
  };
}
