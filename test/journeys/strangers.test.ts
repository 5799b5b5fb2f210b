import { beforeAll, describe, expect, it } from 'vitest';
import { listeners } from '../../src/slack/listeners.ts';
import { Browser } from '../sandbox/browser.ts';
import type { JsonObject } from '../sandbox/slack/json.ts';
import type { Person } from '../sandbox/slack/person.ts';
import { queueBackends } from '../setup/redis.ts';
import { useWorld } from '../setup/world.ts';
import { type Company, foundCompany, seat } from './company.ts';
import { controlFor, pageWords } from './sight.ts';
import { snapshot } from './snapshot.ts';

const modal = { type: 'modal', title: { type: 'plain_text', text: 'Any' }, callback_id: 'any' };

type Founded = Company & { owner: Person };

describe.each(await queueBackends())('an organization and those who are not of it, on $name', (backend) => {
  const world = useWorld(backend);
  let harbour: Founded;
  let rival: Founded;
  let link: string;
  /** Ids of the harbour's that were seen somewhere. */
  const ids = { invitation: '', member: '', domain: '', view: '' };

  beforeAll(async () => {
    harbour = await foundCompany(world, { seats: 4 });
    rival = await foundCompany(world, { seats: 4 });
    const { owner } = harbour;
    await seat(harbour, 'Amir');
    await harbour.invite(owner, 'dana@else.example');
    link = await harbour.link('dana@else.example');
    await harbour.open(owner, 'invite');
    ids.invitation = String(controlFor(owner, 'invitations.revoke', 'dana@else.example').value);
    await owner.closeModal();
    await harbour.open(owner, 'domains');
    await owner.fill({ website: 'harbour.example.com' });
    await owner.submit();
    ids.domain = String(controlFor(owner, 'domains.remove', 'harbour.example.com').value);
    await owner.closeModal();
    await harbour.open(owner, 'members');
    const options = JSON.stringify(owner.modal?.view.blocks);
    ids.member = String(/remove:([0-9a-f-]{36})/.exec(options)?.[1]);
    await owner.closeModal();
    await harbour.open(owner, 'seats');
    ids.view = String(owner.modal?.id);
    // Their own first look makes their own key: it is theirs, and made before anything is compared.
    await rival.open(rival.owner, 'plugin');
    await rival.owner.closeModal();
    expect(Object.values(ids).every((id) => id.length > 5)).toBe(true);
  });

  const values = () => [
    ids.invitation,
    ids.domain,
    ids.member,
    `remove:${ids.member}`,
    `admin:${ids.member}`,
    `on:${ids.domain}`,
  ];
  const lookAt = async () => snapshot(world, [harbour.team]);

  /** What any button of the app's would send from a modal of theirs, carrying `value`. */
  const disguise =
    (actionId: string, value: string, by: Person = rival.owner) =>
    (payload: JsonObject) => {
      const [action] = payload.actions as JsonObject[];
      Object.assign(payload, {
        actions: [{ ...action, action_id: actionId, value, selected_option: { value } }],
        // Elsewhere even the modal is claimed to be the other one; in one workspace Slack vouches for that.
        view: { ...(payload.view as JsonObject), ...modal, id: by === rival.owner ? ids.view : 'VNONE' },
        user: { ...(payload.user as JsonObject), id: by.user.id, team_id: by.user.teamId },
      });
    };

  /** What is the organization's, or was said in its workspace, or is anywhere in the business beside. */
  const business = [
    'organizations',
    'members',
    'invitations',
    'authorized_domains',
    'seat_changes',
    'audit_entries',
    'told',
    'mails',
    'stripe',
    'charged',
  ] as const;
  const expectUnchanged = (after: Record<string, unknown>, before: Record<string, unknown>) => {
    for (const part of business) {
      expect(before[part], part).toBeDefined();
      expect(after[part], part).toEqual(before[part]);
    }
  };

  it('keeps its things from every button of another workspace’s Owner, whatever ids it carries', async () => {
    const { owner } = rival;
    const before = await lookAt();
    for (const actionId of Object.keys(listeners.actions)) {
      const presses = values().map((value) =>
        owner.press('members.open', { in: 'home', edit: disguise(actionId, value) }),
      );
      for (const { ack } of await Promise.all(presses)) expect(ack.status, actionId).toBe(200);
    }
    expectUnchanged(await lookAt(), before);
  });

  it('and from every form of theirs', async () => {
    const { owner } = rival;
    const before = await lookAt();
    await rival.open(owner, 'domains');
    // Their own organization, which has the same name, is theirs to delete.
    const forms = Object.keys(listeners.views).filter((id) => id !== 'deletion.submit');
    for (const callbackId of forms) {
      await owner.submit({
        force: true,
        edit: (payload) => {
          const view = payload.view as JsonObject;
          view.callback_id = callbackId;
          view.id = ids.view;
          view.private_metadata = JSON.stringify({
            memberId: ids.member,
            page: 0,
            organizationId: ids.member,
          });
          view.state = {
            values: {
              member: { member: { type: 'users_select', selected_user: harbour.owner.user.id } },
              confirmation: { confirmation: { type: 'plain_text_input', value: 'Harbour Support' } },
            },
          };
        },
      });
      if (!owner.modal) await rival.open(owner, 'domains');
    }
    expectUnchanged(await lookAt(), before);
  });

  it('shows the link of an invite to anybody, and lets in nobody from another workspace', async () => {
    const dana = rival.hire('Dana', { email: 'dana@else.example' });
    const refused = await rival.join(dana, link);
    expect(refused.status).toBe(403);
    expect(pageWords(refused.html)).toContain('another Slack workspace');
    expect((await new Browser().get(link)).status).toBe(200);
  });

  it.each(['guest', 'stranger from another workspace', 'colleague without a seat'])(
    'lets a %s do nothing by any command, button or form',
    async (who) => {
      const person = harbour.hire(`Sam${who.length}`, {
        isRestricted: who === 'guest',
        ...(who.startsWith('stranger') && { homeTeam: rival.team }),
      });
      await person.openHome();
      const before = await lookAt();
      for (const [command, { words }] of Object.entries(listeners.commands)) {
        for (const word of Object.keys(words)) {
          for (const rest of ['', 'sam@else.example admin', `<@${person.user.id}>`]) {
            expect((await person.command(command, `${word} ${rest}`)).ack.status).toBe(200);
          }
        }
      }
      for (const actionId of Object.keys(listeners.actions)) {
        const presses = values().map((value) =>
          harbour.owner.press('members.open', { in: 'home', edit: disguise(actionId, value, person) }),
        );
        await Promise.all(presses);
      }
      expectUnchanged(await lookAt(), before);
    },
  );

  it('does not take a guest by an invite, nor keep a member who becomes one', async () => {
    const guest = harbour.hire('Gus', { isRestricted: true });
    await harbour.invite(harbour.owner, guest.user.email);
    expect(await harbour.told(guest)).toEqual([]);
    const refused = await harbour.join(guest, await harbour.link(guest.user.email));
    expect(refused.status).toBe(403);
    expect(pageWords(refused.html)).toContain('Guests cannot join');

    const admin = await seat(rival, 'Amir', 'admin');
    await world.slack.changeUser(rival.team, admin.user.id, { isRestricted: true });
    await world.settle();
    expect(await rival.read(admin, 'prefix GUEST')).not.toContain('GUEST-001');
    expect(await rival.home(rival.owner)).toContain('*Ticket prefix*\nTKT');
  });

  it('does hear the very same buttons from its own Owner', async () => {
    const { owner } = harbour;
    for (const [actionId, value] of [
      ['invitations.revoke', ids.invitation],
      ['domains.remove', ids.domain],
      ['members.change', `admin:${ids.member}`],
    ] as const) {
      const before = await lookAt();
      await owner.press('members.open', { in: 'home', edit: disguise(actionId, value, owner) });
      expect((await lookAt()).audit_entries, actionId).not.toEqual(before.audit_entries);
    }
  });
});
