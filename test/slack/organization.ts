import { createSlackFiles } from '../../src/clients/slack/files.ts';
import type { Topic } from '../../src/domain/effects.ts';
import { homePublish } from '../../src/jobs/home-publish.ts';
import { homeRefresh } from '../../src/jobs/home-refresh.ts';
import { logoFetch } from '../../src/jobs/logo-fetch.ts';
import { createLogger } from '../../src/logger.ts';
import type { Person } from '../sandbox/slack/person.ts';
import type { NewUser } from '../sandbox/slack/users.ts';
import type { StartedApp } from './start.ts';

export interface Town {
  teamId: string;
  /** Adds somebody to the workspace. */
  add(user?: NewUser): Person;
  /** Types `/org …` and waits for the form that it opens. */
  open(person: Person, command: string): Promise<void>;
  /** Types `/org …` and gives what only they read, at once or a moment later. */
  read(person: Person, command: string): Promise<string>;
  /** Somebody who created the organization through Slack. */
  found(name?: string): Promise<Person>;
  /** Adds somebody with a seat. */
  seat(role: 'admin' | 'agent'): Promise<Person>;
  organization(): Promise<{
    id: string;
    name: string;
    description: string | null;
    prefix: string;
    joinLink: string | null;
  }>;
  audit(): Promise<{ action: string; before: unknown; after: unknown }[]>;
}

/** A workspace that has installed the app, and nothing else. */
export async function newTown(app: StartedApp): Promise<Town> {
  const { database, newId, now } = app.context;
  const { id: teamId } = await app.sandbox.addTeam();
  const installer = app.sandbox.addUser(teamId, { isOwner: true }).id;
  await app.sandbox.install({ team: teamId, user: installer });
  const town: Town = {
    teamId,
    add: (user) => app.sandbox.person({ team: teamId, user: app.sandbox.addUser(teamId, user).id }),
    open: async (person, command) => {
      const before = person.modal;
      await person.command('/org', command);
      await app.sandbox.until(`the form of /org ${command}`, () => person.modal !== before);
    },
    read: async (person, command) => {
      const { ack, responses } = await person.command('/org', command);
      await app.sandbox.until(`an answer to /org ${command}`, () => ack.body !== '' || responses.length > 0);
      return words([ack.json, responses]);
    },
    found: async (name = 'Harbour Support') => {
      const founder = town.add();
      await town.open(founder, 'create');
      await founder.fill({ name });
      await founder.submit();
      await founder.closeModal();
      return founder;
    },
    seat: async (role) => {
      const person = town.add();
      const { id: organizationId } = await town.organization();
      await database.member.create({
        data: {
          id: newId(),
          organizationId,
          userId: person.user.id,
          name: person.user.name,
          role,
          joinedAt: now(),
        },
      });
      return person;
    },
    organization: () => database.organization.findUniqueOrThrow({ where: { teamId } }),
    audit: async () => {
      const { id: organizationId } = await town.organization();
      return database.auditEntry.findMany({ where: { organizationId }, orderBy: { id: 'asc' } });
    },
  };
  return town;
}

const jobs = { 'home.refresh': homeRefresh, 'home.publish': homePublish, 'logo.fetch': logoFetch } as const;

/** Does, one after the other, the events and the jobs of this slice that are due, until none is left. */
export async function settle(app: StartedApp): Promise<void> {
  const { context, clients, installations, sandbox, url } = app;
  const jobContext = {
    ...context,
    slack: clients.background,
    files: createSlackFiles({ apiUrl: sandbox.url, clients, tokens: installations }),
    publicUrl: (path: string) => `${url}${path}`,
  };
  const log = createLogger('silent');
  for (;;) {
    const events = await app.handleEvents();
    const rows = await context.database.outboxRow.findMany({
      where: {
        status: 'pending',
        topic: { in: Object.keys(jobs) as Topic[] },
        availableAt: { lte: context.now() },
      },
    });
    if (events + rows.length === 0) return;
    for (const { id, topic, payload } of rows) {
      const { run } = jobs[topic as keyof typeof jobs];
      await run(jobContext, payload as never, { outboxId: id, attempt: 1, log });
      await context.database.outboxRow.update({ where: { id }, data: { status: 'done' } });
    }
  }
}

/** Everything to be read in a view or message. */
export const words = (shown: unknown): string => JSON.stringify(shown ?? null);
