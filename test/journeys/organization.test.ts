import { beforeAll, describe, expect, it } from 'vitest';
import { Browser } from '../sandbox/browser.ts';
import type { Person } from '../sandbox/slack/person.ts';
import { queueBackends } from '../setup/redis.ts';
import { useWorld } from '../setup/world.ts';
import { type Company, openCompany } from './company.ts';
import { controlFor, modalOf, pageWords } from './sight.ts';

describe.each(await queueBackends())('an organization from its first day, on $name', (backend) => {
  const world = useWorld(backend);
  let company: Company;
  let olivia: Person;
  let amir: Person;

  beforeAll(async () => {
    company = await openCompany(world);
    olivia = company.hire('Olivia');
    amir = company.hire('Amir');
  });

  it('is offered when the app is installed: by the page, by a message and on the Home tab', async () => {
    const page = await company.install(olivia);
    expect(page.status).toBe(200);
    expect(pageWords(page.html)).toContain('/org create');
    expect(await company.told(olivia)).toEqual([expect.stringContaining('/org create')]);
    expect(await company.home(olivia)).toContain('This workspace has no organization yet');
  });

  it('is created from the button of that message', async () => {
    await olivia.press('create.open', { in: 'message' });
    await world.slack.until('the form', () => olivia.modal);
    await olivia.fill({ name: ' Harbour & Sons ', description: 'Until the tide turns.' });
    expect((await olivia.submit()).errors).toEqual({});
    expect(modalOf(olivia)).toContain('you are its Owner');
    await olivia.closeModal();
    const home = await company.home(olivia);
    for (const part of ['Harbour & Sons', 'Until the tide turns.', 'TKT', `<@${olivia.user.id}> · Owner`]) {
      expect(home).toContain(part);
    }
    expect(await company.figures(olivia)).toEqual(['0', '1', '£0.00']);
    expect(await company.read(amir, 'create')).toContain('already has its organization');
  });

  it('cannot invite before it has seats', async () => {
    const { error, form } = await company.invite(olivia, amir.user.email);
    expect(error).toBe('No seat free: none are purchased. The Owner can buy seats with /org seats.');
    expect(form).toContain('Pending invites: 0');
    expect(world.mail.mailbox(amir.user.email)).toEqual([]);
  });

  it('buys seats on the page of Stripe', async () => {
    await company.buy(olivia, 2);
    expect(await company.figures(olivia)).toEqual(['2', '1', '£11.98']);
    expect(world.stripe.state.charges().map(({ amount, currency }) => [amount, currency])).toEqual([
      [1198, 'gbp'],
    ]);
    expect((await company.told(olivia)).at(-1)).toBe(
      'Your subscription has started, with 2 seats. Now invite your people.',
    );
  });

  it('invites somebody by the form, who joins by the page of the mail', async () => {
    const { form, error } = await company.invite(olivia, amir.user.email);
    expect(error).toBe('');
    expect(form).toContain(`*${amir.user.email}*\nAgent · 6 days left`);
    expect(await company.figures(olivia)).toEqual(['2', '2', '£11.98']);

    const link = await company.link(amir.user.email);
    const [mail] = world.mail.mailbox(amir.user.email);
    expect(mail?.subject).toContain('Harbour & Sons');
    expect(mail?.html).toContain('Harbour &amp; Sons');
    const page = await new Browser().get(link);
    expect(pageWords(page.html)).toContain('Olivia invites you to Harbour & Sons');
    expect(await company.home(amir)).toContain('You have no seat');

    const welcome = await company.join(amir, link);
    expect(welcome.status).toBe(200);
    expect(pageWords(welcome.html)).toContain('You have joined as Agent');
    expect(await company.home(amir)).toContain(`<@${amir.user.id}> · Agent`);
    expect((await company.told(olivia)).at(-1)).toContain(`*${amir.user.email}* has accepted the invite`);
    // The offer in the direct message shows what became of it.
    expect((await company.told(amir)).at(-1)).toContain('You have joined *Harbour &amp; Sons* as Agent');
    expect(await company.figures(olivia)).toEqual(['2', '2', '£11.98']);
    expect((await new Browser().get(link)).status).toBe(410);
  });

  it('makes the Agent an Admin, who may then do more than before', async () => {
    expect(await company.read(amir, 'prefix SUP')).toContain('Only the Owner and Admins can do this.');
    await company.open(olivia, 'members');
    await olivia.choose('members.change', 'Make Admin', controlFor(olivia, 'members.change', amir.user.id));
    await world.slack.until('the new role', () => modalOf(olivia).includes('*Amir* is an Admin now.'));
    await olivia.closeModal();
    expect((await company.told(amir)).at(-1)).toContain('You are an Admin of *Harbour &amp; Sons* now.');
    expect(await company.home(amir)).toContain('Manage members');
    expect(await company.read(amir, 'prefix SUP')).toContain('SUP-001');
    expect(await company.home(olivia)).toContain('*Ticket prefix*\nSUP');
  });

  it('lets nobody change the Owner, and an Admin buy nothing', async () => {
    await company.open(amir, 'members');
    expect(() => controlFor(amir, 'members.change', olivia.user.id)).toThrow('0 controls');
    await amir.closeModal();
    expect(await company.read(amir, 'seats')).toContain('can change them');
    expect(await company.read(amir, `transfer <@${amir.user.id}>`)).toContain('Only the Owner can do this.');
  });

  it('removes the Admin: the seat is free, they are told, and what they could do they no longer can', async () => {
    await company.open(olivia, 'members');
    await olivia.choose('members.change', 'Remove …', controlFor(olivia, 'members.change', amir.user.id));
    await world.slack.until('the question', () => modalOf(olivia).includes('Remove member'));
    await olivia.submit();
    await world.slack.until('the list', () => modalOf(olivia).includes('*Amir* is removed'));
    expect(modalOf(olivia)).toContain('1 member');
    await olivia.closeModal();
    expect((await company.told(amir)).at(-1)).toContain(
      'You are no longer a member of *Harbour &amp; Sons*.',
    );
    expect(await company.home(amir)).toContain('You have no seat');
    expect(await company.read(amir, 'prefix HELP')).toContain('You have no seat in this organization.');
    expect(await company.figures(olivia)).toEqual(['2', '1', '£11.98']);
  });

  it('takes them back by a new invite, accepted by direct message', async () => {
    expect((await company.invite(olivia, amir.user.email, 'agent')).error).toBe('');
    expect((await company.told(amir)).at(-1)).toContain('*Olivia* invites you to *Harbour &amp; Sons*');
    await amir.press('invitation.accept', { in: 'message' });
    expect(await company.home(amir)).toContain(`<@${amir.user.id}> · Agent`);
    expect(await company.figures(olivia)).toEqual(['2', '2', '£11.98']);
    await expect(amir.press('invitation.accept', { in: 'message' })).rejects.toThrow('not to be seen');
  });

  it('remembers all of it, newest first, and charged once', async () => {
    await company.open(olivia, 'audit');
    const trail = modalOf(olivia).matchAll(
      /^(?:<@)?(\w+)>? (accepted|invited|removed|changed|created|set)/gm,
    );
    const [o, a] = [olivia.user.id, amir.user.id];
    expect([...trail].map(([, who, did]) => `${who} ${did}`)).toEqual([
      `${a} accepted`,
      `${o} invited`,
      `${o} removed`,
      `${a} changed`,
      `${o} changed`,
      `${a} accepted`,
      `${o} invited`,
      'Stripe changed',
      'Stripe set',
      `${o} created`,
    ]);
    expect(world.stripe.state.taken()).toBe(1198);
    expect(
      world.stripe.state.subscriptions().map(({ status, items }) => [status, items.data[0]?.quantity]),
    ).toEqual([['active', 2]]);
  });
});
