import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Person } from '../sandbox/slack/person.ts';
import { blockSaying, readModal } from './screen.ts';
import { type SeatedWorkspace, seatedWorkspace } from './seats.ts';
import { type StartedApp, startApp } from './start.ts';

let app: StartedApp;
let workspace: SeatedWorkspace;
let admin: Person;

beforeAll(async () => {
  app = await startApp();
});
beforeEach(async () => {
  workspace = await seatedWorkspace(app);
  admin = await workspace.add('admin');
});
afterAll(async () => {
  expect(app.sandbox.violations).toEqual([]);
  await app.stop();
});

const products = ({ organizationId } = workspace) =>
  app.context.database.product.findMany({ where: { organizationId }, orderBy: { id: 'asc' } });
const seen = (person: Person, text: string) =>
  app.sandbox.until(`"${text}" is to be read`, () => readModal(person).includes(text));
async function sell(names: string[], { organizationId } = workspace) {
  const at = app.context.now();
  const data = names.map((name) => ({
    id: app.context.newId(),
    organizationId,
    name,
    unitAmount: 1250,
    currency: 'gbp',
    createdAt: at,
    updatedAt: at,
  }));
  await app.context.database.product.createMany({ data });
  return data.map(({ id }) => id);
}
async function open(person: Person): Promise<void> {
  await person.command('/org', 'products');
  await seen(person, 'What websites that you authorize can sell');
}
async function openForm(person: Person): Promise<void> {
  await open(person);
  await person.press('products.add');
  await seen(person, 'Customers read it');
}
/** Chooses in the menu of the product that says `text`. */
const choose = (person: Person, text: string, value: string, edit?: (payload: object) => void) =>
  person.choose('products.change', value, {
    in: 'modal',
    blockId: blockSaying(person, text),
    ...(edit && { edit }),
  });
async function demote(person: Person): Promise<void> {
  const where = { organizationId: workspace.organizationId, userId: person.user.id };
  await app.context.database.member.updateMany({ where, data: { role: 'agent' } });
}

describe('/org products', () => {
  it('adds a product and shows its price and the button to paste', async () => {
    await openForm(admin);
    expect(readModal(admin)).toContain('Add product');
    await admin.fill({ name: 'Kettle <b>', price: '12,50' });
    await admin.submit();
    await seen(admin, '*Kettle &lt;b&gt;* is on sale, at £12.50.');
    const [product] = await products();
    expect(product).toMatchObject({ name: 'Kettle <b>', unitAmount: 1250, currency: 'gbp', active: true });
    const shown = readModal(admin);
    expect(shown).toContain('1 product, 1 on sale.');
    expect(shown).toContain(
      `\`\`\`&lt;button data-orgdesk-product="${product?.id}"&gt;Buy&lt;/button&gt;\`\`\``,
    );
    await admin.press('products.add');
    await seen(admin, 'Customers read it');
    await admin.fill({ name: 'Tea', price: '500', currency: 'jpy' });
    await admin.submit();
    await seen(admin, '*Tea* is on sale, at JP¥500.');
    expect(readModal(admin)).toContain('*Tea* · JP¥500');
  });

  it.each([
    [{ name: '\u202Eevil' }, { name: expect.stringContaining('cannot be stored') }],
    [{ price: '12.505' }, { price: expect.stringContaining('like 1200.00') }],
    [{ price: '0.10' }, { price: expect.stringContaining('£0.30 to £999,999.99') }],
    [{ currency: 'xxx' }, { currency: expect.stringContaining('like GBP, EUR or USD') }],
  ])('says on the input why %j cannot be', async (values, errors) => {
    await openForm(admin);
    await admin.fill({ name: 'Kettle', price: '12.50', currency: 'GBP', ...values });
    expect((await admin.submit()).errors).toEqual(errors);
    expect(await products()).toEqual([]);
  });

  it('adds one however often the form is sent: the same request again, or signed anew', async () => {
    await openForm(admin);
    await admin.fill({ name: 'Kettle', price: '12.50' });
    const view = admin.modal?.view;
    await admin.submit();
    const request = app.sandbox.lastRequest;
    const replays = await Promise.all(Array.from({ length: 10 }, () => app.sandbox.replay(request)));
    expect(new Set(replays.map(({ status, body }) => `${status} ${body}`))).toEqual(new Set(['200 ']));
    await seen(admin, 'is on sale, at');
    await admin.press('products.add');
    await seen(admin, 'Customers read it');
    const { ack } = await admin.submit({
      force: true,
      edit: (payload) => Object.assign(payload, { view }),
    });
    expect(JSON.stringify(ack.json)).toContain('This form was sent already');
    expect(await products()).toHaveLength(1);
  });

  it('changes name and price, and shows the form as the product is', async () => {
    const [id] = await sell(['Kettle']);
    await open(admin);
    await choose(admin, '*Kettle*', `change:${id}`);
    await seen(admin, 'Change product');
    expect(JSON.stringify(admin.modal?.view.state)).toContain('"value":"12.50"');
    await admin.fill({ name: 'Teapot', price: '15' });
    await admin.submit();
    await seen(admin, '*Teapot* costs £15.00.');
    expect(await products()).toMatchObject([{ name: 'Teapot', unitAmount: 1500, currency: 'gbp' }]);
  });

  it('changes nothing from a form that shows what is no more so', async () => {
    const [id] = await sell(['Kettle']);
    const owner = await workspace.add('owner');
    for (const person of [admin, owner]) {
      await open(person);
      await choose(person, '*Kettle*', `change:${id}`);
      await seen(person, 'Change product');
    }
    await owner.fill({ price: '99' });
    await owner.submit();
    await admin.fill({ name: 'Pot' });
    expect((await admin.submit()).errors).toEqual({
      name: expect.stringContaining('Somebody changed this product'),
    });
    expect(await products()).toMatchObject([{ name: 'Kettle', unitAmount: 9900 }]);
  });

  it('takes a product off sale and puts it on again, in pages', async () => {
    const ids = await sell(Array.from({ length: 12 }, (_, n) => `Product ${String(n).padStart(2, '0')}`));
    await open(admin);
    expect(readModal(admin)).toContain('12 products, 12 on sale.');
    await admin.press('products.next');
    await seen(admin, 'Page 2 of 2');
    await choose(admin, 'Product 10', `off:${ids[10]}`);
    await seen(admin, '*Product 10* is off sale.');
    expect(readModal(admin)).toContain('*Product 10* · £12.50 · *off sale*');
    expect((await products()).filter(({ active }) => active)).toHaveLength(11);
    await choose(admin, '· *off sale*', `on:${ids[10]}`);
    await seen(admin, '*Product 10* is on sale again.');
    await admin.press('products.previous');
    await seen(admin, 'Page 1 of 2');
  });

  it('is for Admins and the Owner: Agents, guests and people without a seat are refused', async () => {
    const refused = async (person: Person) =>
      String((await person.command('/org', 'products')).ack.json?.text);
    expect(await refused(await workspace.add('agent'))).toBe('Only the Owner and Admins can do this.');
    expect(await refused(await workspace.add())).toContain('You have no seat');
    expect(await refused(await workspace.add(undefined, { isRestricted: true }))).toContain(
      'You have no seat',
    );
  });

  it('does nothing for who has lost the role since it was opened', async () => {
    const [id] = await sell(['Kettle']);
    await openForm(admin);
    await admin.fill({ name: 'Pot', price: '1' });
    await demote(admin);
    expect((await admin.submit()).errors).toEqual({ name: 'Only the Owner and Admins can do this.' });
    await admin.closeModal();
    for (const value of [`off:${id}`, `change:${id}`]) {
      await choose(admin, '*Kettle*', value);
      await seen(admin, 'Only the Owner and Admins can do this.');
      await admin.closeModal();
    }
    expect(await products()).toMatchObject([{ name: 'Kettle', active: true }]);
  });

  it('reaches no other organization’s, whatever buttons and metadata say', async () => {
    const other = await seatedWorkspace(app);
    const [theirs] = await sell(['Theirs'], other);
    const [mine] = await sell(['Mine']);
    const before = [await products(other), await products()];
    await open(admin);
    for (const value of [
      `off:${theirs}`,
      `on:${theirs}`,
      `change:${theirs}`,
      'off:x',
      'change:',
      'nonsense',
    ]) {
      const edit = (payload: object) =>
        Object.assign((payload as { actions: [object] }).actions[0], { selected_option: { value } });
      await choose(admin, '*Mine*', `off:${mine}`, edit);
      await seen(admin, 'There is no such product.');
      await admin.closeModal();
    }
    await choose(admin, '*Mine*', `change:${mine}`);
    await seen(admin, 'Change product');
    await admin.fill({ price: '1' });
    const seenThere = { name: 'Theirs', unitAmount: 1250, currency: 'gbp' };
    for (const metadata of [
      JSON.stringify({ productId: theirs, seen: seenThere }),
      JSON.stringify({ productId: [mine], seen: seenThere }),
      '{"productId":',
      '',
    ]) {
      const { errors } = await admin.submit({
        edit: (payload) => Object.assign(payload.view as object, { private_metadata: metadata }),
      });
      expect(errors).toEqual({ name: 'There is no such product.' });
    }
    expect([await products(other), await products()]).toEqual(before);
  });
});
