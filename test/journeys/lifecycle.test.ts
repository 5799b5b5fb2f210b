import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../sandbox/slack/json.ts';
import { queueBackends } from '../setup/redis.ts';
import { useWorld } from '../setup/world.ts';
import { foundCompany, seat } from './company.ts';
import { controlFor, modalOf } from './sight.ts';

describe.each(await queueBackends())('what happens to a workspace and its people, on $name', (backend) => {
  const world = useWorld(backend);
  const quantities = () => world.stripe.state.subscriptions().map(({ items }) => items.data[0]?.quantity);

  /** An event that Slack delivers long after it happened. */
  const sendLate = (team: string, event: JsonObject) =>
    world.slack.send(
      JSON.stringify({
        type: 'event_callback',
        team_id: team,
        event_id: `EvLate${Math.random().toString(36).slice(2)}`,
        event_time: Math.floor(Date.now() / 1000) - 60,
        event,
      }),
    );

  it.each(['uninstalled, then revoked', 'revoked, then uninstalled'])(
    'the app is removed (%s): what is due goes on, nothing is lost, and a reinstall takes it up',
    async (order) => {
      const company = await foundCompany(world, { seats: 4 });
      const { owner, team } = company;
      const agent = await seat(company, 'Amir');
      const [dana, eve] = [company.hire('Dana'), company.hire('Eve')];
      await company.invite(owner, dana.user.email);
      const link = await company.link(dana.user.email);
      const subscription = world.stripe.state.subscriptions().at(-1)?.id ?? '';
      const told = (await company.told(owner)).length;

      const { uninstalled, revoked } = world.slack.uninstall(team);
      // Before the app hears of it, somebody presses on: what they decide holds, whoever can be told of it or not.
      expect(await company.read(owner, `invite ${eve.user.email} admin`)).toContain('is invited as Admin');
      const events = order.startsWith('uninstalled') ? [uninstalled, revoked] : [revoked, uninstalled];
      for (const event of events) {
        expect((await world.slack.sendEvent(team, event)).status).toBe(200);
        await world.settle();
      }
      // Billing and the pages of invites go on without Slack.
      world.stripe.dashboard.changeQuantity(subscription, 5);
      await world.settle();
      expect(quantities().at(-1)).toBe(5);
      expect(world.mail.mailbox(eve.user.email)).toHaveLength(1);
      expect(await company.told(owner)).toHaveLength(told);
      // Sign in with Slack goes by the browser, but who somebody is in the workspace only Slack can say.
      expect((await company.join(dana, link)).status).toBe(502);

      const again = await company.install(owner);
      expect(again.status).toBe(200);
      await sendLate(team, uninstalled);
      await sendLate(team, revoked);
      expect(await company.figures(owner)).toEqual(['5', '4', '£29.95']);
      expect((await company.join(dana, link)).status).toBe(200);
      expect((await company.told(owner)).slice(told)).toEqual([
        expect.stringContaining(`*${dana.user.email}* has accepted the invite`),
      ]);
      expect(await company.read(agent, 'overview')).toContain('Harbour Support');
      expect((await company.join(eve, await company.link(eve.user.email))).status).toBe(200);
      expect(await company.home(owner)).toContain(`<@${eve.user.id}> · Admin`);
    },
  );

  it('somebody is deactivated: their seat and the invites to them are free, and what they left open does nothing', async () => {
    const company = await foundCompany(world, { seats: 4 });
    const { owner, team } = company;
    const admin = await seat(company, 'Amir', 'admin');
    const dana = company.hire('Dana');
    await company.invite(owner, dana.user.email);
    const link = await company.link(dana.user.email);
    expect(await company.figures(owner)).toEqual(['4', '3', '£23.96']);
    await company.open(admin, 'invite');
    await admin.fill({ email: 'friend@else.example', role: 'admin' });

    await world.slack.changeUser(team, dana.user.id, { deleted: true });
    await world.slack.changeUser(team, admin.user.id, { deleted: true });
    expect(await company.figures(owner)).toEqual(['4', '1', '£23.96']);
    expect((await company.join(dana, link)).status).toBe(410);
    const { errors } = await admin.submit();
    expect(Object.values(errors).join()).toContain('You have no seat in this organization.');
    await world.settle();
    expect(world.mail.mailbox('friend@else.example')).toEqual([]);
    await company.open(owner, 'audit');
    expect(modalOf(owner)).toContain('Slack deactivated *Amir* (Admin), and the seat is free');
  });

  it('somebody loses their role between opening a form and sending it', async () => {
    const company = await foundCompany(world, { seats: 3 });
    const { owner } = company;
    const admin = await seat(company, 'Amir', 'admin');
    await company.open(admin, 'domains');
    await company.open(owner, 'members');
    await owner.choose('members.change', 'Make Agent', controlFor(owner, 'members.change', admin.user.id));
    await world.slack.until('the answer', () => modalOf(owner).includes('is an Agent now'));
    await owner.closeModal();
    await admin.fill({ website: 'shop.example.com' });
    expect((await admin.submit()).errors).toEqual({ website: 'Only the Owner and Admins can do this.' });
    expect(await company.home(owner)).not.toContain('shop.example.com');
  });

  it('the organization changes hands: by its name typed, to an active member, and nobody else', async () => {
    const company = await foundCompany(world, { seats: 3 });
    const { owner } = company;
    const heir = await seat(company, 'Amir', 'agent');
    const outsider = company.hire('Dana');
    expect(await company.read(owner, 'leave')).toContain('The Owner cannot leave.');
    expect(await company.read(owner, `transfer <@${outsider.user.id}>`)).toContain(
      'goes to an active member',
    );

    await company.open(owner, `transfer <@${heir.user.id}>`);
    await owner.fill({ member: heir.user.id, confirmation: 'harbour' });
    expect((await owner.submit()).errors).toEqual({
      confirmation: 'Type the name exactly as it is: Harbour Support',
    });
    await owner.fill({ confirmation: 'Harbour Support' });
    await owner.submit();
    expect(modalOf(owner)).toContain('*Amir* is the Owner now');
    await owner.closeModal();

    expect((await company.told(heir)).at(-1)).toContain('You are the Owner of *Harbour Support* now.');
    const home = await company.home(heir);
    expect(home).toContain(`<@${heir.user.id}> · Owner`);
    expect(home).toContain(`<@${owner.user.id}> · Admin`);
    expect(await company.read(owner, 'seats')).toContain(`<@${heir.user.id}>, the Owner, can change them.`);
    await company.change(heir, 4);
    expect(await company.figures(heir)).toEqual(['4', '2', '£23.96']);
    expect((await company.told(heir)).at(-1)).toContain('You have 4 seats now.');
  });

  it('somebody leaves: the seat is free, and they are back only by a new invite', async () => {
    const company = await foundCompany(world, { seats: 2 });
    const { owner } = company;
    const agent = await seat(company, 'Amir');
    await company.open(agent, 'leave');
    await agent.submit();
    expect(modalOf(agent)).toContain('You have left the organization. Your seat is free.');
    await agent.closeModal();
    expect(await company.figures(owner)).toEqual(['2', '1', '£11.98']);
    expect(await company.home(agent)).toContain('You have no seat');
    expect((await company.invite(owner, agent.user.email, 'admin')).error).toBe('');
    await world.settle();
    await agent.press('invitation.accept', { in: 'message' });
    expect(await company.home(agent)).toContain(`<@${agent.user.id}> · Admin`);
  });

  it('the product is restarted in the middle: what was decided is done, once', async () => {
    const company = await foundCompany(world, { seats: 3 });
    const { owner } = company;
    const [amir, dana] = [company.hire('Amir'), company.hire('Dana')];
    const form = await company.want(owner, 4);
    expect(form).toContain('Due now');
    world.stripe.gate.close();
    await owner.submit();
    await owner.closeModal();
    await company.read(owner, `invite ${amir.user.email} agent`);
    const stopping = world.restart();
    world.stripe.gate.open();
    await stopping;
    await company.read(owner, `invite ${dana.user.email} agent`);
    expect(await company.figures(owner)).toEqual(['4', '3', '£23.96']);
    expect(quantities().at(-1)).toBe(4);
    for (const { user } of [amir, dana]) {
      expect(world.mail.mailbox(user.email)).toHaveLength(1);
      expect((await world.slack.directMessages(company.team, user.id)).map(({ text }) => text)).toHaveLength(
        1,
      );
    }
  });
});
