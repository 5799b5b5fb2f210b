import { describe, expect, it } from 'vitest';
import { Browser } from '../sandbox/browser.ts';
import type { Person } from '../sandbox/slack/person.ts';
import { readArchive, readCsv } from '../setup/archive.ts';
import { queueBackends } from '../setup/redis.ts';
import { useWorld } from '../setup/world.ts';
import { type Company, foundCompany, seat } from './company.ts';
import { modalOf, pageWords } from './sight.ts';

type Founded = Company & { owner: Person };

describe.each(await queueBackends())('the way out, on $name', (backend) => {
  const world = useWorld(backend);
  const subscriptionOf = async ({ team }: Company) => {
    const { database } = world.product.context;
    const row = await database.organization.findUniqueOrThrow({ where: { teamId: team } });
    return { id: String(row.subscriptionId), endsAt: row.endsAt };
  };

  /** Opens Stripe's portal by the command and gives its address. */
  async function portal({ read, owner }: Founded): Promise<string> {
    expect(await read(owner, 'billing')).toContain('yours alone');
    const { url } = await owner.press('billing.portal', { in: 'message' });
    if (url === undefined) throw new Error('There is no link to the portal.');
    return url;
  }

  async function askForDeletion({ open, owner }: Founded): Promise<void> {
    await open(owner, 'delete');
    await owner.fill({ confirmation: 'Harbour Support' });
    await owner.submit();
    expect(modalOf(owner)).toContain('It has begun.');
    await owner.closeModal();
    await world.settle();
  }

  /** The file that was handed to somebody last. */
  async function handedOver({ team }: Company, person: Person): Promise<Map<string, Buffer>> {
    const messages = await world.slack.directMessages(team, person.user.id);
    const [file] = messages
      .flatMap(({ files }) => (files as { url_private: string }[] | undefined) ?? [])
      .slice(-1);
    const token = await world.slack.issueBotToken(team);
    const response = await fetch(file?.url_private ?? '', { headers: { authorization: `Bearer ${token}` } });
    return readArchive(Buffer.from(await response.arrayBuffer()));
  }

  it('the Owner cancels on Stripe’s own pages, reads when it ends, and changes their mind there', async () => {
    const company = await foundCompany(world, { seats: 3 });
    const { id } = await subscriptionOf(company);
    const url = await portal(company);
    const browser = new Browser();
    const page = await browser.get(url);
    expect(pageWords(page.html)).toContain('3 ×');
    const post = (action: string) =>
      fetch(url, { method: 'POST', body: new URLSearchParams({ action, subscription: id }) });
    await post('cancel');
    await world.settle();
    const { endsAt } = await subscriptionOf(company);
    expect(endsAt?.getTime()).toBe(
      1000 * Number(world.stripe.state.subscription(id).items.data[0]?.current_period_end),
    );
    expect((await company.told(company.owner)).at(-1)).toContain('was canceled at Stripe and ends on');
    await post('renew');
    await world.settle();
    expect((await subscriptionOf(company)).endsAt).toBeNull();
    const [, back = ''] = /href="([^"]*billing[^"]*)"/.exec(page.html) ?? [];
    expect(pageWords((await browser.get(back)).html)).toContain('Back to Slack');
  });

  it('the Owner deletes the organization, reads what was handed over, and keeps it after all', async () => {
    const company = await foundCompany(world, { seats: 3 });
    const { owner } = company;
    const admin = await seat(company, 'Amir', 'admin');
    const { id } = await subscriptionOf(company);
    await company.invite(owner, 'cleo@else.example');
    const before = await company.figures(owner);
    await askForDeletion(company);
    expect(world.stripe.state.subscription(id).cancel_at_period_end).toBe(true);
    const files = await handedOver(company, owner);
    expect(readCsv(files.get('members.csv')).map(({ name }) => name)).toEqual(['Olivia', 'Amir']);
    expect(readCsv(files.get('invitations.csv')).at(-1)).toMatchObject({ email: 'cleo@else.example' });
    expect(JSON.parse(String(files.get('organization.json')))).toMatchObject({
      organization: { name: 'Harbour Support', subscription_id: id },
    });
    expect(await company.read(admin, 'invite dana@else.example agent')).toContain('is being deleted');
    expect(await company.home(admin)).toContain('until then its Owner can keep it');

    await world.advance({ days: 6 });
    await owner.press('deletion.undo', { in: 'message' });
    await world.settle();
    expect(await company.home(admin)).not.toContain('is deleted');
    expect((await company.told(admin)).at(-1)).toContain('stays: the deletion was undone');
    expect(world.stripe.state.subscription(id).cancel_at_period_end).toBe(false);
    await world.advance({ days: 2 });
    await world.settle();
    expect((await company.figures(owner)).slice(0, 1)).toEqual(before.slice(0, 1));
    expect((await company.invite(owner, 'dana@else.example')).error).toBe('');
  });

  it('seven days later it is gone, and the workspace can begin anew', async () => {
    const company = await foundCompany(world, { seats: 3 });
    const { owner } = company;
    const agent = await seat(company, 'Amir');
    await company.invite(owner, 'cleo@else.example');
    const link = await company.link('cleo@else.example');
    const { id } = await subscriptionOf(company);
    const charged = world.stripe.state.charges().length;
    await askForDeletion(company);
    expect((await new Browser().get(link)).status).toBe(200);

    await world.advance({ days: 7, seconds: 60 });
    await world.settle();
    expect(world.stripe.state.subscription(id).status).toBe('canceled');
    expect((await company.told(owner)).at(-1)).toContain('was deleted');
    expect(await company.home(agent)).toContain('This workspace has no organization yet.');
    expect((await new Browser().get(link)).status).toBe(404);
    expect(world.stripe.state.charges()).toHaveLength(charged);
    // What Stripe tells of it later finds nobody.
    world.stripe.dashboard.deleteCustomer(world.stripe.state.subscription(id).customer);
    await world.settle();

    await company.open(agent, 'create');
    await agent.fill({ name: 'Harbour Two' });
    await agent.submit();
    await agent.closeModal();
    expect(await company.home(agent)).toContain('Harbour Two');
    expect(await company.figures(agent)).toEqual(['0', '1', '£0.00']);
  });
});
