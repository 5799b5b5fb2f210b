import { beforeAll, describe, expect, it } from 'vitest';
import { Browser } from '../sandbox/browser.ts';
import type { Person } from '../sandbox/slack/person.ts';
import { queueBackends } from '../setup/redis.ts';
import { useWorld } from '../setup/world.ts';
import { type Company, foundCompany } from './company.ts';
import { controlFor, modalOf, pageWords, wordsOf } from './sight.ts';

describe.each(await queueBackends())('invites, however they end, on $name', (backend) => {
  const world = useWorld(backend);
  let company: Company & { owner: Person };
  let owner: Person;

  beforeAll(async () => {
    company = await foundCompany(world, { seats: 6 });
    owner = company.owner;
  });

  const statusOf = async (link: string) => (await new Browser().get(link)).status;
  const mailsTo = (person: Person) => world.mail.mailbox(person.user.email).length;
  const seatsUsed = async () => Number((await company.figures(owner))[1]);
  const newest = async (person: Person) => (await company.told(person)).at(-1);
  const invited = async (name: string, role: 'admin' | 'agent' = 'agent') => {
    const person = company.hire(name);
    expect((await company.invite(owner, person.user.email, role)).error).toBe('');
    return { person, link: await company.link(person.user.email) };
  };

  it('are accepted by a direct message, by whom they are for and nobody else', async () => {
    const { person, link } = await invited('Amir', 'admin');
    expect(await newest(person)).toContain(
      'invites you to *Harbour Support*, the support desk of this workspace, as Admin',
    );
    const stranger = company.hire('Sam');
    const { responses } = await person.press('invitation.accept', {
      in: 'message',
      edit: (payload) =>
        Object.assign(payload, { user: { ...(payload.user as object), id: stranger.user.id } }),
    });
    await world.slack.until('the refusal', () => responses.length > 0);
    expect(wordsOf(responses)).toContain('This invite was sent to somebody else.');

    await person.press('invitation.accept', { in: 'message' });
    expect(await company.home(person)).toContain(`<@${person.user.id}> · Admin`);
    expect(await newest(owner)).toContain(`*${person.user.email}* has accepted the invite`);
    expect(await statusOf(link)).toBe(410);
  });

  it('are declined by a direct message: the seat is free and the inviter told', async () => {
    const { person, link } = await invited('Dana');
    const before = await seatsUsed();
    await person.press('invitation.decline', { in: 'message' });
    expect(await newest(person)).toBe('You have declined the invite to *Harbour Support*.');
    expect(await newest(owner)).toContain(`*${person.user.email}* has declined the invite.`);
    expect(await seatsUsed()).toBe(before - 1);
    expect(await statusOf(link)).toBe(410);
  });

  it('are declined by the page without signing in, after a question', async () => {
    const { person, link } = await invited('Eve');
    const browser = new Browser();
    const question = await browser.get(`${link}/decline`);
    expect(await statusOf(link)).toBe(200);
    expect(pageWords((await browser.submit(question, '/decline')).html)).toContain('You have declined');
    expect(await newest(person)).toBe('You have declined the invite to *Harbour Support*.');
    await expect(person.press('invitation.accept', { in: 'message' })).rejects.toThrow('not to be seen');
  });

  it('are sent again: another 7 days, another link, and the old one is dead', async () => {
    const { person, link } = await invited('Finn');
    const before = await seatsUsed();
    await world.advance({ days: 5 });
    await company.open(owner, 'invite');
    expect(modalOf(owner)).toContain('1 day left');
    await owner.press('invitations.resend', controlFor(owner, 'invitations.resend', person.user.email));
    await world.slack.until('the answer', () => modalOf(owner).includes('is on its way again'));
    expect(modalOf(owner)).toContain('6 days left');
    await owner.closeModal();
    const newer = await company.link(person.user.email);
    expect(newer).not.toBe(link);
    expect(mailsTo(person)).toBe(2);
    expect(await statusOf(link)).toBe(404);
    expect(await seatsUsed()).toBe(before);
    expect((await company.told(person)).slice(-2)).toEqual([
      expect.stringContaining('was sent again: see the newer message below'),
      expect.stringContaining('invites you to *Harbour Support*'),
    ]);
    await world.advance({ days: 6 });
    expect((await company.join(person, newer)).status).toBe(200);
    expect(await company.home(person)).toContain(`<@${person.user.id}> · Agent`);
  });

  it('are withdrawn: the link is dead, the seat free, and the message has no buttons', async () => {
    const { person, link } = await invited('Gail');
    const before = await seatsUsed();
    await company.open(owner, 'invite');
    await owner.press('invitations.revoke', controlFor(owner, 'invitations.revoke', person.user.email));
    await world.slack.until('the answer', () =>
      modalOf(owner).includes('is withdrawn, and its seat is free'),
    );
    await owner.closeModal();
    expect(await seatsUsed()).toBe(before - 1);
    expect(pageWords((await new Browser().get(link)).html)).toContain('was withdrawn');
    expect(await newest(person)).toBe('The invite to *Harbour Support* was withdrawn.');
    await expect(person.press('invitation.accept', { in: 'message' })).rejects.toThrow('not to be seen');
  });

  it('run out after 7 days to the second; one message tells of all of them, each to be sent again', async () => {
    const late = [await invited('Hana'), await invited('Ivan')];
    const before = await seatsUsed();
    await world.advance({ days: 7, seconds: -120 });
    expect(await Promise.all(late.map(({ link }) => statusOf(link)))).toEqual([200, 200]);
    expect(await seatsUsed()).toBe(before);
    const messages = (await company.told(owner)).length;
    await world.advance({ seconds: 121 });
    expect(await Promise.all(late.map(({ link }) => statusOf(link)))).toEqual([410, 410]);

    // The sweep of expired invites comes every half a minute.
    await world.advance({ seconds: 31 });
    await world.settle();
    expect((await company.told(owner)).slice(messages)).toEqual([
      '2 invites to *Harbour Support* have expired without an answer. Their seats are free.',
    ]);
    expect(await seatsUsed()).toBe(before - 2);
    for (const { person } of late) expect(await newest(person)).toContain('has expired.');

    const hana = late[0]?.person as Person;
    const news = (await world.slack.directMessages(company.team, owner.user.id)).map(({ blocks }) => blocks);
    const rows = news.flat() as { block_id: string; accessory?: unknown }[];
    const row = rows.find((block) => block.accessory && JSON.stringify(block).includes(hana.user.email));
    const { responses } = await owner.press('invitations.send-again', {
      in: 'message',
      blockId: String(row?.block_id),
    });
    await world.slack.until('the answer', () => responses.length > 0);
    expect(wordsOf(responses)).toContain(`*${hana.user.email}* is invited again`);
    expect((await company.join(hana, await company.link(hana.user.email))).status).toBe(200);
  });

  it('whose mail is refused say so where they stand, and are sent again from there', async () => {
    const person = company.hire('Joan');
    const { email } = person.user;
    world.mail.faults.next({ kind: 'refuse-recipient', address: email });
    await company.invite(owner, email);
    expect(await newest(owner)).toContain(
      `The e-mail with the invite for *${email}* could not be delivered.`,
    );
    expect(await company.home(owner)).toContain('*the e-mail could not be delivered*');
    await company.open(owner, 'invite');
    expect(modalOf(owner)).toContain(
      '*The e-mail could not be delivered.* The mail server refused the address.',
    );
    // Closes the form before the answer can stand in it.
    const pressed = owner.press('invitations.resend', controlFor(owner, 'invitations.resend', email));
    await owner.closeModal();
    await pressed;
    expect(await statusOf(await company.link(email))).toBe(200);
    expect(await company.home(owner)).not.toContain('*the e-mail could not be delivered*');
    await person.press('invitation.decline', { in: 'message' });
  });

  it('reach the mailbox once when the relay is busy for a while', async () => {
    const person = company.hire('Kai');
    world.mail.faults.next({ kind: 'temporary-message', address: person.user.email, times: 2 });
    await company.invite(owner, person.user.email);
    await world.settle();
    expect(mailsTo(person)).toBe(0);
    for (let tries = 0; tries < 2; tries += 1) {
      await world.advance({ seconds: 60 });
      await world.settle();
    }
    expect(mailsTo(person)).toBe(1);
    await person.press('invitation.decline', { in: 'message' });
  });

  it('go to an address however it is written, once', async () => {
    const person = company.hire('Lena');
    const { email } = person.user;
    const before = await seatsUsed();
    expect((await company.invite(owner, ` ${email.toUpperCase()} `.trim())).error).toBe('');
    expect((await company.invite(owner, email)).error).toContain(`${email} is invited already.`);
    expect(await company.read(owner, `invite ${email.replace('l', 'L')} admin`)).toContain(
      'is invited already',
    );
    expect(await seatsUsed()).toBe(before + 1);
    expect((await company.join(person, await company.link(email))).status).toBe(200);
    expect((await company.invite(owner, email.toUpperCase())).error).toBe(`${email} is a member already.`);
    expect(await seatsUsed()).toBe(before + 1);
  });

  it('are not sent without a free seat: the form says so on the address, the command where it was typed', async () => {
    for (let seat = await seatsUsed(); seat < 6; seat += 1) {
      expect((await company.invite(owner, `filler${seat}@else.example`)).error).toBe('');
    }
    const sentence = /No seat free: 6 seats purchased, \d members and \d pending invites? hold them\./;
    const { error, form } = await company.invite(owner, 'late@else.example');
    expect(error).toMatch(sentence);
    expect(form).toContain('No seat free');
    expect(await company.read(owner, 'invite late@else.example agent')).toMatch(sentence);
    await world.settle();
    expect(world.mail.mailbox('late@else.example')).toEqual([]);
  });
});
