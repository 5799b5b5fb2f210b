import { randomBytes } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Ack, Delivered } from '../sandbox/slack/delivery.ts';
import type { JsonObject } from '../sandbox/slack/json.ts';
import type { Person } from '../sandbox/slack/person.ts';
import { queueBackends } from '../setup/redis.ts';
import { useWorld } from '../setup/world.ts';
import { type Company, foundCompany, seat } from './company.ts';
import { controlFor, modalOf, wordsOf } from './sight.ts';
import { snapshot } from './snapshot.ts';

describe.each(await queueBackends())('requests that somebody has caught or made up, on $name', (backend) => {
  const world = useWorld(backend);
  let company: Company & { owner: Person };
  let owner: Person;
  /** Every request that changes something, as it was sent. */
  const caught: { what: string; request: Delivered }[] = [];
  const look = () => snapshot(world, [company.team]);

  /** Does something, and keeps the request that it was. */
  const act = async <T>(what: string, work: Promise<T>): Promise<T> => {
    const done = await work;
    caught.push({ what, request: world.slack.lastRequest as Delivered });
    return done;
  };

  beforeAll(async () => {
    company = await foundCompany(world, { seats: 4 });
    owner = company.owner;
  });

  it('act once, whatever they were: commands, buttons, forms and events', async () => {
    const amir = await seat(company, 'Amir', 'agent');
    const [dana, eve] = [company.hire('Dana'), company.hire('Eve')];
    await act('a command', owner.command('/org', `invite ${dana.user.email} agent`));
    await act('a prefix', owner.command('/org', 'prefix SUP'));
    await company.open(owner, 'invite');
    await owner.fill({ email: eve.user.email, role: 'admin' });
    await act('a form', owner.submit());
    await act(
      'a button in a form',
      owner.press('invitations.resend', controlFor(owner, 'invitations.resend', dana.user.email)),
    );
    await act(
      'a danger',
      owner.press('invitations.revoke', controlFor(owner, 'invitations.revoke', eve.user.email)),
    );
    await owner.closeModal();
    await world.settle();
    await act('a button in a message', dana.press('invitation.accept', { in: 'message' }));
    await company.open(owner, 'members');
    const member = controlFor(owner, 'members.change', amir.user.id);
    await act('a menu', owner.choose('members.change', 'Make Admin', member));
    await world.slack.until('the answer', () => modalOf(owner).includes('is an Admin now'));
    await owner.choose('members.change', 'Remove …', controlFor(owner, 'members.change', amir.user.id));
    await world.slack.until('the question', () => modalOf(owner).includes('Remove member'));
    await act('a question', owner.submit());
    await owner.closeModal();
    await company.want(owner, 5);
    await act('an update', owner.submit());
    await owner.closeModal();
    await act('a deactivation', world.slack.changeUser(company.team, eve.user.id, { deleted: true }));
    await company.open(owner, 'domains');
    await owner.fill({ website: 'shop.example.com' });
    await act('a domain', owner.submit());
    await owner.closeModal();

    const before = await look();
    expect(before.audit_entries).not.toEqual([]);
    for (const { what, request } of caught) {
      const acks = await Promise.all([1, 2, 3].map(() => world.slack.replay(request)));
      expect(
        acks.map(({ status }) => status),
        what,
      ).toEqual([200, 200, 200]);
    }
    expect(await look()).toEqual(before);
  });

  it('are refused whole: under another secret, of another time, with a byte changed, without a signature', async () => {
    const before = await look();
    const statusOf = async (ack: Promise<Ack>) => (await ack).status;
    for (const { what, request } of caught) {
      const body = request.body.toString();
      const now = Math.floor(Date.now() / 1000);
      const contentType = String(request.headers['content-type']);
      const forgeries = [
        world.slack.send(body, { contentType, secret: randomBytes(16).toString('hex') }),
        world.slack.send(body, { contentType, timestamp: now - 6 * 60 }),
        world.slack.send(body, { contentType, timestamp: now + 86_400 }),
        world.slack.send(body, { contentType, headers: { 'x-slack-signature': undefined } }),
        world.slack.replay({ ...request, body: Buffer.from(body.replace(/.$/, 'x')) }),
      ];
      for (const status of await Promise.all(forgeries.map(statusOf))) {
        expect(status, what).toBeGreaterThanOrEqual(400);
        expect(status, what).toBeLessThan(500);
      }
    }
    expect(await look()).toEqual(before);
  });

  it('of Stripe are refused the same way', async () => {
    const before = await look();
    const [event] = world.stripe.state.events('customer.subscription.updated').slice(-1);
    const post = (body: string, signature: string) =>
      fetch(`${world.url}/stripe/webhook`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'stripe-signature': signature },
        body,
      });
    const body = JSON.stringify({ ...event, id: 'evt_forged' });
    for (const signature of ['', 't=1,v1=00', `t=${Math.floor(Date.now() / 1000)},v1=${'0'.repeat(64)}`]) {
      expect((await post(body, signature)).status).toBe(400);
    }
    await world.stripe.webhooks.deliver(event?.id ?? '');
    expect(await look()).toEqual(before);
  });

  it('carry what a form does not offer, and get the refusal that the form would have spared', async () => {
    // Each of these requests is new, and remembered as such; nothing else.
    const business = async () => ({ ...(await look()), intake: [] });
    const before = await business();
    const submit = async (command: string, values: JsonObject, metadata = '{}') => {
      await company.open(owner, command);
      const { errors, modal } = await owner.submit({
        force: true,
        edit: (payload) => {
          const view = payload.view as JsonObject;
          view.private_metadata = metadata;
          view.state = { values };
        },
      });
      const words = [...Object.values(errors), wordsOf(modal?.view.blocks)].join('\n');
      await owner.closeModal();
      return words;
    };
    const email = { email: { type: 'email_text_input', value: 'mallory@else.example' } };
    const role = (value: string) => ({ role: { type: 'radio_buttons', selected_option: { value } } });
    const text = (value: unknown) => ({ any: { type: 'plain_text_input', value } }) as JsonObject;
    expect(await submit('invite', { email, role: role('owner') })).toContain(
      'An invite makes an Admin or an Agent.',
    );
    expect(await submit('invite', { email, role: role('__proto__') })).toContain('An invite makes');
    expect(await submit('invite', {}, 'no json')).toContain('This is not an e-mail address.');
    for (const value of ['0', '-3', '1', '1e9', '99999999', '4.5', '', 'NaN']) {
      expect(await submit('seats', { 'quantity.0': text(value) }), value).toMatch(/Choose between|Not below/);
    }
    for (const website of ['*.example.com', '10.0.0.1', 'a@b.example', 'x\u0000y', '\ud800', 'co.uk']) {
      const refused = await submit('domains', { website: text(website) });
      expect(refused.split('\n')[0], website).toMatch(/\.$/);
    }
    expect(await business()).toEqual(before);
  });

  it('come from a form that was overtaken, and are told so', async () => {
    await company.want(owner, 6);
    const stale = structuredClone(owner.modal?.view ?? {});
    await owner.press('seats.more');
    await world.slack.until('the next number', () => modalOf(owner).includes('£41.93'));
    const { errors } = await owner.submit({
      edit: (payload) => {
        (payload.view as JsonObject).state = stale.state as JsonObject;
      },
    });
    expect(Object.values(errors)).toEqual([
      'The number had moved on to 7 when you pressed Update. Check it and press Update again.',
    ]);
    await world.slack.until('the amount', () => modalOf(owner).includes('Due now: *£'));
    await owner.submit();
    expect(await company.outcome(owner)).toContain('Recorded: *7 seats*');
    await owner.closeModal();
    expect(await company.figures(owner)).toEqual(['7', '2', '£41.93']);
  });

  it('one event a hundred times, as Slack repeats what it thinks is lost, is one event', async () => {
    const told = (await company.told(owner)).length;
    const finn = await seat(company, 'Finn');
    const event = {
      type: 'user_change',
      user: { id: finn.user.id, team_id: company.team, deleted: true, name: 'Finn', profile: {} },
    };
    const before = ((await look()).audit_entries as string[]).length;
    const sent = Array.from({ length: 100 }, (_, number) =>
      world.slack.sendEvent(company.team, event, {
        eventId: 'EvRepeated',
        ...(number > 0 && { retry: { number, reason: 'http_timeout' } }),
      }),
    );
    expect(new Set((await Promise.all(sent)).map(({ status }) => status))).toEqual(new Set([200]));
    expect(((await look()).audit_entries as string[]).length).toBe(before + 1);
    expect((await company.told(owner)).length).toBe(told + 1);
  });
});
