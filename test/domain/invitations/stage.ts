import { afterAll, beforeAll, beforeEach } from 'vitest';
import { createDatabase, type Database } from '../../../src/database/client.ts';
import { Refusal } from '../../../src/domain/errors.ts';
import type { ProvenPerson } from '../../../src/domain/invitations/accept-invitation.ts';
import { type TestContext, testContext } from '../../setup/context.ts';
import { createTestDatabase, type TestDatabase } from '../../setup/database.ts';
import type { SeededOrganization } from '../../setup/organization.ts';

/** A database for the file, and a context whose clock starts anew with each test. */
export interface Stage {
  context: TestContext;
  database: Database;
  pendingOf(organization: SeededOrganization): Promise<{ id: string; email: string }[]>;
  /** What the audit trail tells, in order. */
  auditOf(organization: SeededOrganization): Promise<string[]>;
  /** Topic and payload of everything queued for an organization's workspace or its invites, in order. */
  effectsOf(organization: SeededOrganization): Promise<{ topic: string; payload: Record<string, unknown> }[]>;
  membersOf(organization: SeededOrganization): Promise<{ userId: string; role: string; status: string }[]>;
}

export function useStage(): Stage {
  let server: TestDatabase;
  const stage = {
    pendingOf: ({ id }) =>
      stage.database.invitation.findMany({
        where: { organizationId: id, status: 'pending' },
        select: { id: true, email: true },
      }),
    auditOf: async ({ id }) => {
      const lines = await stage.database.auditEntry.findMany({
        where: { organizationId: id },
        orderBy: [{ at: 'asc' }, { id: 'asc' }],
      });
      return lines.map(({ action, actorName, subject }) => `${action} ${subject} by ${actorName}`);
    },
    effectsOf: async ({ id, teamId }) => {
      const [rows, invitations] = await Promise.all([
        stage.database.outboxRow.findMany({ orderBy: { id: 'asc' } }),
        stage.database.invitation.findMany({ where: { organizationId: id }, select: { id: true } }),
      ]);
      const members = await stage.database.member.findMany({ where: { organizationId: id } });
      const own = new Set<unknown>([
        teamId,
        ...invitations.map((row) => row.id),
        ...members.map((row) => row.id),
      ]);
      return rows
        .map(({ topic, payload }) => ({ topic, payload: payload as Record<string, unknown> }))
        .filter(({ payload }) =>
          [payload.teamId, payload.invitationId, payload.memberId].some((part) => own.has(part)),
        );
    },
    membersOf: ({ id }) =>
      stage.database.member.findMany({
        where: { organizationId: id },
        select: { userId: true, role: true, status: true },
        orderBy: { joinedAt: 'asc' },
      }),
  } as Stage;
  beforeAll(async () => {
    server = await createTestDatabase();
    stage.database = createDatabase(server.url, { poolSize: 20 });
  });
  afterAll(async () => {
    await stage.database.$disconnect();
    await server.drop();
  });
  beforeEach(() => {
    stage.context = testContext(stage.database);
  });
  return stage;
}

/** The refusal that a promise ends with; anything else fails the test. */
export async function refusal(promise: Promise<unknown>): Promise<Refusal> {
  const outcome = await promise.then(
    () => new Error('It was not refused.'),
    (error: unknown) => error,
  );
  if (outcome instanceof Refusal) return outcome;
  throw outcome;
}

/** How parallel calls ended: the code of each refusal, or `done`. Anything but a refusal fails the test. */
export async function tally(calls: Promise<unknown>[]): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const outcome of await Promise.allSettled(calls)) {
    if (outcome.status === 'rejected' && !(outcome.reason instanceof Refusal)) throw outcome.reason;
    const code = outcome.status === 'fulfilled' ? 'done' : outcome.reason.code;
    counts[code] = (counts[code] ?? 0) + 1;
  }
  return counts;
}

let people = 0;

/** Somebody whom Sign in with Slack proved: of this workspace, with this address. */
export function proven(organization: SeededOrganization, email: string, userId?: string): ProvenPerson {
  people += 1;
  const id = userId ?? `UPROVEN${people}`;
  return {
    teamId: organization.teamId,
    userId: id,
    name: `Person ${people}`,
    email,
    emailVerified: true,
    standing: 'full',
  };
}

/** The token of the link that was mailed last for an organization. Test sealing is visible: see test/setup/context.ts. */
export async function tokenOf(stage: Stage, organization: SeededOrganization): Promise<string> {
  const mails = (await stage.effectsOf(organization)).filter(({ topic }) => topic === 'invitation.mail');
  return String(mails.at(-1)?.payload.token).split(':')[2] ?? '';
}
