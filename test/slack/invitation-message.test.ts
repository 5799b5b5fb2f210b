import { describe, expect, it } from 'vitest';
import { acceptInvitation } from '../../src/domain/invitations/accept-invitation.ts';
import { identify } from '../../src/domain/members/identify.ts';
import type { Person } from '../sandbox/slack/person.ts';
import { useInvitingStage } from './invitation-stage.ts';

const stage = useInvitingStage();

describe('the direct message', () => {
  const messages = async (person: Person) =>
    (await stage.world.slack.directMessages(stage.desk.teamId, person.user.id)).map((message) =>
      JSON.stringify(message),
    );

  async function offered(options: { guest?: boolean } = {}) {
    const ada = await stage.desk.add({ email: 'ada@new.example', ...options });
    const { id, link } = await stage.desk.invite('ada@new.example');
    return { ada, id, link };
  }

  it('offers the invite to whom the address belongs, and accepts by a press', async () => {
    const { ada, id } = await offered();
    expect(await messages(ada)).toHaveLength(1);
    await ada.press('invitation.accept', { in: 'message' });
    await stage.world.settle();
    const row = await stage.world.context.database.invitation.findUniqueOrThrow({ where: { id } });
    expect(row).toMatchObject({ status: 'accepted', inviteeUserId: ada.user.id });
    expect((await messages(ada)).join()).toContain('You have joined *Harbour Support* as Agent.');
    await expect(ada.press('invitation.decline', { in: 'message' })).rejects.toThrow('not to be seen');
    expect((await messages(stage.desk.owner)).join()).toContain('*ada@new.example* has accepted the invite');
  });

  it('declines by a press', async () => {
    const { ada } = await offered();
    await ada.press('invitation.decline', { in: 'message' });
    await stage.world.settle();
    expect((await messages(ada)).join()).toContain('You have declined the invite to *Harbour Support*.');
    expect((await messages(stage.desk.owner)).join()).toContain('has declined the invite');
    expect(await stage.pending()).toEqual([]);
  });

  it('goes to nobody outside, to no guest and to nobody deactivated', async () => {
    const guest = await stage.desk.add({ email: 'guest@new.example', guest: true });
    await stage.desk.invite('guest@new.example');
    await stage.desk.invite('stranger@elsewhere.example');
    expect(await messages(guest)).toEqual([]);
    const rows = await stage.world.context.database.invitation.findMany({
      where: { organizationId: stage.desk.organizationId },
    });
    expect(rows.map(({ inviteeUserId }) => inviteeUserId)).toEqual([null, null]);
  });

  it('cannot be accepted by who presses it with another hand', async () => {
    const { id } = await offered();
    const eve = await stage.desk.add({ email: 'eve@new.example' });
    const actor = await identify(stage.world.context, {
      teamId: stage.desk.teamId,
      userId: eve.user.id,
      name: 'Eve',
    });
    await expect(acceptInvitation(stage.world.context, actor, { invitationId: id })).rejects.toMatchObject({
      code: 'invitation_not_yours',
    });
  });

  it('loses its buttons when the invite is withdrawn, and says why to who presses at that moment', async () => {
    const { ada, id } = await offered();
    const data = { status: 'revoked' as const, settledAt: stage.world.context.now() };
    await stage.world.context.database.invitation.update({ where: { id }, data });
    await ada.press('invitation.accept', { in: 'message' });
    await stage.world.slack.until(
      'the answer',
      () => stage.answers(ada).join() === 'This invite was withdrawn.',
    );
    await stage.world.context.database.invitation.update({
      where: { id },
      data: { status: 'pending', settledAt: null },
    });
    await stage.openForm(stage.desk.owner);
    await stage.press(stage.desk.owner, 'revoke', 'ada@new.example');
    await stage.world.settle();
    expect((await messages(ada)).join()).toContain('The invite to *Harbour Support* was withdrawn.');
    await expect(ada.press('invitation.accept', { in: 'message' })).rejects.toThrow('not to be seen');
  });

  it('is sent anew with a resend, and the old one points to it', async () => {
    const { ada } = await offered();
    await stage.openForm(stage.desk.owner);
    await stage.press(stage.desk.owner, 'resend', 'ada@new.example');
    await stage.world.settle();
    const both = await messages(ada);
    expect(both).toHaveLength(2);
    expect(both.filter((message) => message.includes('invitation.accept'))).toHaveLength(1);
    expect(both.join()).toContain('was sent again: see the newer message below.');
    await ada.press('invitation.accept', { in: 'message' });
    expect(await stage.pending()).toEqual([]);
  });

  it('is one, though Slack acts and loses the answer', async () => {
    const ada = await stage.desk.add({ email: 'ada@new.example' });
    stage.world.slack.faults.next({ method: 'chat.postMessage', kind: 'acted-then-drop' });
    await stage.desk.owner.command('/org', 'invite ada@new.example');
    await stage.world.slack.until('the message is known', async () => {
      const row = await stage.world.context.database.invitation.findFirst({
        where: { email: 'ada@new.example', organizationId: stage.desk.organizationId },
      });
      return row?.messageTs ?? undefined;
    });
    expect(await messages(ada)).toHaveLength(1);
  });
});

describe('invites that ran out', () => {
  it('are told to their inviter in one message, and sent again from it', async () => {
    await stage.desk.invite('late1@new.example');
    await stage.desk.invite('late2@new.example');
    await stage.world.advance({ days: 7 });
    await stage.world.advance({ seconds: 60 });
    const told = await stage.world.slack.until('the news', async () => {
      const all = await stage.world.slack.directMessages(stage.desk.teamId, stage.desk.owner.user.id);
      return all.find((message) => JSON.stringify(message).includes('have expired')) ?? undefined;
    });
    expect(told.text).toBe(
      '2 invites to *Harbour Support* have expired without an answer. Their seats are free.',
    );
    expect(await stage.pending()).toEqual([]);
    const row = JSON.parse(JSON.stringify(told.blocks)).find((block: object) =>
      JSON.stringify(block).includes('late2@new.example'),
    );
    await stage.desk.owner.press('invitations.send-again', { in: 'message', blockId: row.block_id });
    await stage.world.slack.until('the answer', () =>
      stage.answers(stage.desk.owner).some((text) => text.startsWith('*late2@new.example* is invited again')),
    );
    expect(await stage.pending()).toEqual(['late2@new.example agent']);
    await stage.world.settle();
    const all = await stage.world.slack.directMessages(stage.desk.teamId, stage.desk.owner.user.id);
    expect(all.filter((message) => JSON.stringify(message).includes('have expired'))).toHaveLength(1);
  });
});
