import { describe, expect, it } from 'vitest';
import { forgetOldDrafts, readDraft, stepDraft } from '../../../src/domain/seats/draft.ts';
import { requestSeatChange } from '../../../src/domain/seats/request-seat-change.ts';
import { seedMember, seedOrganization } from '../../setup/organization.ts';
import { refusal } from '../invitations/stage.ts';
import { useSeatStage } from './stage.ts';

const stage = useSeatStage();
let views = 0;
const newView = () => `V${++views}`;

describe('pressing − and + in an open modal', () => {
  it('adds every press up, though each was made on the same stale modal', async () => {
    const { owner } = await seedOrganization(stage.context, { seats: 5 });
    const viewId = newView();
    const presses = [...Array<1>(30).fill(1), ...Array<-1>(10).fill(-1)];
    await Promise.all(
      presses.map((by) => stepDraft(stage.context, owner, { viewId, version: 0, shown: 15, by })),
    );
    expect(await readDraft(stage.context, owner, viewId)).toEqual({ wanted: 35, version: 40 });
  });

  it('counts from what the field shows when the modal has caught up', async () => {
    const { owner } = await seedOrganization(stage.context, { seats: 5 });
    const viewId = newView();
    await stepDraft(stage.context, owner, { viewId, version: 0, shown: 5, by: 1 });
    const { draft } = await stepDraft(stage.context, owner, { viewId, version: 1, shown: 20, by: 1 });
    expect(draft).toEqual({ wanted: 21, version: 2 });
  });

  it('takes typing as it is, unless a press has overtaken it', async () => {
    const { owner } = await seedOrganization(stage.context, { seats: 5 });
    const viewId = newView();
    await stepDraft(stage.context, owner, { viewId, version: 0, shown: 12, by: 0 });
    expect(await readDraft(stage.context, owner, viewId)).toEqual({ wanted: 12, version: 0 });
    await stepDraft(stage.context, owner, { viewId, version: 0, shown: 12, by: 1 });
    await stepDraft(stage.context, owner, { viewId, version: 0, shown: 1, by: 0 });
    expect(await readDraft(stage.context, owner, viewId)).toEqual({ wanted: 13, version: 1 });
  });

  it('stays between the seats in use and 10,000', async () => {
    const organization = await seedOrganization(stage.context, { seats: 5 });
    await seedMember(stage.context, organization);
    const step = (viewId: string, shown: number, by: -1 | 1) =>
      stepDraft(stage.context, organization.owner, { viewId, version: 0, shown, by });
    expect((await step(newView(), 2, -1)).draft.wanted).toBe(2);
    expect((await step(newView(), 10_000, 1)).draft.wanted).toBe(10_000);
  });

  it('begins at what is purchased where the field holds no number', async () => {
    const { owner } = await seedOrganization(stage.context, { seats: 5 });
    const { draft } = await stepDraft(stage.context, owner, {
      viewId: newView(),
      version: 0,
      shown: null,
      by: 1,
    });
    expect(draft.wanted).toBe(6);
  });

  it('is for the Owner, and in their own modal alone', async () => {
    const organization = await seedOrganization(stage.context, { seats: 5 });
    const other = await seedOrganization(stage.context, { seats: 5 });
    const admin = await seedMember(stage.context, organization, { role: 'admin' });
    const viewId = newView();
    const step = { viewId, version: 0, shown: 5, by: 1 } as const;
    await stepDraft(stage.context, organization.owner, step);
    expect((await refusal(stepDraft(stage.context, admin, step))).code).toBe('not_allowed');
    expect((await refusal(stepDraft(stage.context, other.owner, step))).code).toBe('not_allowed');
    expect(await readDraft(stage.context, other.owner, viewId)).toBeNull();
    expect(await readDraft(stage.context, organization.owner, viewId)).toEqual({ wanted: 6, version: 1 });
  });
});

describe('submitting', () => {
  it('is refused on a number that presses still under way have changed', async () => {
    const organization = await seedOrganization(stage.context, { seats: 5 });
    const viewId = newView();
    await stepDraft(stage.context, organization.owner, { viewId, version: 0, shown: 5, by: 1 });
    await stepDraft(stage.context, organization.owner, { viewId, version: 0, shown: 5, by: 1 });
    const submit = (quantity: number, version: number) =>
      requestSeatChange(stage.context, organization.owner, { quantity, draft: { viewId, version } });
    const refused = await refusal(submit(6, 1));
    expect(refused).toMatchObject({ code: 'seats_moved', field: 'quantity' });
    expect(refused.message).toContain('7');
    expect(await submit(7, 2)).toMatchObject({ kind: 'recorded', to: 7 });
  });
});

describe('what is left behind', () => {
  it('is forgotten after a day, of this person alone', async () => {
    const [mine, other] = await Promise.all([
      seedOrganization(stage.context, { seats: 5 }),
      seedOrganization(stage.context, { seats: 5 }),
    ]);
    const [old, recent, foreign] = [newView(), newView(), newView()];
    const step = { version: 0, shown: 5, by: 1 } as const;
    await stepDraft(stage.context, mine.owner, { ...step, viewId: old });
    await stepDraft(stage.context, other.owner, { ...step, viewId: foreign });
    stage.context.advance({ days: 1, seconds: 1 });
    await stepDraft(stage.context, mine.owner, { ...step, viewId: recent });
    await forgetOldDrafts(stage.context, mine.owner);
    expect(await readDraft(stage.context, mine.owner, old)).toBeNull();
    expect(await readDraft(stage.context, mine.owner, recent)).not.toBeNull();
    expect(await readDraft(stage.context, other.owner, foreign)).not.toBeNull();
  });
});
