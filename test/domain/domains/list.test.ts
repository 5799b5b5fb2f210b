import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createDatabase, type Database } from '../../../src/database/client.ts';
import { addDomain } from '../../../src/domain/domains/add-domain.ts';
import { listDomains, MOST_DOMAINS } from '../../../src/domain/domains/list-domains.ts';
import { removeDomain } from '../../../src/domain/domains/remove-domain.ts';
import { switchSubdomains } from '../../../src/domain/domains/switch-subdomains.ts';
import { testContext } from '../../setup/context.ts';
import { createTestDatabase, type TestDatabase } from '../../setup/database.ts';
import { type SeededOrganization, seedMember, seedOrganization } from '../../setup/organization.ts';

let testDatabase: TestDatabase;
let database: Database;
let organization: SeededOrganization;
const contextOf = () => testContext(database);

beforeAll(async () => {
  testDatabase = await createTestDatabase();
  database = createDatabase(testDatabase.url, { poolSize: 20 });
});
afterAll(async () => {
  await database.$disconnect();
  await testDatabase.drop();
});
beforeEach(async () => {
  organization = await seedOrganization(contextOf());
});

const audits = () =>
  database.auditEntry.findMany({
    where: { organizationId: organization.id },
    orderBy: { id: 'asc' },
    select: { action: true, subject: true, before: true, after: true },
  });

describe('the list of authorized domains', () => {
  it('keeps what an Admin adds, in alphabetical order, with an audit line each', async () => {
    const admin = await seedMember(contextOf(), organization, { role: 'admin' });
    await addDomain(contextOf(), admin, { website: 'https://www.zoo.example.com/contact' });
    await addDomain(contextOf(), organization.owner, { website: 'bücher.de' });
    const agent = await seedMember(contextOf(), organization);
    expect(await listDomains(contextOf(), agent)).toMatchObject([
      { host: 'xn--bcher-kva.de', includeSubdomains: false },
      { host: 'zoo.example.com', includeSubdomains: false },
    ]);
    expect(await audits()).toEqual([
      { action: 'domain.added', subject: 'zoo.example.com', before: null, after: null },
      { action: 'domain.added', subject: 'xn--bcher-kva.de', before: null, after: null },
    ]);
    expect(await database.outboxRow.count({ where: { key: `home:${organization.teamId}` } })).toBe(1);
  });

  it('refuses what is no website, on the field', async () => {
    const add = addDomain(contextOf(), organization.owner, { website: 'co.uk' });
    await expect(add).rejects.toMatchObject({ code: 'domain_public_suffix', field: 'website' });
    expect(await audits()).toEqual([]);
  });

  it('holds an entry once, also when many add it at once', async () => {
    const adds = Array.from({ length: 20 }, () =>
      addDomain(contextOf(), organization.owner, { website: 'example.com' }),
    );
    const results = await Promise.allSettled(adds);
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    for (const result of results) {
      if (result.status === 'rejected')
        expect(result.reason).toMatchObject({ code: 'domain_exists', field: 'website' });
    }
    expect(await audits()).toHaveLength(1);
  });

  it('is full at its most, also when two add the last one at once', async () => {
    await database.authorizedDomain.createMany({
      data: Array.from({ length: MOST_DOMAINS - 1 }, (_, index) => ({
        organizationId: organization.id,
        host: `site${index}.example.com`,
        createdAt: new Date(),
      })),
    });
    const results = await Promise.allSettled(
      ['one.example.com', 'two.example.com'].map((website) =>
        addDomain(contextOf(), organization.owner, { website }),
      ),
    );
    expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(results.find(({ status }) => status === 'rejected')).toMatchObject({
      reason: { code: 'domains_full' },
    });
  });

  it('switches subdomains of one entry, and records from what to what', async () => {
    const { id: domainId } = await addDomain(contextOf(), organization.owner, { website: 'example.com' });
    const change = { domainId, includeSubdomains: true };
    await switchSubdomains(contextOf(), organization.owner, change);
    await switchSubdomains(contextOf(), organization.owner, change);
    expect(await listDomains(contextOf(), organization.owner)).toMatchObject([{ includeSubdomains: true }]);
    expect((await audits()).slice(1)).toEqual([
      {
        action: 'domain.subdomains_switched',
        subject: 'example.com',
        before: { includeSubdomains: false },
        after: { includeSubdomains: true },
      },
    ]);
  });

  it('lets one of many presses remove an entry', async () => {
    const { id: domainId } = await addDomain(contextOf(), organization.owner, { website: 'example.com' });
    const results = await Promise.allSettled(
      Array.from({ length: 10 }, () => removeDomain(contextOf(), organization.owner, { domainId })),
    );
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect((await audits()).map(({ action }) => action)).toEqual(['domain.added', 'domain.removed']);
  });

  it('is not touched by Agents', async () => {
    const agent = await seedMember(contextOf(), organization);
    const { id: domainId } = await addDomain(contextOf(), organization.owner, { website: 'example.com' });
    const refused = { code: 'not_allowed' };
    await expect(addDomain(contextOf(), agent, { website: 'a.com' })).rejects.toMatchObject(refused);
    await expect(removeDomain(contextOf(), agent, { domainId })).rejects.toMatchObject(refused);
    const change = { domainId, includeSubdomains: true };
    await expect(switchSubdomains(contextOf(), agent, change)).rejects.toMatchObject(refused);
    expect(await listDomains(contextOf(), agent)).toHaveLength(1);
  });

  it('is not reached with another organization’s ids, nor with what is no id', async () => {
    const other = await seedOrganization(contextOf());
    const { id } = await addDomain(contextOf(), other.owner, { website: 'example.com' });
    for (const domainId of [id, 'no-id', "' OR true --", '']) {
      const unknown = { code: 'domain_unknown' };
      await expect(removeDomain(contextOf(), organization.owner, { domainId })).rejects.toMatchObject(
        unknown,
      );
      const change = { domainId, includeSubdomains: true };
      await expect(switchSubdomains(contextOf(), organization.owner, change)).rejects.toMatchObject(unknown);
    }
    expect(await listDomains(contextOf(), other.owner)).toMatchObject([{ includeSubdomains: false }]);
  });
});
