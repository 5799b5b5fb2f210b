import assert from 'node:assert/strict';
import { Browser } from '../sandbox/browser.ts';
import { payOnPage } from '../sandbox/stripe/shopper.ts';
import { shopSteps } from './shop.ts';
import { figuresIn, homeOf, inviteLink, lastMessageTo, shows, wordsOf } from './sight.ts';
import type { Step } from './step.ts';
import { nextTicket, ticketSteps } from './tickets.ts';
import { websiteSteps } from './website.ts';

/** A support team's first weeks. Every step looks from outside: at Slack, at Stripe, at the mailbox. */
export const story: readonly Step[] = [
  {
    name: 'Install',
    async play(world, cast) {
      const installed = await world.slack.install({ team: cast.team, user: cast.owner.id });
      assert.equal(installed.status, 200);
      shows(installed.html, '/org create');
      shows(await lastMessageTo(world, cast, cast.owner), '/org create');
      const messages = await world.slack.directMessages(cast.team, cast.owner.id);
      assert.equal(messages.length, 1);
      return 'The page after the installation and one direct message say what to do next: /org create.';
    },
  },
  {
    name: 'Create the organization',
    async play(world, cast) {
      const owner = world.slack.person({ team: cast.team, user: cast.owner.id });
      await owner.command('/org', 'create');
      await world.slack.until('the form', () => owner.modal);
      await owner.fill({ name: 'Harbour Support', description: 'We answer before the tide turns.' });
      const { modal, errors } = await owner.submit();
      assert.deepEqual(errors, {});
      shows(wordsOf(modal?.view.blocks), 'you are its Owner');
      await owner.closeModal();
      const home = await homeOf(world, cast, cast.owner);
      shows(home, 'Harbour Support');
      shows(home, 'We answer before the tide turns.');
      assert.deepEqual(figuresIn(home), { purchased: '0', used: '1', cost: '£0.00' });
      return 'Harbour Support stands on the Home tab: Seats purchased 0, Seats used 1, Monthly cost £0.00.';
    },
  },
  {
    name: 'Pay for 3 seats',
    async play(world, cast) {
      const owner = world.slack.person({ team: cast.team, user: cast.owner.id });
      await owner.press('seats.open', { in: 'home' });
      await world.slack.until('the form', () => owner.modal);
      await owner.type('seats.typed', '3');
      await owner.submit();
      await world.slack.until('the link', () =>
        wordsOf(owner.modal?.view.blocks).includes('Go to Stripe Checkout'),
      );
      const { url } = await owner.press('seats.checkout');
      await owner.closeModal();
      const paid = await payOnPage(url ?? '');
      assert.equal((await new Browser().get(paid.redirectedTo ?? '')).status, 200);
      const home = await homeOf(world, cast, cast.owner);
      assert.deepEqual(figuresIn(home), { purchased: '3', used: '1', cost: '£17.97' });
      const charged = world.stripe.state.charges().map(({ amount }) => amount);
      assert.deepEqual(charged, [1797]);
      return 'Stripe charged £17.97; the Home tab shows Seats purchased 3, Seats used 1, Monthly cost £17.97.';
    },
  },
  {
    name: 'Invite two people',
    async play(world, cast) {
      const owner = world.slack.person({ team: cast.team, user: cast.owner.id });
      await owner.command('/org', 'invite');
      await world.slack.until('the form', () => owner.modal);
      await owner.fill({ email: cast.agent.email, role: 'agent' });
      assert.deepEqual((await owner.submit()).errors, {});
      await owner.fill({ email: 'DANA@Harbour.example', role: 'admin' });
      const { modal } = await owner.submit();
      const pending = wordsOf(modal?.view.blocks);
      shows(pending, cast.agent.email);
      shows(pending, cast.admin.email);
      await owner.closeModal();
      await world.settle();
      for (const { email } of [cast.agent, cast.admin]) assert.equal(world.mail.mailbox(email).length, 1);
      const home = await homeOf(world, cast, cast.owner);
      assert.deepEqual(figuresIn(home), { purchased: '3', used: '3', cost: '£17.97' });
      return 'Each has one mail and one direct message; both stand under the form, and the seats used are 3 of 3.';
    },
  },
  {
    name: 'Accept by mail',
    async play(world, cast) {
      const browser = new Browser();
      const link = inviteLink(world, cast.agent);
      const page = await browser.get(link);
      assert.equal(page.status, 200);
      for (const part of ['Harbour Support', 'We answer before the tide turns.', cast.agent.email, 'Agent']) {
        shows(page.html, part);
      }
      const { email } = cast.agent;
      world.openid.signInAs({
        teamId: cast.team,
        userId: cast.agent.id,
        email,
        emailVerified: true,
        name: 'Amir',
      });
      const signedIn = await browser.submit(page, '/accept');
      const joined = await browser.submit(signedIn, '/join');
      assert.equal(joined.status, 200);
      shows(await homeOf(world, cast, cast.owner), `<@${cast.agent.id}> · Agent`);
      shows(await lastMessageTo(world, cast, cast.owner), email);
      assert.equal((await browser.get(link)).status, 410);
      return 'Signed in with Slack on the link of the mail; an Agent now, the inviter was told, and the link is dead.';
    },
  },
  {
    name: 'Accept by direct message',
    async play(world, cast) {
      const invitee = world.slack.person({ team: cast.team, user: cast.admin.id });
      await invitee.press('invitation.accept', { in: 'message' });
      shows(await homeOf(world, cast, cast.owner), `<@${cast.admin.id}> · Admin`);
      await assert.rejects(invitee.press('invitation.accept', { in: 'message' }));
      return 'Pressed Accept in the direct message; an Admin now, and the buttons are gone.';
    },
  },
  {
    name: 'No seat for a third',
    async play(world, cast) {
      const admin = world.slack.person({ team: cast.team, user: cast.admin.id });
      await admin.command('/org', 'invite');
      await world.slack.until('the form', () => admin.modal);
      await admin.fill({ email: cast.late.email, role: 'agent' });
      const { errors } = await admin.submit();
      shows(errors.email ?? '', 'No seat free: 3 seats purchased');
      await admin.closeModal();
      await world.settle();
      assert.equal(world.mail.mailbox(cast.late.email).length, 0);
      return `The form says on the e-mail: ${errors.email}`;
    },
  },
  {
    name: 'Buy a fourth seat, ten days on',
    async play(world, cast) {
      await world.advance({ days: 10 });
      const owner = world.slack.person({ team: cast.team, user: cast.owner.id });
      await owner.command('/org', 'seats');
      await world.slack.until('the form', () => owner.modal);
      await owner.press('seats.more', { in: 'modal' });
      const due = await world.slack.until('the amount', () =>
        /Due now: \*(£\d+\.\d\d)\*/.exec(wordsOf(owner.modal?.view.blocks)),
      );
      await owner.submit();
      await world.slack.until('the outcome', () =>
        wordsOf(owner.modal?.view.blocks).includes('Recorded: *4 seats*'),
      );
      await owner.closeModal();
      const home = await homeOf(world, cast, cast.owner);
      assert.deepEqual(figuresIn(home), { purchased: '4', used: '3', cost: '£23.96' });
      const { amount } = world.stripe.state.charges().at(-1) ?? { amount: 0 };
      // Twenty of the thirty days or twenty-one of the thirty-one: a seat costs 599 pence for all of them.
      assert.ok(amount > 370 && amount < 420, `${amount} pence were charged.`);
      const charged = `£${(amount / 100).toFixed(2)}`;
      assert.equal(due[1], charged);
      shows(await lastMessageTo(world, cast, cast.owner), charged);
      return `The form said ${due[1]} before, Stripe charged ${charged} at once, and the Owner was told; 4 seats, £23.96 a month.`;
    },
  },
  ...websiteSteps,
  ...ticketSteps,
  {
    name: 'Change the ticket prefix',
    async play(world, cast) {
      const admin = world.slack.person({ team: cast.team, user: cast.admin.id });
      const { ack } = await admin.command('/org', 'prefix sup');
      shows(wordsOf(ack.json), 'SUP-001');
      shows(await homeOf(world, cast, cast.owner), '*Ticket prefix*\nSUP');
      const { ack: refused } = await admin.command('/org', 'prefix 1st');
      shows(wordsOf(refused.json), 'begins with a letter');
      return 'The prefix is SUP, the next ticket SUP-001; a prefix that begins with a digit was refused.';
    },
  },
  nextTicket,
  ...shopSteps,
  {
    name: 'An invite runs out after 7 days',
    async play(world, cast) {
      const owner = world.slack.person({ team: cast.team, user: cast.owner.id });
      await owner.command('/org', `invite ${cast.late.email} agent`);
      await world.settle();
      const link = inviteLink(world, cast.late);
      assert.deepEqual(figuresIn(await homeOf(world, cast, cast.owner)), {
        purchased: '4',
        used: '4',
        cost: '£23.96',
      });
      await world.advance({ days: 7 });
      assert.equal((await new Browser().get(link)).status, 410);
      const told = await world.slack.until('the message to the inviter', async () => {
        world.product.jobs?.wake();
        const text = await lastMessageTo(world, cast, cast.owner);
        return text.includes('expired') && text;
      });
      assert.deepEqual(figuresIn(await homeOf(world, cast, cast.owner)), {
        purchased: '4',
        used: '3',
        cost: '£23.96',
      });
      return `To the second, the link is dead and the seat is free; the inviter was told: ${told}`;
    },
  },
  {
    name: 'Nothing was broken on the way',
    async play(world) {
      assert.deepEqual(world.slack.violations, []);
      const errors = world.logged.filter(({ level }) => level === 'error');
      assert.deepEqual(errors, []);
      const parked = await world.product.context.database.outboxRow.count({ where: { status: 'parked' } });
      assert.equal(parked, 0);
      return 'Slack saw no late answer and no broken limit; no error was logged, and no effect was given up.';
    },
  },
];
