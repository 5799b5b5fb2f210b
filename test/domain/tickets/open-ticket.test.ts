import { describe, expect, it } from 'vitest';
import { changePrefix } from '../../../src/domain/organizations/change-prefix.ts';
import { openFromCustomer } from '../../../src/domain/tickets/open-from-customer.ts';
import { seedVisitor } from '../../setup/organization.ts';
import { refusal, useStage } from '../invitations/stage.ts';
import { anyTicket, cardOf, effectsFor, openTicketDesk } from './desk.ts';

const stage = useStage();

describe('opening a ticket', () => {
  it('writes the ticket, its first message, its requester and what is to be done, under the next number', async () => {
    const { agent } = await openTicketDesk(stage);
    const { id, number } = await anyTicket(stage, agent, {
      title: '  Cold tea ',
      description: 'One\r\ntwo ',
    });
    expect(number).toBe('TKT-001');
    expect(await cardOf(stage, agent, id)).toMatchObject({
      number: 'TKT-001',
      title: 'Cold tea',
      description: 'One\ntwo',
      requester: { name: agent.name, email: agent.email },
      priority: 'normal',
      status: 'open',
      source: 'slack',
      assignee: null,
      openedBy: { memberId: agent.memberId, userId: agent.userId },
      category: null,
      messageTs: null,
      createdAt: stage.context.now(),
      activeAt: stage.context.now(),
      respondedAt: null,
      resolvedAt: null,
    });
    expect(await effectsFor(stage, agent, id)).toEqual(['home.refresh', 'ticket.post']);
  });

  it('opens it for a customer, once for one address, and has them told', async () => {
    const { agent } = await openTicketDesk(stage);
    const first = await anyTicket(stage, agent, {
      requester: { name: 'Cleo', email: ' Cleo@Shop.example ' },
    });
    const second = await anyTicket(stage, agent, { requester: { email: 'cleo@shop.example' } });
    const cards = [await cardOf(stage, agent, first.id), await cardOf(stage, agent, second.id)];
    expect(cards[0]?.requester).toEqual(cards[1]?.requester);
    expect(cards[1]?.requester).toMatchObject({ name: 'Cleo', email: 'cleo@shop.example' });
    expect(await effectsFor(stage, agent, first.id)).toContain('ticket.acknowledge');
  });

  it('keeps priority, category, assignee and the message that it was taken from', async () => {
    const { admin, agent, organization } = await openTicketDesk(stage);
    const category = { id: stage.context.newId(), organizationId: organization.id, name: 'Kitchen' };
    await stage.database.ticketCategory.create({ data: { ...category, createdAt: stage.context.now() } });
    const { id } = await anyTicket(stage, admin, {
      priority: 'urgent',
      categoryId: category.id,
      assigneeId: agent.memberId,
      permalink: 'https://harbour.slack.com/archives/C1/p1',
    });
    expect(await cardOf(stage, admin, id)).toMatchObject({
      priority: 'urgent',
      category: { id: category.id, name: 'Kitchen' },
      assignee: { memberId: agent.memberId, userId: agent.userId, name: 'Agnes Agent' },
      permalink: 'https://harbour.slack.com/archives/C1/p1',
      source: 'message',
    });
  });

  it.each([
    [{ title: ' ' }, 'ticket_title_length', 'title'],
    [{ title: 'x'.repeat(151) }, 'ticket_title_length', 'title'],
    [{ title: 'two\nlines' }, 'text_invalid', 'title'],
    [{ title: 'NUL \0' }, 'text_invalid', 'title'],
    [{ description: '' }, 'ticket_description_length', 'description'],
    [{ description: 'x'.repeat(10_001) }, 'ticket_description_length', 'description'],
    [{ description: 'half \ud800' }, 'text_invalid', 'description'],
    [{ requester: { name: 'Cleo' } }, 'email_form', 'email'],
    [{ requester: { email: 'cleo' } }, 'email_form', 'email'],
    [{ requester: { name: 'x'.repeat(81), email: 'c@shop.example' } }, 'requester_name_length', 'name'],
    [{ priority: 'soon' }, 'ticket_choice_unknown', 'priority'],
    [{ categoryId: 'nonsense' }, 'category_unknown', 'category'],
    [{ categoryId: '01890000-0000-7000-8000-000000000000' }, 'category_unknown', 'category'],
    [{ assigneeId: '01890000-0000-7000-8000-000000000000' }, 'assignee_unknown', 'assignee'],
  ])('refuses %j', async (input, code, field) => {
    const { agent, organization } = await openTicketDesk(stage);
    const refused = await refusal(anyTicket(stage, agent, input));
    expect({ code: refused.code, field: refused.field }).toEqual({ code, field });
    const where = { organizationId: organization.id };
    expect(await stage.database.ticket.count({ where })).toBe(0);
    // Nothing was used up by it.
    expect((await anyTicket(stage, agent)).number).toBe('TKT-001');
  });

  it('takes 150 and 10,000 characters, whatever their size', async () => {
    const { agent } = await openTicketDesk(stage);
    const { id } = await anyTicket(stage, agent, {
      title: '🫖'.repeat(150),
      description: '🫖'.repeat(10_000),
    });
    const { title, description } = await cardOf(stage, agent, id);
    expect([[...title].length, [...description].length]).toEqual([150, 10_000]);
  });

  it('refuses what is another organization’s', async () => {
    const [mine, theirs] = [await openTicketDesk(stage), await openTicketDesk(stage)];
    const category = { id: stage.context.newId(), organizationId: theirs.organization.id, name: 'Kitchen' };
    await stage.database.ticketCategory.create({ data: { ...category, createdAt: stage.context.now() } });
    const tries = [{ categoryId: category.id }, { assigneeId: theirs.agent.memberId }];
    for (const input of tries) await refusal(anyTicket(stage, mine.agent, input));
    expect(await stage.database.ticket.count({ where: { organizationId: mine.organization.id } })).toBe(0);
  });

  it('is for members, where seats were bought and are paid', async () => {
    const { organization, agent } = await openTicketDesk(stage);
    const visitor = await seedVisitor(stage.context, {
      teamId: organization.teamId,
      organizationId: organization.id,
    });
    const without = await openTicketDesk(stage, { seats: 0 });
    const code = async (attempt: Promise<unknown>) => (await refusal(attempt)).code;
    expect(await code(anyTicket(stage, visitor as never))).toBe('not_a_member');
    expect(await code(anyTicket(stage, without.owner))).toBe('tickets_need_seats');
    expect(await code(anyTicket(stage, { ...agent, readOnly: 'lapsed' }))).toBe('organization_lapsed');
    expect(
      await stage.database.ticketSequence.count({ where: { organizationId: without.organization.id } }),
    ).toBe(0);
  });
});

describe('a customer’s ticket', () => {
  const input = {
    requester: { name: 'Cleo', email: 'cleo@shop.example', proven: false },
    title: 'Where is my order?',
    text: 'It has been a week.',
    source: 'email',
  } as const;

  it('is kept where no seat was ever bought, and whatever was written', async () => {
    const { organization, owner } = await openTicketDesk(stage, { seats: 0 });
    const opened = await openFromCustomer(stage.context, {
      ...input,
      organizationId: organization.id,
      teamId: organization.teamId,
      requester: { name: 'Cl\0eo\r\nBcc: x', email: 'cleo@shop.example', proven: false },
      title: `<!channel>\n${'x'.repeat(200)}`,
      text: `NUL \0, half \ud800, turned \u202e, ${'y'.repeat(50_000)}`,
    });
    const card = await cardOf(stage, owner, opened?.id ?? '');
    expect(card.requester.name).toBe('Cleo Bcc: x');
    expect(card.title).toMatch(/^<!channel> x{138}…$/);
    expect(card.description).toMatch(/^NUL , half , turned , y+…$/);
    expect([...card.description]).toHaveLength(40_000);
    expect(card.openedBy).toBeNull();
  });

  it('has a title, whatever it came without', async () => {
    const { organization, owner } = await openTicketDesk(stage);
    const where = { organizationId: organization.id, teamId: organization.teamId };
    const opened = await openFromCustomer(stage.context, {
      ...input,
      ...where,
      title: '\u200b ',
      text: '',
      requester: { email: 'nameless@shop.example', proven: false },
    });
    expect(await cardOf(stage, owner, opened?.id ?? '')).toMatchObject({
      title: '(no subject)',
      description: '',
      requester: { name: 'nameless@shop.example' },
    });
  });

  it('is one, however often and however much at once it is brought', async () => {
    const { organization } = await openTicketDesk(stage);
    const where = { organizationId: organization.id, teamId: organization.teamId };
    const once = { ...input, ...where, onceKey: `mail:${organization.id}:<1@shop.example>` };
    const opened = await Promise.all(
      Array.from({ length: 100 }, () => openFromCustomer(stage.context, once)),
    );
    expect(opened.filter((each) => each !== null).map((each) => each?.number)).toEqual(['TKT-001']);
    expect(await stage.database.ticket.count({ where: { organizationId: organization.id } })).toBe(1);
  });

  it('goes on from another, and keeps its files', async () => {
    const { organization, owner } = await openTicketDesk(stage);
    const where = { organizationId: organization.id, teamId: organization.teamId };
    const first = await openFromCustomer(stage.context, { ...input, ...where });
    const bytes = new Uint8Array([0, 1, 2, 255]);
    const second = await openFromCustomer(stage.context, {
      ...input,
      ...where,
      precedingId: first?.id ?? '',
      attachments: [
        { name: 'a.png', contentType: 'image/png', bytes },
        { name: 'b.pdf', contentType: 'application/pdf', bytes: new Uint8Array() },
      ],
    });
    expect((await cardOf(stage, owner, second?.id ?? '')).preceding).toMatchObject({ number: 'TKT-001' });
    const files = await stage.database.ticketAttachment.findMany({
      where: { ticketId: second?.id ?? '' },
      orderBy: { name: 'asc' },
    });
    expect(files).toMatchObject([
      { name: 'a.png', contentType: 'image/png', size: 4 },
      { name: 'b.pdf', contentType: 'application/pdf', size: 0 },
    ]);
    expect(new Uint8Array(files[0]?.content ?? [])).toEqual(bytes);
  });
});

describe('the numbers', () => {
  it('of 1,000 tickets opened at once over two prefixes have no gap and no double', async () => {
    const { organization, owner, agent } = await openTicketDesk(stage);
    const opening = Array.from({ length: 1_000 }, async (_, index) => {
      if (index === 500) await changePrefix(stage.context, owner, { prefix: 'SUP' });
      return anyTicket(stage, agent, { requester: { email: `c${index % 7}@shop.example` } });
    });
    const numbers = (await Promise.all(opening)).map(({ number }) => number);
    const of = (prefix: string) =>
      numbers
        .filter((number) => number.startsWith(`${prefix}-`))
        .map((number) => Number(number.split('-')[1]));
    for (const prefix of ['TKT', 'SUP']) {
      const given = of(prefix).sort((one, other) => one - other);
      expect(given).toEqual(given.map((_, index) => index + 1));
      expect(given.length).toBeGreaterThan(0);
    }
    expect(of('TKT').length + of('SUP').length).toBe(1_000);
    const sequences = await stage.database.ticketSequence.findMany({
      where: { organizationId: organization.id },
    });
    expect(new Map(sequences.map(({ prefix, lastNumber }) => [prefix, lastNumber]))).toEqual(
      new Map([
        ['TKT', of('TKT').length],
        ['SUP', of('SUP').length],
      ]),
    );
  });

  it('begin anew under a new prefix, and go on where an old one stopped', async () => {
    const { owner, agent } = await openTicketDesk(stage);
    const next = async () => (await anyTicket(stage, agent)).number;
    expect([await next(), await next()]).toEqual(['TKT-001', 'TKT-002']);
    await changePrefix(stage.context, owner, { prefix: 'sup' });
    expect(await next()).toBe('SUP-001');
    await changePrefix(stage.context, owner, { prefix: 'tkt' });
    expect(await next()).toBe('TKT-003');
  });

  it('have a fourth digit when they need it', async () => {
    const { organization, agent } = await openTicketDesk(stage);
    const data = { organizationId: organization.id, prefix: 'TKT', lastNumber: 998 };
    await stage.database.ticketSequence.create({ data });
    expect((await anyTicket(stage, agent)).number).toBe('TKT-999');
    expect((await anyTicket(stage, agent)).number).toBe('TKT-1000');
  });
});
