import { afterAll, beforeAll, beforeEach } from 'vitest';
import { createDatabase, type Database, type SeatChange } from '../../../src/database/client.ts';
import type { SubscriptionReading } from '../../../src/domain/billing/subscription.ts';
import type { Notice } from '../../../src/domain/notices.ts';
import { type TestContext, testContext } from '../../setup/context.ts';
import { createTestDatabase, type TestDatabase } from '../../setup/database.ts';
import type { SeededOrganization } from '../../setup/organization.ts';

/** A database for the file, a context whose clock starts anew with each test, and looks at what became of an organization. */
export interface SeatStage {
  context: TestContext;
  database: Database;
  purchased(organization: SeededOrganization): Promise<number>;
  /** Members and pending invites. */
  used(organization: SeededOrganization): Promise<number>;
  /** Oldest first. */
  changes(organization: SeededOrganization): Promise<SeatChange[]>;
  /** What the Owner is told, in order. */
  notices(organization: SeededOrganization): Promise<Notice[]>;
  /** Topics queued for the organization, in order. */
  topics(organization: SeededOrganization): Promise<string[]>;
  audit(
    organization: SeededOrganization,
  ): Promise<{ action: string; by: string; before: unknown; after: unknown }[]>;
  /** A reading of the organization's subscription that began after every earlier one. */
  reading(
    organization: SeededOrganization,
    said?: Partial<SubscriptionReading>,
  ): Promise<SubscriptionReading>;
}

let readings = 0;

export function useSeatStage(): SeatStage {
  let server: TestDatabase;
  const stage = {
    purchased: async ({ id }) =>
      (await stage.database.organization.findUniqueOrThrow({ where: { id } })).seatsPurchased,
    used: async ({ id }) => {
      const where = { organizationId: id };
      const members = await stage.database.member.count({ where: { ...where, status: 'active' } });
      return members + (await stage.database.invitation.count({ where: { ...where, status: 'pending' } }));
    },
    changes: ({ id }) =>
      stage.database.seatChange.findMany({ where: { organizationId: id }, orderBy: { id: 'asc' } }),
    notices: async ({ teamId, owner }) => {
      const rows = await stage.database.outboxRow.findMany({
        where: { topic: 'notice' },
        orderBy: { id: 'asc' },
      });
      return rows
        .map(({ payload }) => payload as { teamId: string; userId: string; notice: Notice })
        .filter((payload) => payload.teamId === teamId && payload.userId === owner.userId)
        .map(({ notice }) => notice);
    },
    topics: async (organization) => {
      const [rows, changes] = await Promise.all([
        stage.database.outboxRow.findMany({ orderBy: { id: 'asc' } }),
        stage.changes(organization),
      ]);
      const own = new Set<unknown>([organization.id, organization.teamId, ...changes.map(({ id }) => id)]);
      return rows
        .filter(({ payload }) => Object.values(payload as object).some((value) => own.has(value)))
        .map(({ topic }) => topic);
    },
    audit: async ({ id }) => {
      const lines = await stage.database.auditEntry.findMany({
        where: { organizationId: id },
        orderBy: [{ at: 'asc' }, { id: 'asc' }],
      });
      return lines.map(({ action, actorName, before, after }) => ({ action, by: actorName, before, after }));
    },
    reading: async ({ id }, said = {}) => {
      const row = await stage.database.organization.findUniqueOrThrow({ where: { id } });
      readings += 1;
      return {
        subscriptionId: row.subscriptionId ?? `sub_new_${id}`,
        customerId: row.stripeCustomerId ?? `cus_new_${id}`,
        organizationId: id,
        status: 'active',
        quantity: row.seatsPurchased,
        seatPrice: row.seatPrice ?? 599,
        currency: row.currency,
        endsAt: row.endsAt,
        overdue: [],
        periodStartsAt: new Date(stage.context.now().getTime() - 86_400_000),
        periodEndsAt: row.periodEndsAt,
        pending: null,
        invoice: null,
        readAt: new Date(stage.context.now().getTime() + readings),
        ...said,
      };
    },
  } as SeatStage;
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
