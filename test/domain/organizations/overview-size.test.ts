import { beforeAll, describe, expect, it } from 'vitest';
import { Prisma } from '../../../src/database/client.ts';
import {
  MOST_COUNTED,
  OVERVIEW_PAGE,
  overviewQuery,
} from '../../../src/domain/organizations/overview-query.ts';
import { readOverview } from '../../../src/domain/organizations/read-overview.ts';
import { type SeededOrganization, seedOrganization } from '../../setup/organization.ts';
import { useStage } from './setup.ts';

const stage = useStage();
const members = 5_000;
const invitations = 100_000;
let large: SeededOrganization;

beforeAll(async () => {
  const { context, database } = stage;
  large = await seedOrganization(context, { seats: 10_000 });
  // Others of a usual size around it, so that the planner has a choice to make.
  const others = await Promise.all(Array.from({ length: 20 }, () => seedOrganization(context)));
  const fill = async ({ id, owner }: SeededOrganization, people: number, invites: number) => {
    await database.$executeRaw`
      INSERT INTO members (id, organization_id, user_id, name, role, joined_at)
      SELECT gen_random_uuid(), ${id}::uuid, 'U' || n, 'Member ' || n, 'agent', now() FROM generate_series(1, ${people}) n`;
    await database.$executeRaw`
      INSERT INTO invitations (id, organization_id, email, role, token_hash, invited_by_id, expires_at, created_at)
      SELECT gen_random_uuid(), ${id}::uuid, n || '@h.example', 'agent', decode(md5(${id} || n), 'hex'),
        ${owner.memberId}::uuid, ${context.now()}::timestamptz + n * interval '6 seconds', now()
      FROM generate_series(1, ${invites}) n`;
  };
  await fill(large, members, invitations);
  for (const other of others) await fill(other, members / 5, invitations / 20);
  await database.$executeRawUnsafe('VACUUM ANALYZE');
});

describe('the overview of an organization of 5,000 members and 100,000 invites', () => {
  it('reads its lists from indexes, row by row, and scans no table', async () => {
    const query = Prisma.sql`EXPLAIN (ANALYZE, FORMAT JSON) ${overviewQuery(large.owner, stage.context.now())}`;
    const [explained] = await stage.database.$queryRaw<[{ 'QUERY PLAN': [{ Plan: Plan }] }]>(query);
    const nodes = flatten(explained['QUERY PLAN'][0].Plan);
    const scans = nodes
      .filter((node) => node['Node Type'] === 'Seq Scan')
      .map((node) => node['Relation Name']);
    expect(scans.filter((table) => table === 'members' || table === 'invitations')).toEqual([]);
    // Only the two counts read more rows than are shown, and the count of invites comes to an end.
    const long = nodes.filter((node) => node['Relation Name'] && node['Actual Rows'] > OVERVIEW_PAGE);
    expect(long.map((node) => [node['Relation Name'], Math.round(node['Actual Rows'])])).toEqual([
      ['members', members + 1],
      ['invitations', MOST_COUNTED + 1],
    ]);
  });

  it('counts members in full, and invites as far as there can be seats', async () => {
    const overview = await readOverview(stage.context, large.owner);
    expect(overview.members).toMatchObject({
      total: members + 1,
      byRole: { owner: 1, admin: 0, agent: members },
    });
    expect(overview.invitations).toMatchObject({ total: MOST_COUNTED, more: true });
    expect(overview.seats.used).toBe(members + 1 + MOST_COUNTED);
    expect(overview.invitations.first).toHaveLength(10);
    expect(overview.members.first).toHaveLength(10);
  });
});

interface Plan {
  'Node Type': string;
  'Relation Name'?: string;
  'Actual Rows': number;
  Plans?: Plan[];
}

function flatten(plan: Plan): Plan[] {
  return [plan, ...(plan.Plans ?? []).flatMap(flatten)];
}
