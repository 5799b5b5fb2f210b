import { beforeEach, describe, expect, it } from 'vitest';
import { seat } from '../journeys/company.ts';
import { queueBackends } from '../setup/redis.ts';
import { useWorld } from '../setup/world.ts';
import { type DeletionStage, foundForDeletion } from './deletion-stage.ts';

const [backend] = await queueBackends();
if (!backend) throw new Error('There is no store for the queues.');

describe('a deletion', () => {
  const world = useWorld(backend);
  let stage: DeletionStage;

  beforeEach(async () => {
    stage = await foundForDeletion(world);
  });

  it('stops the billing, hands the data over, waits seven days, and then leaves nothing', async () => {
    const admin = await seat(stage, 'Amir', 'admin');
    const taken = () => world.stripe.state.taken({ customer: stage.customerId });
    const paid = taken();
    await stage.remove();
    expect((await stage.actor(admin)).readOnly).toBe('closing');
    await world.settle();
    expect(await stage.status()).toBe('scheduled');
    expect(stage.ends()).toBe(true);
    expect(await stage.files(stage.owner)).toEqual([expect.stringMatching(/^orgdesk-export-.*\.zip$/)]);
    expect(await stage.files(admin)).toEqual([]);
    expect((await stage.told(stage.owner)).at(-1)).toContain('Until then you can keep it.');
    expect((await stage.told(admin)).at(-1)).toContain('Until then its Owner can keep it.');

    await world.advance({ days: 6, seconds: 86_000 });
    await world.settle();
    expect(await stage.isThere()).toBe(true);
    await world.advance({ seconds: 500 });
    await world.settle();
    expect(await stage.isThere()).toBe(false);
    expect(await stage.status()).toBe('done');
    expect(world.stripe.state.subscription(stage.subscriptionId).status).toBe('canceled');
    expect(taken()).toBe(paid);
    expect((await stage.told(stage.owner)).at(-1)).toContain('was deleted');
  });
});
