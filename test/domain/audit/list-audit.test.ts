import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createDatabase, type Database } from '../../../src/database/client.ts';
import { AUDIT_PAGE, listAudit } from '../../../src/domain/audit/list-audit.ts';
import { record } from '../../../src/domain/record.ts';
import { testContext } from '../../setup/context.ts';
import { createTestDatabase, type TestDatabase } from '../../setup/database.ts';
import { type SeededOrganization, seedMember, seedOrganization } from '../../setup/organization.ts';

let testDatabase: TestDatabase;
let database: Database;
let organization: SeededOrganization;
const contextOf = () => testContext(database);

beforeAll(async () => {
  testDatabase = await createTestDatabase();
  database = createDatabase(testDatabase.url);
});
afterAll(async () => {
  await database.$disconnect();
  await testDatabase.drop();
});
beforeEach(async () => {
  organization = await seedOrganization(contextOf());
});

const write = ({ id, owner }: SeededOrganization, subject: string) =>
  record(database, contextOf(), [{ organizationId: id, by: owner, action: 'domain.added', subject }], []);

describe('listAudit', () => {
  it('shows the newest first, page by page, each line once', async () => {
    const subjects = Array.from({ length: 2 * AUDIT_PAGE + 3 }, (_, index) => `site${index}.example.com`);
    for (const subject of subjects) await write(organization, subject);
    const seen: (string | null)[] = [];
    let before: string | undefined;
    for (let page = 0; page < 3; page++) {
      const { lines, older } = await listAudit(contextOf(), organization.owner, { before });
      seen.push(...lines.map(({ subject }) => subject));
      before = older ?? undefined;
    }
    expect(before).toBeUndefined();
    expect(seen).toEqual(subjects.reverse());
  });

  it('leads back to what is newer, and at the top shows what was written meanwhile', async () => {
    const subjects = Array.from({ length: 2 * AUDIT_PAGE + 3 }, (_, index) => `site${index}.example.com`);
    for (const subject of subjects) await write(organization, subject);
    const list = (input: { before?: string | null; after?: string | null }) =>
      listAudit(contextOf(), organization.owner, {
        before: input.before ?? undefined,
        after: input.after ?? undefined,
      });
    const first = await list({});
    const second = await list({ before: first.older });
    const third = await list({ before: second.older });
    expect([first.newer, third.older]).toEqual([null, null]);
    expect(await list({ after: third.newer })).toEqual(second);
    await write(organization, 'meanwhile.example.com');
    const top = await list({ after: second.newer });
    expect(top.newer).not.toBeNull();
    const newest = await list({ after: top.newer });
    expect([newest.newer, newest.lines[0]?.subject]).toEqual([null, 'meanwhile.example.com']);
    expect(newest.lines).toHaveLength(AUDIT_PAGE);
  });

  it('tells by whom, when, and from what to what', async () => {
    const change = { organizationId: organization.id, by: organization.owner, subject: 'Ada' };
    await record(
      database,
      contextOf(),
      [
        { ...change, action: 'member.role_changed', before: { role: 'agent' }, after: { role: 'admin' } },
        { organizationId: organization.id, by: 'The clock', action: 'invitation.expired' },
      ],
      [],
    );
    const { lines, older } = await listAudit(contextOf(), organization.owner);
    expect(older).toBeNull();
    expect(lines).toMatchObject([
      { action: 'invitation.expired', actorUserId: null, actorName: 'The clock', subject: null },
      {
        action: 'member.role_changed',
        actorUserId: organization.owner.userId,
        actorName: 'Olivia Owner',
        subject: 'Ada',
        before: { role: 'agent' },
        after: { role: 'admin' },
        at: contextOf().now(),
      },
    ]);
  });

  it('is for Admins and the Owner', async () => {
    const admin = await seedMember(contextOf(), organization, { role: 'admin' });
    const agent = await seedMember(contextOf(), organization);
    expect((await listAudit(contextOf(), admin)).lines).toEqual([]);
    await expect(listAudit(contextOf(), agent)).rejects.toMatchObject({ code: 'not_allowed' });
  });

  it('shows nothing of another organization, also with its cursor, and takes no made-up one', async () => {
    const other = await seedOrganization(contextOf());
    await write(other, 'secret.example.com');
    await write(organization, 'ours.example.com');
    const [{ id } = { id: '' }] = (await listAudit(contextOf(), other.owner)).lines;
    const beyond = await listAudit(contextOf(), organization.owner, { before: id });
    expect(beyond.lines).toEqual([]);
    const made = await listAudit(contextOf(), organization.owner, { before: "' OR true --" });
    expect(made.lines).toMatchObject([{ subject: 'ours.example.com' }]);
  });
});
