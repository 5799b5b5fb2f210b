import { beforeAll, describe, expect, it } from 'vitest';
import { Browser } from '../sandbox/browser.ts';
import type { Person } from '../sandbox/slack/person.ts';
import { payOnPage } from '../sandbox/stripe/shopper.ts';
import { queueBackends } from '../setup/redis.ts';
import { useWorld } from '../setup/world.ts';
import { type Company, openCompany } from './company.ts';
import { controlFor, figuresOf, modalOf, pageWords } from './sight.ts';

describe.each(await queueBackends())('requests in one process and jobs in another, on $name', (backend) => {
  const world = useWorld(backend, { ROLE: 'web' });
  let company: Company;
  let owner: Person;
  let stopWorker: () => Promise<void>;
  const overview = (person: Person) => company.read(person, 'overview');
  const startWorker = async () => {
    stopWorker = (await world.startAnother('worker')).stop;
  };

  beforeAll(async () => {
    company = await openCompany(world);
    owner = company.hire('Olivia');
  });

  it('answer people while no worker runs: what they see at once is right, what is sent waits', async () => {
    expect((await company.install(owner)).status).toBe(200);
    await company.open(owner, 'create');
    await owner.fill({ name: 'Harbour Support' });
    expect((await owner.submit()).errors).toEqual({});
    await owner.closeModal();
    expect(await company.read(owner, 'prefix SUP')).toContain('SUP-001');
    expect(await overview(owner)).toContain('*Ticket prefix*\nSUP');
    await owner.openHome();
    expect(await company.told(owner)).toEqual([]);
    expect(owner.home).toBeUndefined();
    expect((await fetch(`${world.url}/readyz`)).status).toBe(200);
  });

  it('the worker does all of it when it comes', async () => {
    await startWorker();
    expect(await company.told(owner)).toEqual([expect.stringContaining('*Harbour Support* is here already')]);
    expect(await company.home(owner)).toContain('Harbour Support');
  });

  it('work together as one', async () => {
    await company.buy(owner, 4);
    expect(await company.figures(owner)).toEqual(['4', '1', '£23.96']);
    const amir = company.hire('Amir');
    await company.invite(owner, amir.user.email);
    expect((await company.join(amir, await company.link(amir.user.email))).status).toBe(200);
    expect(await company.figures(owner)).toEqual(['4', '2', '£23.96']);
  });

  it('an invite ends by the clock alone, to the second: its seat is free and its link dead', async () => {
    const [dana, eve] = [company.hire('Dana'), company.hire('Eve')];
    await company.invite(owner, dana.user.email);
    await company.invite(owner, eve.user.email);
    const link = await company.link(dana.user.email);
    await stopWorker();
    expect((await company.invite(owner, 'late@else.example')).error).toContain(
      'No seat free: 4 seats purchased, 2 members and 2 pending invites',
    );
    await world.advance({ days: 7, seconds: 1 });
    const page = await new Browser().get(link);
    expect([page.status, pageWords(page.html)]).toEqual([410, expect.stringContaining('has expired')]);
    expect(figuresOf(await overview(owner))).toEqual(['4', '2', '£23.96']);
    await company.open(owner, 'invite');
    expect(modalOf(owner)).toContain('Pending invites: 0');
    await owner.closeModal();
    const { responses } = await dana.press('invitation.accept', { in: 'message' });
    await world.slack.until('the refusal', () => responses.length > 0);
    expect(JSON.stringify(responses)).toContain('This invite has expired.');
    // Two seats are free again, and the address of one of the two may be asked anew.
    expect((await company.invite(owner, dana.user.email, 'admin')).error).toBe('');
    expect((await company.invite(owner, 'late@else.example')).error).toBe('');
    expect((await company.invite(owner, 'later@else.example')).error).toContain('No seat free');
  });

  it('what was decided meanwhile is recorded and shown, Stripe and the mail hear of it later, once', async () => {
    const [, due = ''] = /£(\d+\.\d\d)/.exec(await company.want(owner, 6)) ?? [];
    const paid = world.stripe.state.taken();
    await owner.submit();
    expect(await company.outcome(owner)).toContain(`Stripe charges £${due}`);
    await owner.closeModal();
    expect(await overview(owner)).toContain('A change to 6 seats is on its way to Stripe.');
    expect(world.stripe.state.taken()).toBe(paid);
    expect(world.mail.mailbox('late@else.example')).toEqual([]);
    const messages = (await company.told(owner)).length;

    await startWorker();
    await world.settle();
    await world.advance({ seconds: 3 });
    expect(await company.figures(owner)).toEqual(['6', '4', '£35.94']);
    expect(world.stripe.state.taken()).toBe(paid + Math.round(100 * Number(due)));
    expect(world.mail.mailbox('late@else.example')).toHaveLength(1);
    // Of the two that ran out, one is invited again: only the other is told of.
    expect((await company.told(owner)).slice(messages).toSorted()).toEqual([
      expect.stringMatching(/^The invite of \*eve@.* has expired without an answer/),
      `You have 6 seats now. £${due} was charged for the rest of this month.`,
    ]);
  });

  it('Stripe’s events are taken while no worker runs, and followed when one does', async () => {
    const subscription = world.stripe.state.subscriptions()[0];
    world.stripe.dashboard.setCard(subscription?.customer ?? '', 'pm_card_authenticationRequired');
    await company.change(owner, 7);
    await world.settle();
    await stopWorker();
    const { url } = await owner.press('seats.pay', { in: 'message' });
    expect((await payOnPage(url ?? '')).status).toBe(200);
    await world.settle();
    expect(figuresOf(await overview(owner))).toEqual(['6', '4', '£35.94']);
    await startWorker();
    expect(await company.figures(owner)).toEqual(['7', '4', '£41.93']);
  });

  it('two workers share the work, and nothing is done twice', async () => {
    const second = await world.startAnother('worker');
    const names = ['Finn', 'Gail', 'Hana'];
    const people = names.map((name) => company.hire(name));
    await Promise.all(people.map(({ user }) => company.read(owner, `invite ${user.email} agent`)));
    await world.settle();
    for (const { user } of people) {
      expect(world.mail.mailbox(user.email)).toHaveLength(1);
      expect(await world.slack.directMessages(company.team, user.id)).toHaveLength(1);
    }
    await second.stop();
    await company.open(owner, 'invite');
    await owner.press(
      'invitations.revoke',
      controlFor(owner, 'invitations.revoke', people[0]?.user.email ?? ''),
    );
    await owner.closeModal();
    expect(await company.figures(owner)).toEqual(['7', '6', '£41.93']);
  });
});
