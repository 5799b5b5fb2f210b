import { describe, expect, it } from 'vitest';
import { Browser } from '../sandbox/browser.ts';
import { openDesk } from '../setup/desk.ts';
import { accept, post, text, useInvitationStage } from './invitation-stage.ts';

const stage = useInvitationStage();

describe('accepting', () => {
  it('is a sign-in with Slack and one more press, which makes a member', async () => {
    const { id, link, ada, email } = await stage.invited();
    stage.signIn(ada);
    const browser = new Browser();
    const signedIn = await accept(link, browser);
    expect(signedIn).toMatchObject({ status: 200, url: link });
    expect(text(signedIn)).toContain(`You are signed in with Slack as ${email}`);
    expect((await stage.rowOf(id)).status).toBe('pending');
    const joined = await browser.submit(signedIn, '/join');
    expect(joined.status).toBe(200);
    expect(text(joined)).toContain('Welcome to Harbour Support');
    expect(await stage.membersOf(ada)).toMatchObject([{ role: 'agent', email }]);
    expect((await stage.rowOf(id)).status).toBe('accepted');
    // A reload sends the form again.
    expect((await browser.submit(signedIn, '/join')).status).toBe(200);
    expect(await stage.membersOf(ada)).toHaveLength(1);
    expect(await new Browser().get(link)).toMatchObject({ status: 410 });
  });

  it('remembers in cookies that scripts, other sites and plain text cannot have', async () => {
    const { link, ada, email } = await stage.invited();
    stage.signIn(ada);
    const left = await fetch(`${link}/accept`, {
      method: 'POST',
      redirect: 'manual',
      headers: { origin: stage.world.url },
    });
    expect(left.status).toBe(303);
    const url = new URL(left.headers.get('location') ?? '');
    expect(url.origin).toBe(stage.world.openid.issuer);
    expect(Object.fromEntries(url.searchParams)).toMatchObject({
      response_type: 'code',
      code_challenge_method: 'S256',
      team: stage.desk.teamId,
      redirect_uri: `${stage.world.url}/invitations/callback`,
    });
    expect(url.searchParams.get('state')).toBeTruthy();
    expect(url.searchParams.get('nonce')).toBeTruthy();
    const [cookie = ''] = left.headers.getSetCookie();
    for (const attribute of ['HttpOnly', 'SameSite=Lax', 'Path=/invitations', 'Max-Age=600']) {
      expect(cookie).toContain(attribute);
    }
    expect(decodeURIComponent(cookie)).not.toContain(link.split('/').at(-1));
    expect(decodeURIComponent(cookie)).not.toContain(email);
  });

  it('is refused to another person, who may read whom it is for', async () => {
    const { id, link, email } = await stage.invited();
    const eve = await stage.desk.add({ email: `eve${stage.world.mail.messages().length}@new.example` });
    stage.signIn(eve);
    const browser = new Browser();
    const page = await accept(link, browser);
    expect(page.status).toBe(403);
    expect(text(page)).toContain(`It was sent to ${email}`);
    expect((await stage.rowOf(id)).status).toBe('pending');
    // Nor is anybody signed in for the last press.
    expect((await post(browser, `${link}/join`)).status).toBe(400);
    expect(await stage.membersOf(eve)).toHaveLength(0);
  });

  it('is refused from another workspace, with the way into the right one', async () => {
    const { link, ada } = await stage.invited();
    stage.signIn(ada, { teamId: 'T0ELSEWHERE' });
    const page = await accept(link);
    expect(page.status).toBe(403);
    expect(text(page)).toContain('another Slack workspace');
    expect(text(page)).toContain('add you to the Slack workspace');
  });

  it('is refused with an address that Slack has not verified', async () => {
    const { link, ada } = await stage.invited();
    stage.signIn(ada, { emailVerified: false });
    expect(await accept(link)).toMatchObject({ status: 403 });
    expect(await stage.membersOf(ada)).toHaveLength(0);
  });

  it('is refused to a guest of the workspace', async () => {
    const email = `guest${stage.world.mail.messages().length}@new.example`;
    const { link } = await stage.desk.invite(email);
    const guest = await stage.desk.add({ email, guest: true });
    stage.signIn(guest);
    const browser = new Browser();
    const page = await browser.submit(await accept(link, browser), '/join');
    expect(page.status).toBe(403);
    expect(text(page)).toContain('only full members can join');
    expect(await stage.membersOf(guest)).toHaveLength(0);
  });

  it('knows the upper-case address of the same person', async () => {
    const { link, ada, email } = await stage.invited();
    stage.signIn(ada, { email: email.toUpperCase() });
    const browser = new Browser();
    expect(await browser.submit(await accept(link, browser), '/join')).toMatchObject({ status: 200 });
  });

  it('is one membership for 50 at once', async () => {
    const { link, ada } = await stage.invited();
    stage.signIn(ada);
    const browser = new Browser();
    await accept(link, browser);
    const pages = await Promise.all(Array.from({ length: 50 }, () => post(browser, `${link}/join`)));
    expect(new Set(pages.map(({ status }) => status))).toEqual(new Set([200]));
    expect(await stage.membersOf(ada)).toHaveLength(1);
  });

  it('tells a member that they are one', async () => {
    const { id, link, ada, email } = await stage.invited();
    const { organizationId } = stage.desk;
    const member = {
      userId: ada.user.id,
      name: 'Ada',
      role: 'agent' as const,
      joinedAt: stage.world.context.now(),
    };
    await stage.world.context.database.member.create({
      data: { ...member, organizationId, email: `old-${email}` },
    });
    stage.signIn(ada);
    const browser = new Browser();
    const page = await browser.submit(await accept(link, browser), '/join');
    expect(page.status).toBe(409);
    expect(text(page)).toContain('You are a member of Harbour Support already.');
    expect((await stage.rowOf(id)).status).toBe('accepted');
  });

  it('is refused where seats were cut, and works once there is one again', async () => {
    const small = await openDesk(stage.world, { seats: 2 });
    const { link, ada } = await stage.invited({ on: small });
    const seats = (seatsPurchased: number) =>
      stage.world.context.database.organization.update({
        where: { id: small.organizationId },
        data: { seatsPurchased },
      });
    await seats(1);
    stage.signIn(ada, { teamId: small.teamId });
    const browser = new Browser();
    const signedIn = await accept(link, browser);
    const page = await browser.submit(signedIn, '/join');
    expect(page.status).toBe(409);
    expect(text(page)).toContain('Its admins have been told.');
    await stage.world.settle();
    const told = await stage.world.slack.directMessages(small.teamId, small.owner.user.id);
    expect(
      told.filter((message) => JSON.stringify(message).includes('fewer seats than it needs')),
    ).toHaveLength(1);
    await seats(2);
    expect((await browser.submit(signedIn, '/join')).status).toBe(200);
  });
});

describe('a sign-in that goes wrong', () => {
  it.each(['wrong-nonce', 'expired-token', 'wrong-audience', 'wrong-issuer', 'access-denied'] as const)(
    'is 400 for %s, and changes nothing',
    async (fault) => {
      const { id, link, ada } = await stage.invited();
      stage.signIn(ada);
      stage.world.openid.faults.next(fault);
      const browser = new Browser();
      const page = await accept(link, browser);
      expect(page.status).toBe(400);
      expect(text(page)).toContain('nothing has changed');
      expect(page.html).toContain(new URL(link).pathname);
      expect((await stage.rowOf(id)).status).toBe('pending');
      expect((await accept(link, browser)).status).toBe(200);
    },
  );

  it('is 400 for a callback that nobody left for, in this browser or at all', async () => {
    const { link, ada } = await stage.invited();
    stage.signIn(ada);
    const left = await fetch(`${link}/accept`, {
      method: 'POST',
      redirect: 'manual',
      headers: { origin: stage.world.url },
    });
    const back = await fetch(left.headers.get('location') ?? '', { redirect: 'manual' });
    const callback = back.headers.get('location') ?? '';
    expect((await new Browser().get(callback)).status).toBe(400);
    const [cookie = ''] = (left.headers.getSetCookie()[0] ?? '').split(';');
    const come = (url: string, sent = cookie) =>
      fetch(url, { redirect: 'manual', headers: { cookie: sent } });
    expect((await come(callback.replace(/state=[^&]*/, 'state=forged'))).status).toBe(400);
    expect((await come(callback, `${cookie}x`)).status).toBe(400);
    expect((await come(callback)).status).toBe(303);
    // A code works once.
    expect((await come(callback)).status).toBe(400);
  });

  it('runs out after ten minutes', async () => {
    const { link, ada } = await stage.invited();
    stage.signIn(ada);
    const browser = new Browser();
    const signedIn = await accept(link, browser);
    await stage.world.advance({ seconds: 601 });
    const page = await browser.submit(signedIn, '/join');
    expect(page.status).toBe(400);
    expect(await stage.membersOf(ada)).toHaveLength(0);
    expect(text(await browser.get(link))).toContain('Accept with Slack');
  });

  it('for one invite is none for another', async () => {
    const [one, other] = [await stage.invited(), await stage.invited()];
    stage.signIn(one.ada);
    const browser = new Browser();
    await accept(one.link, browser);
    expect(text(await browser.get(other.link))).toContain('Accept with Slack');
    expect((await post(browser, `${other.link}/join`)).status).toBe(400);
  });

  it('is 502 where Slack does not say who is a guest', async () => {
    const { id, link, ada } = await stage.invited();
    stage.signIn(ada);
    const browser = new Browser();
    const signedIn = await accept(link, browser);
    stage.world.slack.faults.next({ method: 'users.info', kind: '500' });
    expect((await browser.submit(signedIn, '/join')).status).toBe(502);
    expect((await stage.rowOf(id)).status).toBe('pending');
    expect((await browser.submit(signedIn, '/join')).status).toBe(200);
  });
});

describe('what is logged', () => {
  it('has no token, no code and no address of the invitees', () => {
    const lines = JSON.stringify(stage.world.logged);
    const links = stage.world.mail.messages().flatMap((message) => message.links);
    expect(links.length).toBeGreaterThan(10);
    for (const link of links) expect(lines).not.toContain(link.split('/').at(-1));
    expect(lines).not.toMatch(/ada\d+@new\.example/);
    expect(lines).not.toContain('code=');
  });
});
