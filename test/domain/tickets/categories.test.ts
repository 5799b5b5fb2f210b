import { describe, expect, it } from 'vitest';
import { addCategory } from '../../../src/domain/tickets/categories/add-category.ts';
import { archiveCategory } from '../../../src/domain/tickets/categories/archive-category.ts';
import { listCategories, MOST_CATEGORIES } from '../../../src/domain/tickets/categories/list-categories.ts';
import { renameCategory } from '../../../src/domain/tickets/categories/rename-category.ts';
import { refusal, tally, useStage } from '../invitations/stage.ts';
import { anyTicket, cardOf, openTicketDesk } from './desk.ts';

const stage = useStage();

describe('ticket categories', () => {
  it('are added, renamed and archived by Admins and the Owner, and told in the audit trail', async () => {
    const { admin, agent, organization } = await openTicketDesk(stage);
    const { id } = await addCategory(stage.context, admin, { name: ' Kitchen ' });
    await addCategory(stage.context, admin, { name: 'Áccounts' });
    const names = async () => (await listCategories(stage.context, agent)).map(({ name }) => name);
    expect(await names()).toEqual(['Áccounts', 'Kitchen']);
    const ticket = await anyTicket(stage, agent, { categoryId: id });
    await renameCategory(stage.context, admin, { categoryId: id, name: 'Bar' });
    expect((await cardOf(stage, agent, ticket.id)).category?.name).toBe('Bar');
    await archiveCategory(stage.context, admin, { categoryId: id });
    expect(await names()).toEqual(['Áccounts']);
    expect((await cardOf(stage, agent, ticket.id)).category?.name).toBe('Bar');
    expect((await refusal(archiveCategory(stage.context, admin, { categoryId: id }))).code).toBe(
      'category_unknown',
    );
    expect((await stage.auditOf(organization)).map((line) => line.split(' ')[0])).toEqual([
      'category.added',
      'category.added',
      'category.renamed',
      'category.archived',
    ]);
  });

  it('have one name each, whatever its case, also when many are added at once', async () => {
    const { owner } = await openTicketDesk(stage);
    const counts = await tally(
      Array.from({ length: 20 }, (_, index) =>
        addCategory(stage.context, owner, { name: index % 2 ? 'bar' : 'BAR' }),
      ),
    );
    expect(counts).toEqual({ done: 1, category_exists: 19 });
    const [bar] = await listCategories(stage.context, owner);
    const other = await addCategory(stage.context, owner, { name: 'Other' });
    const refused = await refusal(
      renameCategory(stage.context, owner, { categoryId: other.id, name: 'Bar' }),
    );
    expect({ code: refused.code, field: refused.field }).toEqual({
      code: 'category_exists',
      field: 'category',
    });
    // Its own name in another case is no other's.
    await renameCategory(stage.context, owner, { categoryId: bar?.id ?? '', name: 'Bar' });
    await archiveCategory(stage.context, owner, { categoryId: bar?.id ?? '' });
    await addCategory(stage.context, owner, { name: 'Bar' });
  });

  it('are fifty at most, however many are added at once', async () => {
    const { owner } = await openTicketDesk(stage);
    const counts = await tally(
      Array.from({ length: MOST_CATEGORIES + 5 }, (_, index) =>
        addCategory(stage.context, owner, { name: `C${index}` }),
      ),
    );
    expect(counts).toEqual({ done: MOST_CATEGORIES, categories_full: 5 });
  });

  it.each([
    ['', 'category_length'],
    ['\u200b', 'category_length'],
    ['x'.repeat(51), 'category_length'],
    ['a\nb', 'text_invalid'],
    ['\ud800', 'text_invalid'],
  ])('refuse the name %j on the field', async (name, code) => {
    const { owner } = await openTicketDesk(stage);
    const refused = await refusal(addCategory(stage.context, owner, { name }));
    expect({ code: refused.code, field: refused.field }).toEqual({ code, field: 'category' });
  });

  it('are the own organization’s, for who may change settings, and for nobody while it is read-only', async () => {
    const [mine, theirs] = [await openTicketDesk(stage), await openTicketDesk(stage)];
    const { id } = await addCategory(stage.context, theirs.owner, { name: 'Theirs' });
    const code = async (attempt: Promise<unknown>) => (await refusal(attempt)).code;
    expect(await code(renameCategory(stage.context, mine.owner, { categoryId: id, name: 'Mine' }))).toBe(
      'category_unknown',
    );
    expect(await code(archiveCategory(stage.context, mine.owner, { categoryId: id }))).toBe(
      'category_unknown',
    );
    expect(await code(archiveCategory(stage.context, mine.owner, { categoryId: 'x' }))).toBe(
      'category_unknown',
    );
    expect(await code(addCategory(stage.context, mine.agent, { name: 'x' }))).toBe('not_allowed');
    expect(await code(renameCategory(stage.context, mine.agent, { categoryId: id, name: 'x' }))).toBe(
      'not_allowed',
    );
    expect(await code(archiveCategory(stage.context, mine.agent, { categoryId: id }))).toBe('not_allowed');
    expect(await code(addCategory(stage.context, { ...mine.owner, readOnly: 'lapsed' }, { name: 'x' }))).toBe(
      'organization_lapsed',
    );
    expect((await listCategories(stage.context, theirs.agent)).map(({ name }) => name)).toEqual(['Theirs']);
    expect(await listCategories(stage.context, mine.agent)).toEqual([]);
  });
});
