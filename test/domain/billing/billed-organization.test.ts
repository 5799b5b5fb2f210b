import { describe, expect, it } from 'vitest';
import { findBilledOrganization } from '../../../src/domain/billing/billed-organization.ts';
import { readAccount, rememberCustomer } from '../../../src/domain/billing/customer.ts';
import { seedOrganization } from '../../setup/organization.ts';
import { useSeatStage } from '../seats/stage.ts';

const stage = useSeatStage();

describe('whose something at Stripe is', () => {
  it('says the subscription first, then the customer, then what stands in the metadata', async () => {
    const seed = () => seedOrganization(stage.context, { seats: 2 });
    const [first, second, third] = await Promise.all([seed(), seed(), seed()]);
    const row = (id: string) => stage.database.organization.findUniqueOrThrow({ where: { id } });
    const { subscriptionId } = await row(first.id);
    const { stripeCustomerId: customerId } = await row(second.id);
    const find = (about: Partial<Parameters<typeof findBilledOrganization>[1]>) =>
      findBilledOrganization(stage.context, {
        subscriptionId: null,
        customerId: null,
        organizationId: null,
        ...about,
      });
    const organizationId = third.id;
    expect(await find({ subscriptionId, customerId, organizationId })).toEqual({
      id: first.id,
      subscriptionId,
      status: 'active',
    });
    expect(await find({ subscriptionId: 'sub_other', customerId, organizationId })).toMatchObject({
      id: second.id,
    });
    expect(await find({ customerId: 'cus_other', organizationId })).toMatchObject({ id: third.id });
    expect(await find({ organizationId: stage.context.newId() })).toBeNull();
    expect(await find({})).toBeNull();
  });
});

describe('the customer of an organization', () => {
  it('is the first of several that were made at once', async () => {
    const { id } = await seedOrganization(stage.context, { seats: 0 });
    const remembered = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        rememberCustomer(stage.context, id, `cus_${id}_${index}`, null),
      ),
    );
    expect(new Set(remembered).size).toBe(1);
    expect((await readAccount(stage.context, id))?.customerId).toBe(remembered[0]);
  });

  it('gives way only to the one that was made in its place', async () => {
    const { id } = await seedOrganization(stage.context, { seats: 0 });
    await rememberCustomer(stage.context, id, `cus_a_${id}`, null);
    expect(await rememberCustomer(stage.context, id, `cus_b_${id}`, null)).toBe(`cus_a_${id}`);
    expect(await rememberCustomer(stage.context, id, `cus_c_${id}`, `cus_a_${id}`)).toBe(`cus_c_${id}`);
  });
});
