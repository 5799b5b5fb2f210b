import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Person } from '../sandbox/slack/person.ts';
import { blockSaying, readModal } from './screen.ts';
import { type SeatedWorkspace, seatedWorkspace } from './seats.ts';
import { type StartedApp, startApp } from './start.ts';

let app: StartedApp;
let workspace: SeatedWorkspace;
let owner: Person;

beforeAll(async () => {
  app = await startApp();
});
beforeEach(async () => {
  workspace = await seatedWorkspace(app);
  owner = await workspace.add('owner');
});
afterAll(async () => {
  expect(app.sandbox.violations).toEqual([]);
  await app.stop();
});

const memberOf = (person: Person) =>
  app.context.database.member.findFirstOrThrow({
    where: { userId: person.user.id, organizationId: workspace.organizationId },
  });
const setRole = async (person: Person, role: 'admin' | 'agent') =>
  app.context.database.member.update({ where: { id: (await memberOf(person)).id }, data: { role } });
const answers = (person: Person) =>
  app.sandbox.ephemerals(workspace.teamId, person.user.id).map(({ text }) => text);
const depth = (person: Person) => app.sandbox.views(workspace.teamId, person.user.id).length;
const seen = (person: Person, text: string) =>
  app.sandbox.until(`"${text}" is to be read`, () => readModal(person).includes(text));
async function openList(person: Person): Promise<void> {
  await person.command('/org', 'members');
  await seen(person, 'Members');
}
const change = (person: Person, whom: Person, what: string) =>
  person.choose('members.change', what, { blockId: blockSaying(person, `<@${whom.user.id}>`) });

describe('/org members', () => {
  it('changes a role at once and shows the list as it is then', async () => {
    const agent = await workspace.add('agent');
    await openList(owner);
    await change(owner, agent, 'Make Admin');
    await seen(owner, 'is an Admin now.');
    expect((await memberOf(agent)).role).toBe('admin');
    expect(readModal(owner)).toContain(`<@${agent.user.id}>\nAdmin`);
    await change(owner, agent, 'Make Agent');
    await seen(owner, 'is an Agent now.');
    expect((await memberOf(agent)).role).toBe('agent');
  });

  it('removes somebody after a question, and shows the list without them', async () => {
    const admin = await workspace.add('admin');
    const agent = await workspace.add('agent');
    await openList(admin);
    await change(admin, agent, 'Remove …');
    await seen(admin, `Remove <@${agent.user.id}> (Agent)?`);
    expect((await memberOf(agent)).status).toBe('active');
    await admin.submit();
    await seen(admin, 'is removed, and the seat is free.');
    expect(readModal(admin)).not.toContain(`<@${agent.user.id}>`);
    expect(depth(admin)).toBe(1);
    expect((await memberOf(agent)).status).toBe('removed');
  });

  it('keeps its page', async () => {
    const people = [];
    for (let n = 0; n < 12; n++) people.push(await workspace.add('agent'));
    await openList(owner);
    expect(readModal(owner)).toContain('Page 1 of 2');
    await owner.press('members.next');
    await seen(owner, 'Page 2 of 2');
    const shown = people.filter((person) => readModal(owner).includes(`<@${person.user.id}>`));
    expect(shown).toHaveLength(3);
    await change(owner, shown[0] as Person, 'Remove …');
    await seen(owner, 'Remove <@');
    await owner.submit();
    await seen(owner, 'is removed');
    expect(readModal(owner)).toContain('Page 2 of 2');
    await owner.press('members.previous');
    await seen(owner, 'Page 1 of 2');
  });

  it('is a plain list for Agents, and a sentence for who has no seat', async () => {
    const agent = await workspace.add('agent');
    await openList(agent);
    expect(agent.modal?.elements).toEqual([]);
    const visitor = await workspace.add();
    await visitor.command('/org', 'members');
    expect(answers(visitor)).toEqual([expect.stringContaining('You have no seat in this organization.')]);
  });

  it('asks again on every press: a role lost meanwhile changes and removes nobody', async () => {
    const admin = await workspace.add('admin');
    const agent = await workspace.add('agent');
    await openList(admin);
    await change(admin, agent, 'Remove …');
    await seen(admin, 'Remove <@');
    await setRole(admin, 'agent');
    await admin.submit();
    expect(readModal(admin)).toContain('Only the Owner and Admins can do this.');
    await admin.closeModal();
    await change(admin, agent, 'Make Admin');
    await seen(admin, 'Only the Owner and Admins can do this.');
    expect(await memberOf(agent)).toMatchObject({ role: 'agent', status: 'active' });
  });

  it('takes no made-up ids, roles or metadata, and reaches no other organization', async () => {
    const other = await seatedWorkspace(app);
    const stranger = await other.add('agent');
    const { id } = await app.context.database.member.findFirstOrThrow({
      where: { userId: stranger.user.id },
    });
    const agent = await workspace.add('agent');
    const own = (await memberOf(agent)).id;
    await openList(owner);
    const values = [`admin:${id}`, `remove:${id}`, `owner:${own}`, "admin:' OR true --", 'nonsense', ''];
    for (const value of values) {
      await owner.choose('members.change', 'Make Admin', {
        blockId: blockSaying(owner, `<@${agent.user.id}>`),
        edit: (payload) => {
          const [action] = payload.actions as [{ selected_option: { value: string } }];
          action.selected_option.value = value;
        },
      });
      await app.sandbox.until('it is refused', () => depth(owner) === 2);
      expect(readModal(owner)).toMatch(/There is no such member|An invite makes an Admin or an Agent/);
      await owner.closeModal();
    }
    await change(owner, agent, 'Remove …');
    await seen(owner, 'Remove <@');
    for (const metadata of [JSON.stringify({ memberId: id, page: -1 }), '{', 'null']) {
      await owner.submit({
        edit: (payload) => Object.assign(payload.view as object, { private_metadata: metadata }),
      });
      expect(readModal(owner)).toContain('There is no such member.');
    }
    const all = await app.context.database.member.findMany({ where: { id: { in: [id, own] } } });
    expect(all.map(({ role, status }) => `${role} ${status}`)).toEqual(['agent active', 'agent active']);
  });

  it('removes once where the same press is sent many times', async () => {
    const agent = await workspace.add('agent');
    await openList(owner);
    await change(owner, agent, 'Remove …');
    await seen(owner, 'Remove <@');
    await owner.submit();
    await Promise.all(Array.from({ length: 20 }, () => app.sandbox.replay()));
    const lines = { where: { organizationId: workspace.organizationId, action: 'member.removed' } };
    expect(await app.context.database.auditEntry.count(lines)).toBe(1);
  });
});

describe('/org transfer', () => {
  const form = (person: Person) => seen(person, 'Transfer ownership');

  it('to somebody mentioned swaps the roles once the name is typed', async () => {
    const admin = await workspace.add('admin');
    await owner.command('/org', `transfer <@${admin.user.id}|${admin.user.name}>`);
    await form(owner);
    await owner.fill({ confirmation: 'harbour support' });
    expect((await owner.submit()).errors).toEqual({
      confirmation: 'Type the name exactly as it is: Harbour Support',
    });
    await owner.fill({ confirmation: 'Harbour Support' });
    await owner.submit();
    expect(readModal(owner)).toContain('is the Owner now, and has been told. You are an Admin.');
    expect([(await memberOf(owner)).role, (await memberOf(admin)).role]).toEqual(['admin', 'owner']);
  });

  it('alone lets somebody be chosen, and says on the choice who cannot be', async () => {
    const visitor = await workspace.add();
    await owner.command('/org', 'transfer');
    await form(owner);
    await owner.fill({ member: visitor.user.id, confirmation: 'Harbour Support' });
    expect((await owner.submit()).errors).toEqual({
      member: expect.stringContaining('Ownership goes to an active member.'),
    });
    await owner.fill({ member: owner.user.id });
    expect((await owner.submit()).errors).toEqual({ member: 'You are the Owner already.' });
    const agent = await workspace.add('agent');
    await owner.fill({ member: agent.user.id });
    await owner.submit();
    expect((await memberOf(agent)).role).toBe('owner');
  });

  it('is refused at once to who may not, and for who cannot have it', async () => {
    const admin = await workspace.add('admin');
    await admin.command('/org', 'transfer');
    const visitor = await workspace.add();
    await owner.command('/org', `transfer <@${visitor.user.id}>`);
    await owner.command('/org', `transfer <@${owner.user.id}>`);
    expect(answers(admin)).toEqual(['Only the Owner can do this.']);
    expect(answers(owner)).toEqual([
      expect.stringContaining('Invite this person first'),
      'You are the Owner already.',
    ]);
    expect([admin.modal, owner.modal]).toEqual([undefined, undefined]);
  });

  it('checks again when it is submitted: a former Owner’s open form does nothing', async () => {
    const [first, second] = [await workspace.add('agent'), await workspace.add('agent')];
    await owner.command('/org', `transfer <@${second.user.id}>`);
    await form(owner);
    await app.context.database.member.update({
      where: { id: (await memberOf(owner)).id },
      data: { role: 'admin' },
    });
    await app.context.database.member.update({
      where: { id: (await memberOf(first)).id },
      data: { role: 'owner' },
    });
    await owner.fill({ confirmation: 'Harbour Support' });
    expect((await owner.submit()).errors).toEqual({ member: 'Only the Owner can do this.' });
    expect((await memberOf(second)).role).toBe('agent');
  });
});

describe('/org leave', () => {
  it('gives the seat back after a question', async () => {
    const agent = await workspace.add('agent');
    await agent.command('/org', 'leave');
    await seen(agent, 'Leave *Harbour Support*?');
    expect((await memberOf(agent)).status).toBe('active');
    await agent.submit();
    expect(readModal(agent)).toContain('You have left the organization.');
    expect((await memberOf(agent)).status).toBe('removed');
  });

  it('is refused to the Owner, also to who became it while the question was open', async () => {
    await owner.command('/org', 'leave');
    expect(answers(owner)).toEqual([expect.stringContaining('The Owner cannot leave.')]);
    const admin = await workspace.add('admin');
    await admin.command('/org', 'leave');
    await seen(admin, 'Leave');
    await app.context.database.member.update({
      where: { id: (await memberOf(owner)).id },
      data: { role: 'admin' },
    });
    await app.context.database.member.update({
      where: { id: (await memberOf(admin)).id },
      data: { role: 'owner' },
    });
    await admin.submit();
    expect(readModal(admin)).toContain('The Owner cannot leave.');
    expect((await memberOf(admin)).status).toBe('active');
  });
});

describe('a person whom Slack deactivates', () => {
  const deactivate = async (person: Person, deleted = true) => {
    await app.sandbox.changeUser(workspace.teamId, person.user.id, { deleted });
    await app.handleEvents();
  };

  it('loses the seat, also in the middle of a form', async () => {
    const admin = await workspace.add('admin');
    const agent = await workspace.add('agent');
    await openList(admin);
    await change(admin, agent, 'Remove …');
    await seen(admin, 'Remove <@');
    await deactivate(admin);
    expect((await memberOf(admin)).status).toBe('removed');
    await admin.submit();
    expect(readModal(admin)).toContain('You have no seat in this organization.');
    expect((await memberOf(agent)).status).toBe('active');
  });

  it('stays Owner, and the Admins are told', async () => {
    const admin = await workspace.add('admin');
    await deactivate(owner);
    expect(await memberOf(owner)).toMatchObject({ role: 'owner', status: 'active' });
    const told = await app.context.database.outboxRow.findMany({
      where: { topic: 'notice', payload: { path: ['teamId'], equals: workspace.teamId } },
    });
    expect(told.map(({ payload }) => payload)).toContainEqual({
      teamId: workspace.teamId,
      userId: admin.user.id,
      notice: { kind: 'owner_deactivated' },
    });
  });

  it('and was reactivated before the news came keeps the seat', async () => {
    const agent = await workspace.add('agent');
    const at = async (event_time: number, deleted: boolean) => {
      const user = { id: agent.user.id, team_id: workspace.teamId, name: 'bo', deleted, profile: {} };
      const envelope = {
        type: 'event_callback',
        event_id: `EvBack${agent.user.id}${event_time}`,
        event_time,
        team_id: workspace.teamId,
        event: { type: 'user_change', user },
      };
      await app.sandbox.send(JSON.stringify(envelope));
      await app.handleEvents();
    };
    await at(1_800_000_002, false);
    await at(1_800_000_001, true);
    expect((await memberOf(agent)).status).toBe('active');
    await at(1_800_000_003, true);
    expect((await memberOf(agent)).status).toBe('removed');
  });
});
