import type { Role } from '../../src/domain/roles.ts';
import type { Person } from '../sandbox/slack/person.ts';
import type { StartedApp } from './start.ts';

export interface SeatedWorkspace {
  teamId: string;
  organizationId: string;
  /** Adds somebody to the workspace, with a seat where a role is given. */
  add(role?: Role, options?: { isRestricted?: boolean }): Promise<Person>;
}

/** A workspace that has installed the app and has an organization. */
export async function seatedWorkspace(app: StartedApp): Promise<SeatedWorkspace> {
  const { database, newId, now } = app.context;
  const team = await app.sandbox.addTeam();
  const installer = app.sandbox.addUser(team.id, { isOwner: true }).id;
  await app.sandbox.install({ team: team.id, user: installer });
  const organizationId = newId();
  await database.organization.create({
    data: { id: organizationId, teamId: team.id, name: 'Harbour Support', createdAt: now() },
  });
  return {
    teamId: team.id,
    organizationId,
    add: async (role, options = {}) => {
      const user = app.sandbox.addUser(team.id, options);
      if (role) {
        const data = { organizationId, userId: user.id, name: user.name, role, joinedAt: now() };
        await database.member.create({ data });
      }
      return app.sandbox.person({ team: team.id, user: user.id });
    },
  };
}
