import { describe, expect, it } from 'vitest';
import { addProduct } from '../../../src/domain/payments/products/add-product.ts';
import { changeProduct } from '../../../src/domain/payments/products/change-product.ts';
import { findProduct } from '../../../src/domain/payments/products/find-product.ts';
import { listProducts, PRODUCTS_PAGE } from '../../../src/domain/payments/products/list-products.ts';
import { MOST_ON_SALE, productsOnSale } from '../../../src/domain/payments/products/on-sale.ts';
import { switchProduct } from '../../../src/domain/payments/products/switch-product.ts';
import { seedMember, seedOrganization, seedVisitor } from '../../setup/organization.ts';
import { refusal, tally, useStage } from '../invitations/stage.ts';

const stage = useStage();

async function open() {
  const organization = await seedOrganization(stage.context);
  const admin = await seedMember(stage.context, organization, { role: 'admin' });
  const agent = await seedMember(stage.context, organization);
  return { organization, admin, agent };
}
const kettle = { name: 'Kettle', price: '12.50', currency: 'GBP' };
const audits = (organizationId: string) =>
  stage.database.auditEntry.findMany({
    where: { organizationId },
    orderBy: { id: 'asc' },
    select: { action: true, subject: true, before: true, after: true },
  });
const rowsOf = (organizationId: string) =>
  stage.database.product.findMany({ where: { organizationId }, orderBy: { id: 'asc' } });

describe('a product', () => {
  it('is added, changed, taken off sale and put on it again, and all of it is told in the audit trail', async () => {
    const { organization, admin } = await open();
    const added = await addProduct(stage.context, admin, { ...kettle, name: ' Kettle ' });
    expect(added).toMatchObject({ name: 'Kettle', unitAmount: 1250, currency: 'gbp', active: true });
    stage.context.advance({ seconds: 60 });
    const changed = await changeProduct(stage.context, organization.owner, {
      productId: added.id,
      seen: added,
      name: 'Teapot',
      price: '1,500',
      currency: 'jpy',
    });
    expect(changed).toEqual({
      id: added.id,
      name: 'Teapot',
      unitAmount: 1500,
      currency: 'jpy',
      active: true,
    });
    await switchProduct(stage.context, admin, { productId: added.id, active: false });
    expect(await productsOnSale(stage.context, organization.id)).toEqual([]);
    await switchProduct(stage.context, admin, { productId: added.id, active: true });
    const { active: _, ...onSale } = changed;
    expect(await productsOnSale(stage.context, organization.id)).toEqual([onSale]);
    const [row] = await rowsOf(organization.id);
    expect(row?.updatedAt).toEqual(stage.context.now());
    expect(await audits(organization.id)).toEqual([
      { action: 'product.added', subject: 'Kettle', before: null, after: { price: 1250, currency: 'gbp' } },
      {
        action: 'product.changed',
        subject: 'Teapot',
        before: { name: 'Kettle', price: 1250, currency: 'gbp' },
        after: { name: 'Teapot', price: 1500, currency: 'jpy' },
      },
      { action: 'product.deactivated', subject: 'Teapot', before: null, after: null },
      { action: 'product.activated', subject: 'Teapot', before: null, after: null },
    ]);
  });

  it('is not written where nothing changes', async () => {
    const { organization, admin } = await open();
    const added = await addProduct(stage.context, admin, kettle);
    const before = [await rowsOf(organization.id), await audits(organization.id)];
    stage.context.advance({ seconds: 60 });
    await changeProduct(stage.context, admin, { ...kettle, productId: added.id, seen: added });
    await switchProduct(stage.context, admin, { productId: added.id, active: true });
    expect([await rowsOf(organization.id), await audits(organization.id)]).toEqual(before);
  });

  it('is changed by one of several who saw the same, and by nobody who saw something older', async () => {
    const { organization, admin } = await open();
    const seen = await addProduct(stage.context, admin, kettle);
    const changes = Array.from({ length: 10 }, (_, index) =>
      changeProduct(stage.context, index % 2 ? admin : organization.owner, {
        ...kettle,
        productId: seen.id,
        seen,
        price: String(20 + index),
      }),
    );
    expect(await tally(changes)).toEqual({ done: 1, product_moved: 9 });
    const [row] = await rowsOf(organization.id);
    const late = changeProduct(stage.context, admin, { ...kettle, productId: seen.id, seen, name: 'Pot' });
    expect((await refusal(late)).code).toBe('product_moved');
    expect(await rowsOf(organization.id)).toEqual([row]);
  });

  it('is added once of a form, however often that is sent', async () => {
    const { organization, admin } = await open();
    const onceKey = `form:${organization.id}`;
    const sent = Array.from({ length: 10 }, () => addProduct(stage.context, admin, { ...kettle, onceKey }));
    expect(await tally(sent)).toEqual({ done: 1, product_form_sent: 9 });
    expect(await rowsOf(organization.id)).toHaveLength(1);
  });

  it('keeps a payment that was started as it was started', async () => {
    const { organization, admin } = await open();
    const product = await addProduct(stage.context, admin, kettle);
    const payment = await stage.database.payment.create({
      data: {
        organizationId: organization.id,
        productId: product.id,
        productName: product.name,
        unitAmount: product.unitAmount,
        quantity: 2,
        currency: product.currency,
        amount: 2500,
        fee: 0,
        email: 'cara@shop.example',
        accountId: 'acct_1',
        requestKey: 'one',
        fingerprint: new Uint8Array(32),
        successUrl: 'https://shop.example/thanks',
        cancelUrl: 'https://shop.example/',
        createdAt: stage.context.now(),
        expiresAt: stage.context.now(),
      },
    });
    await changeProduct(stage.context, admin, {
      productId: product.id,
      seen: product,
      ...kettle,
      price: '99',
    });
    await switchProduct(stage.context, admin, { productId: product.id, active: false });
    expect(await stage.database.payment.findUniqueOrThrow({ where: { id: payment.id } })).toEqual(payment);
  });

  it.each([
    [{ name: '' }, 'name', 'product_name_length'],
    [{ name: '\u200b' }, 'name', 'product_name_length'],
    [{ name: 'x'.repeat(101) }, 'name', 'product_name_length'],
    [{ name: 'a\u0000b' }, 'name', 'text_invalid'],
    [{ name: 'a\r\nb' }, 'name', 'text_invalid'],
    [{ name: '\ud800' }, 'name', 'text_invalid'],
    [{ currency: '' }, 'currency', 'currency_unknown'],
    [{ currency: 'btc' }, 'currency', 'currency_unknown'],
    [{ currency: 'gb£' }, 'currency', 'currency_unknown'],
    [{ currency: '__proto__' }, 'currency', 'currency_unknown'],
    [{ price: '' }, 'price', 'price_form'],
    [{ price: '-1' }, 'price', 'price_form'],
    [{ price: '12.505' }, 'price', 'price_form'],
    [{ price: '1.200,50' }, 'price', 'price_form'],
    [{ price: '12.50', currency: 'jpy' }, 'price', 'price_form'],
    [{ price: '0.5', currency: 'isk' }, 'price', 'price_form'],
    [{ price: '1.255', currency: 'kwd' }, 'price', 'price_form'],
    [{ price: '0' }, 'price', 'price_range'],
    [{ price: '0.29' }, 'price', 'price_range'],
    [{ price: '49', currency: 'jpy' }, 'price', 'price_range'],
    [{ price: '1,000,000' }, 'price', 'price_range'],
    [{ price: '100,000,000', currency: 'jpy' }, 'price', 'price_range'],
    [{ price: '999,999,999.99' }, 'price', 'price_range'],
  ])('is not added as %j: %s %s', async (typed, field, code) => {
    const { organization, admin } = await open();
    const product = await addProduct(stage.context, admin, kettle);
    const before = await rowsOf(organization.id);
    for (const attempt of [
      () => addProduct(stage.context, admin, { ...kettle, ...typed }),
      () =>
        changeProduct(stage.context, admin, { ...kettle, ...typed, productId: product.id, seen: product }),
    ]) {
      const refused = await refusal(attempt());
      expect({ code: refused.code, field: refused.field }).toEqual({ code, field });
    }
    expect(await rowsOf(organization.id)).toEqual(before);
  });

  it.each([
    ['0.30', 'gbp', 30],
    ['999,999.99', 'GBP', 99_999_999],
    ['12,50', 'eur', 1250],
    ['50', 'jpy', 50],
    ['99,999,999', 'jpy', 99_999_999],
    ['5', 'isk', 500],
    ['999,999', 'ugx', 99_999_900],
    ['1.25', 'kwd', 1250],
    ['175.50', 'huf', 17_550],
    ['20', 'twd', 2000],
  ])('of %s in %s costs %i of the smallest unit', async (price, currency, unitAmount) => {
    const { organization, admin } = await open();
    const added = await addProduct(stage.context, admin, { name: '🛟'.repeat(100), price, currency });
    expect(added.unitAmount).toBe(unitAmount);
    expect((await rowsOf(organization.id))[0]).toMatchObject({
      unitAmount,
      currency: currency.toLowerCase(),
    });
  });

  it('says in the refusal what a price may be', async () => {
    const { admin } = await open();
    const said = async (typed: object) =>
      (await refusal(addProduct(stage.context, admin, { ...kettle, ...typed }))).message;
    expect(await said({ price: '0.10' })).toContain('£0.30 to £999,999.99');
    expect(await said({ price: '1', currency: 'jpy' })).toContain('JP¥50 to JP¥99,999,999');
    expect(await said({ price: 'ten' })).toContain('like 1200.00');
    expect(await said({ price: '1.5', currency: 'jpy' })).toContain('like 120000');
  });
});

describe('the list of products', () => {
  it('comes in pages, those on sale first, and finds the page of one', async () => {
    const { admin } = await open();
    const added = [];
    for (let index = 0; index < 25; index++) {
      added.push(await addProduct(stage.context, admin, { ...kettle, name: `P${index}` }));
    }
    const off = await switchProduct(stage.context, admin, { productId: String(added[0]?.id), active: false });
    const first = await listProducts(stage.context, admin);
    expect(first).toMatchObject({ total: 25, onSale: 24, page: 0, pages: 3 });
    expect(first.products).toHaveLength(PRODUCTS_PAGE);
    expect(first.products[0]?.name).toBe('P1');
    const last = await listProducts(stage.context, admin, { with: off });
    expect(last.page).toBe(2);
    expect(last.products.at(-1)).toEqual(off);
    const eleventh = added[11];
    if (!eleventh) throw new Error('It was just added.');
    expect((await listProducts(stage.context, admin, { with: eleventh })).products[0]).toEqual(eleventh);
    for (const [page, shown] of [
      [99, 2],
      [-5, 0],
      [Number.NaN, 0],
      [1.9, 1],
    ] as const) {
      expect((await listProducts(stage.context, admin, { page })).page).toBe(shown);
    }
    expect((await listProducts(stage.context, (await open()).admin)).products).toEqual([]);
  });

  it('has so many on sale at most, however many are added or put on sale at once', async () => {
    const { organization, admin } = await open();
    const createdAt = stage.context.now();
    const data = Array.from({ length: MOST_ON_SALE - 2 }, (_, index) => ({
      organizationId: organization.id,
      name: `P${index}`,
      unitAmount: 100,
      currency: 'gbp',
      createdAt,
      updatedAt: createdAt,
    }));
    await stage.database.product.createMany({ data });
    const off = await Promise.all(
      Array.from({ length: 3 }, () =>
        stage.database.product.create({
          data: { ...data[0], active: false, organizationId: organization.id } as never,
        }),
      ),
    );
    const counts = await tally([
      ...off.map(({ id }) => switchProduct(stage.context, admin, { productId: id, active: true })),
      ...Array.from({ length: 3 }, () => addProduct(stage.context, admin, kettle)),
    ]);
    expect(counts).toEqual({ done: 2, products_full: 4 });
    expect(await productsOnSale(stage.context, organization.id)).toHaveLength(MOST_ON_SALE);
  });
});

describe('products', () => {
  it('are the Owner’s and Admins’ to manage, and nobody’s while the organization is read-only', async () => {
    const { organization, admin, agent } = await open();
    const product = await addProduct(stage.context, admin, kettle);
    const { id: organizationId, teamId } = organization;
    const visitor = await seedVisitor(stage.context, { teamId, organizationId, standing: 'guest' });
    const before = [await rowsOf(organizationId), await audits(organizationId)];
    for (const [actor, code] of [
      [agent, 'not_allowed'],
      [visitor, 'not_a_member'],
      [{ ...organization.owner, readOnly: 'lapsed' }, 'organization_lapsed'],
      [{ ...organization.owner, readOnly: 'closing' }, 'organization_closing'],
    ] as const) {
      for (const attempt of [
        () => addProduct(stage.context, actor, kettle),
        () => changeProduct(stage.context, actor, { ...kettle, productId: product.id, seen: product }),
        () => switchProduct(stage.context, actor, { productId: product.id, active: false }),
        () => listProducts(stage.context, actor),
        () => findProduct(stage.context, actor, { productId: product.id }),
      ]) {
        expect((await refusal(attempt())).code).toBe(code);
      }
    }
    expect([await rowsOf(organizationId), await audits(organizationId)]).toEqual(before);
  });

  it('of another organization are not there', async () => {
    const [mine, theirs] = [await open(), await open()];
    const product = await addProduct(stage.context, theirs.admin, kettle);
    const before = await rowsOf(theirs.organization.id);
    for (const productId of [product.id, 'x', '']) {
      for (const attempt of [
        () => changeProduct(stage.context, mine.admin, { ...kettle, price: '1', productId, seen: product }),
        () => switchProduct(stage.context, mine.admin, { productId, active: false }),
        () => findProduct(stage.context, mine.admin, { productId }),
      ]) {
        expect((await refusal(attempt())).code).toBe('product_unknown');
      }
    }
    expect(await rowsOf(theirs.organization.id)).toEqual(before);
    expect(await productsOnSale(stage.context, mine.organization.id)).toEqual([]);
  });
});
