import { describe, expect, it } from 'vitest';
import type { Person } from '../sandbox/slack/person.ts';
import { openDesk } from '../setup/desk.ts';
import { useInvitingStage } from './invitation-stage.ts';
import { readModal } from './screen.ts';

const stage = useInvitingStage();

const audit = async () => {
  const where = { organizationId: stage.desk.organizationId };
  const lines = await stage.world.context.database.auditEntry.findMany({ where });
  return lines.map(({ action }) => action);
};

async function invite(person: Person, email: string, role = 'agent') {
  await person.fill({ email, role });
  return person.submit();
}

describe('/org invite with an address', () => {
  it('invites at once, as the role that is named or as an Agent', async () => {
    await stage.desk.owner.command('/org', 'invite ada@new.example ADMIN');
    await stage.desk.owner.command('/org', 'invite  <mailto:Grace@New.example|Grace@New.example>');
    expect(await stage.pending()).toEqual(['ada@new.example admin', 'grace@new.example agent']);
    expect(stage.answers(stage.desk.owner)).toEqual([
      '*ada@new.example* is invited as Admin. The invite is on its way, and valid for 7 days.',
      '*grace@new.example* is invited as Agent. The invite is on its way, and valid for 7 days.',
    ]);
    await stage.world.settle();
    expect(stage.world.mail.mailbox('ada@new.example')).toHaveLength(1);
  });

  it.each([
    ['nobody', 'This is not an e-mail address.'],
    ['ada@new.example owner', 'An invite makes an Admin or an Agent.'],
    ['ada@new.example agent please', 'An invite makes an Admin or an Agent.'],
    ['person@<!channel>.example', 'This is not an e-mail address.'],
  ])('answers %j with its sentence', async (text, sentence) => {
    await stage.desk.owner.command('/org', `invite ${text}`);
    expect(stage.answers(stage.desk.owner).join()).toContain(sentence);
    expect(await stage.pending()).toEqual([]);
  });

  it('is refused to an Agent and to who has no seat, and to a guest', async () => {
    const agent = await stage.desk.add({ role: 'agent' });
    const visitor = await stage.desk.add();
    const guest = await stage.desk.add({ guest: true });
    for (const person of [agent, visitor, guest]) {
      await person.command('/org', 'invite ada@new.example');
      await person.command('/org', 'invite');
    }
    expect(stage.answers(agent)).toEqual(Array(2).fill('Only the Owner and Admins can do this.'));
    expect(stage.answers(visitor)[0]).toContain('You have no seat in this organization.');
    expect(stage.answers(guest)).toHaveLength(2);
    expect([agent, visitor, guest].map(({ modal }) => modal)).toEqual([undefined, undefined, undefined]);
    expect(await stage.pending()).toEqual([]);
  });

  it('acts once, however often the same signed command is sent, even when the invite is over by then', async () => {
    const { ack } = await stage.desk.owner.command('/org', 'invite ada@new.example');
    expect(ack.status).toBe(200);
    const data = { status: 'revoked' as const, settledAt: stage.world.context.now() };
    const where = { organizationId: stage.desk.organizationId };
    await stage.world.context.database.invitation.updateMany({ where, data });
    await Promise.all(Array.from({ length: 5 }, () => stage.world.slack.replay()));
    expect(await stage.pending()).toEqual([]);
    expect(await audit()).toEqual(['invitation.sent']);
  });
});

describe('the form', () => {
  it('sends, shows the list with the new invite, and is empty for the next', async () => {
    await stage.openForm(stage.desk.owner);
    expect(readModal(stage.desk.owner)).toContain('Nobody is invited at the moment.');
    await invite(stage.desk.owner, ' Ada@New.example ', 'admin');
    expect(readModal(stage.desk.owner)).toContain('*ada@new.example* is invited as Admin.');
    expect(readModal(stage.desk.owner)).toContain('*Seats used*\n2');
    // Whoever comes next is an Agent again, unless somebody says otherwise.
    await stage.desk.owner.fill({ email: 'grace@new.example' });
    await stage.desk.owner.submit();
    expect(await stage.pending()).toEqual(['ada@new.example admin', 'grace@new.example agent']);
  });

  it('says on the field that no seat is free, or that somebody is invited or a member already', async () => {
    await stage.desk.add({ role: 'agent', email: 'member@new.example' });
    await stage.openForm(stage.desk.owner);
    await invite(stage.desk.owner, 'ada@new.example');
    const error = async (email: string) => (await invite(stage.desk.owner, email)).errors.email;
    expect(await error('ADA@new.example')).toContain('ada@new.example is invited already.');
    expect(await error('Member@new.example')).toBe('member@new.example is a member already.');
    expect(await error('nobody@nowhere')).toBe('This is not an e-mail address.');
    await invite(stage.desk.owner, 'grace@new.example');
    expect(readModal(stage.desk.owner)).toContain('No seat free: 2 members and 2 pending invites hold them.');
    expect(await error('late@new.example')).toMatch(/^No seat free: 4 seats purchased/);
    expect(await stage.pending()).toHaveLength(2);
  });

  it('is refused to somebody who lost the role while it was open', async () => {
    const admin = await stage.desk.add({ role: 'admin' });
    await stage.openForm(admin);
    await stage.world.context.database.member.updateMany({
      where: { userId: admin.user.id },
      data: { role: 'agent' },
    });
    const { errors } = await invite(admin, 'ada@new.example');
    expect(Object.values(errors)).toEqual(['Only the Owner and Admins can do this.']);
    expect(await stage.pending()).toEqual([]);
  });

  it('takes no role and no page from a tampered request', async () => {
    await stage.openForm(stage.desk.owner);
    await stage.desk.owner.fill({ email: 'ada@new.example' });
    const { errors } = await stage.desk.owner.submit({
      edit: (payload) => {
        const text = JSON.stringify(payload).replaceAll('"value":"agent"', '"value":"owner"');
        Object.assign(payload, JSON.parse(text));
        const view = payload.view as { private_metadata: string };
        view.private_metadata = '{"page":{"$gt":1},"sent":-5}';
      },
    });
    expect(errors).toEqual({
      role: 'An invite makes an Admin or an Agent. The Owner changes only by transfer.',
    });
    expect(await stage.pending()).toEqual([]);
  });

  it('pages through more than ten, and stays on its page while it changes', async () => {
    const big = await openDesk(stage.world, { seats: 40 });
    stage.desk = big;
    for (let index = 0; index < 12; index++)
      await big.owner.command('/org', `invite person${index}@new.example`);
    await stage.openForm(big.owner);
    expect(readModal(big.owner)).toContain('Pending invites: 12');
    await big.owner.press('invitations.older');
    await stage.seen(big.owner, 'person0@new.example');
    expect(readModal(big.owner)).not.toContain('person11@new.example');
    await stage.press(big.owner, 'revoke', 'person1@new.example');
    await stage.seen(big.owner, 'The invite for *person1@new.example* is withdrawn');
    expect(readModal(big.owner)).toContain('*person0@new.example*\n');
    await big.owner.press('invitations.newer');
    await stage.seen(big.owner, '*person11@new.example*\n');
  });

  it('resends with a new link, revokes, and shows the list as it is then', async () => {
    const { link } = await stage.desk.invite('ada@new.example');
    const before = stage.world.mail.mailbox('ada@new.example').length;
    await stage.openForm(stage.desk.owner);
    await stage.press(stage.desk.owner, 'resend', 'ada@new.example');
    await stage.seen(stage.desk.owner, 'The invite for *ada@new.example* is on its way again');
    await stage.world.settle();
    const mails = stage.world.mail.mailbox('ada@new.example');
    expect(mails).toHaveLength(before + 1);
    expect((await fetch(link)).status).toBe(404);
    expect(
      (await fetch(mails.at(-1)?.links.find((each) => each.includes('/invitations/')) ?? '')).status,
    ).toBe(200);
    await stage.press(stage.desk.owner, 'revoke', 'ada@new.example');
    await stage.seen(stage.desk.owner, 'Nobody is invited at the moment.');
    expect(await stage.pending()).toEqual([]);
  });

  it('says why where an invite was settled meanwhile, and touches nothing of another organization', async () => {
    const { id } = await stage.desk.invite('ada@new.example');
    await stage.openForm(stage.desk.owner);
    const data = { status: 'accepted' as const, settledAt: stage.world.context.now() };
    await stage.world.context.database.invitation.update({ where: { id }, data });
    await stage.press(stage.desk.owner, 'revoke', 'ada@new.example');
    await stage.seen(stage.desk.owner, 'This invite was accepted already.');
    await stage.desk.owner.closeModal();
    const elsewhere = await openDesk(stage.world);
    const foreign = await elsewhere.invite('grace@new.example');
    const edit = (payload: object) => {
      Object.assign(payload, JSON.parse(JSON.stringify(payload).replaceAll(id, foreign.id)));
    };
    await stage.desk.owner.press('invitations.revoke', { in: 'modal', edit });
    await stage.seen(stage.desk.owner, 'There is no such invite.');
    const untouched = await stage.world.context.database.invitation.findUniqueOrThrow({
      where: { id: foreign.id },
    });
    expect(untouched.status).toBe('pending');
  });

  it('shows a mail that could not be delivered, with Resend, and tells the inviter', async () => {
    stage.world.mail.faults.next({ kind: 'refuse-recipient', address: 'gone@new.example' });
    await stage.desk.owner.command('/org', 'invite gone@new.example');
    await stage.world.settle();
    await stage.openForm(stage.desk.owner);
    expect(readModal(stage.desk.owner)).toContain(
      '*The e-mail could not be delivered.* The mail server refused the address.',
    );
    const told = await stage.world.slack.directMessages(stage.desk.teamId, stage.desk.owner.user.id);
    expect(JSON.stringify(told)).toContain(
      'The e-mail with the invite for *gone@new.example* could not be delivered.',
    );
    await stage.press(stage.desk.owner, 'resend', 'gone@new.example');
    await stage.world.settle();
    expect(stage.world.mail.mailbox('gone@new.example')).toHaveLength(1);
    await stage.desk.owner.closeModal();
    await stage.openForm(stage.desk.owner);
    expect(readModal(stage.desk.owner)).not.toContain('could not be delivered');
  });
});
