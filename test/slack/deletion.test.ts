import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { beginExport, scheduleDeletion } from '../../src/domain/organizations/deletion/carry-deletion.ts';
import { closingBanner, deleteModal, deletionModal } from '../../src/slack/blocks/deletion.ts';
import type { Person } from '../sandbox/slack/person.ts';
import { actionsIn, assertWithinLimits, textsIn } from '../setup/blocks.ts';
import { newTown, settle, type Town, words } from './organization.ts';
import { type StartedApp, startApp } from './start.ts';

let app: StartedApp;
let town: Town;
let owner: Person;

beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.stop());
beforeEach(async () => {
  town = await newTown(app);
  owner = await town.found();
});

const status = async () => {
  const { id } = await town.organization();
  const found = await app.context.database.organizationDeletion.findFirst({
    where: { organizationId: id },
    orderBy: { requestedAt: 'desc' },
  });
  return found && { id: found.id, status: found.status };
};

async function ask(): Promise<string> {
  await town.open(owner, 'delete');
  await owner.fill({ confirmation: 'Harbour Support' });
  await owner.submit();
  await owner.closeModal();
  return (await status())?.id ?? '';
}

async function schedule(): Promise<void> {
  const id = await ask();
  await beginExport(app.context, id);
  await scheduleDeletion(app.context, id);
}

describe('/org delete', () => {
  it('says what happens before it asks for the name, and begins only with the name as it is', async () => {
    await town.open(owner, 'delete');
    const shown = words(owner.modal?.view);
    for (const part of ['no further month is charged', 'ZIP file', '7 days', 'invoices stay at Stripe']) {
      expect(shown).toContain(part);
    }
    await owner.fill({ confirmation: 'Harbour' });
    expect((await owner.submit()).errors).toEqual({
      confirmation: 'Type the name exactly as it is: Harbour Support',
    });
    expect(await status()).toBeNull();
    await owner.fill({ confirmation: 'Harbour Support' });
    await owner.submit();
    expect(words(owner.modal?.view)).toContain('It has begun.');
    expect(await status()).toMatchObject({ status: 'requested' });
  });

  it('says what may still be collected where something is overdue', async () => {
    await town.open(owner, 'delete');
    expect(words(owner.modal?.view)).not.toContain('overdue');
    await owner.closeModal();
    const { id: organizationId } = await town.organization();
    await app.context.database.overdueInvoice.create({
      data: { invoiceId: `in_${organizationId}`, organizationId, attempt: 1, amountDue: 599 },
    });
    await town.open(owner, 'delete');
    expect(words(owner.modal?.view)).toContain('What is overdue already, Stripe may still collect');
  });

  it('is not for others, not even with a form from elsewhere', async () => {
    const admin = await town.seat('admin');
    expect(await town.read(admin, 'delete')).toContain('Only the Owner can do this.');
    expect(await town.read(town.add(), 'delete')).toContain('You have no seat');
    await town.open(owner, 'delete');
    await owner.fill({ confirmation: 'Harbour Support' });
    const { id: organizationId } = await town.organization();
    await app.context.database.member.updateMany({
      where: { organizationId, userId: owner.user.id },
      data: { role: 'agent' },
    });
    expect(Object.values((await owner.submit()).errors)).toEqual(['Only the Owner can do this.']);
    expect(await status()).toBeNull();
  });

  it('shows, while it is under way, when it ends, and undoes it', async () => {
    await schedule();
    await town.open(owner, 'delete');
    expect(words(owner.modal?.view)).toContain('is deleted <!date^');
    await owner.press('deletion.undo', { in: 'modal' });
    await app.sandbox.until('the answer', () => words(owner.modal?.view).includes('The organization stays.'));
    expect(await status()).toMatchObject({ status: 'undone' });
  });

  it('closes the organization to everybody, and its Home tab says so, with the way back for the Owner alone', async () => {
    const admin = await town.seat('admin');
    await schedule();
    await owner.openHome();
    await admin.openHome();
    await settle(app);
    expect(words(owner.home?.view)).toContain('Keep the organization');
    expect(words(admin.home?.view)).toContain('until then its Owner can keep it.');
    expect(words(admin.home?.view)).not.toContain('Keep the organization');
    expect(await town.read(admin, 'invite a@b.example agent')).toContain('is being deleted');
    await owner.press('deletion.undo', { in: 'home' });
    await app.sandbox.until('the answer', () => words(owner.modal?.view).includes('The organization stays.'));
    await settle(app);
    expect(words(owner.home?.view)).not.toContain('Keep the organization');
  });

  it('refuses a button that is pressed twice or too late, with the reason', async () => {
    await schedule();
    await town.open(owner, 'delete');
    app.context.advance({ days: 7 });
    await owner.press('deletion.undo', { in: 'modal' });
    await app.sandbox.until('the answer', () => words(owner.modal?.view).includes('no longer be kept'));
    expect(await status()).toMatchObject({ status: 'scheduled' });
    await owner.closeModal();
    await owner.closeModal();
    await town.open(owner, 'delete');
    expect(words(owner.modal?.view)).not.toContain('deletion.undo');
  });
});

describe('what a deletion shows', () => {
  const name = `<!channel> ${'x'.repeat(68)}`;
  const deleteAt = new Date('2026-11-30T09:00:00Z');

  it('stays within Slack’s limits, and repeats nobody’s mention', () => {
    const deletion = { id: 'x', status: 'scheduled' as const, deleteAt, reversible: true };
    for (const view of [deleteModal({ name, owes: true }), deletionModal({ name, deletion })]) {
      assertWithinLimits(view);
      expect(JSON.stringify(view)).toContain('&lt;!channel&gt;');
      const formatted = textsIn(view).filter(({ type }) => type === 'mrkdwn');
      expect(formatted.filter(({ text }) => text.includes('<!channel>'))).toEqual([]);
    }
    const banner = closingBanner(deletion, { name, mayKeep: true });
    assertWithinLimits({ type: 'home', blocks: banner });
    expect(actionsIn(banner)).toEqual(['deletion.undo']);
  });

  it('stands above the overview only while there is something to say', () => {
    expect(closingBanner(null, { name, mayKeep: true })).toEqual([]);
    expect(actionsIn(closingBanner({ status: 'deleting', deleteAt }, { name, mayKeep: true }))).toEqual([]);
    expect(
      actionsIn(closingBanner({ status: 'requested', deleteAt: null }, { name, mayKeep: true })),
    ).toEqual(['deletion.undo']);
    expect(
      actionsIn(closingBanner({ status: 'requested', deleteAt: null }, { name, mayKeep: false })),
    ).toEqual([]);
  });
});
