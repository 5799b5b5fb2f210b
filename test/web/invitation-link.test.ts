import { describe, expect, it } from 'vitest';
import { resendInvitation } from '../../src/domain/invitations/resend-invitation.ts';
import { identify } from '../../src/domain/members/identify.ts';
import { Browser, type Page } from '../sandbox/browser.ts';
import { openDesk } from '../setup/desk.ts';
import { accept, post, text, useInvitationStage } from './invitation-stage.ts';

const stage = useInvitationStage();

async function decline(link: string): Promise<Page> {
  const browser = new Browser();
  return browser.submit(await browser.get(`${link}/decline`), '/decline');
}

describe('the link of an invite', () => {
  it('shows who invites, where to, as what, to which address, and how long it is valid', async () => {
    const { link, email } = await stage.invited({ role: 'admin' });
    const page = await new Browser().get(link);
    expect(page.status).toBe(200);
    for (const part of [
      'Join Harbour Support',
      'Olivia Owner invites you to Harbour Support on Orgdesk.',
      'We answer before the tide turns.',
      email,
      'Admin (manages members, tickets and settings)',
      '6 days left, until',
    ]) {
      expect(text(page)).toContain(part);
    }
  });

  it('changes nothing by GET and HEAD, however often and whatever below it is asked for', async () => {
    const { id, link } = await stage.invited();
    const before = await stage.rowOf(id);
    const outbox = await stage.world.context.database.outboxRow.count();
    for (const path of ['', '/accept', '/join', '/decline', '?accept=1', '/']) {
      for (const method of ['GET', 'HEAD', 'OPTIONS']) {
        const response = await fetch(link + path, { method, redirect: 'manual' });
        expect(response.status, `${method} ${path}`).toBeLessThan(500);
        await response.text();
      }
    }
    expect(await stage.rowOf(id)).toEqual(before);
    expect(await stage.world.context.database.outboxRow.count()).toBe(outbox);
    expect((await new Browser().get(link)).status).toBe(200);
  });

  it('is kept by nobody, framed by nobody, and runs nothing', async () => {
    const { link } = await stage.invited();
    const { headers } = await fetch(link);
    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.get('x-frame-options')).toBe('DENY');
    expect(headers.get('referrer-policy')).toBe('same-origin');
    const policy = headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toContain('unsafe');
    expect(policy).not.toContain('script-src');
  });

  it('shows hostile words as words', async () => {
    const hostile = '<script>alert(1)</script>"><img src=x onerror=alert(2)>';
    const elsewhere = await openDesk(stage.world, { name: hostile, description: hostile });
    const { link } = await stage.invited({ on: elsewhere });
    const { html } = await new Browser().get(link);
    expect(html).not.toContain('<script');
    expect(html).not.toContain('<img');
    expect(html).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
  });

  it('lets the organization speak once the inviter is gone', async () => {
    const admin = await stage.desk.add({ role: 'admin', name: 'Agatha Admin' });
    const { link } = await stage.invited({ by: admin });
    await stage.world.context.database.member.updateMany({
      where: { userId: admin.user.id },
      data: { status: 'removed' },
    });
    const page = await new Browser().get(link);
    expect(page.status).toBe(200);
    expect(text(page)).toContain('Harbour Support invites you on Orgdesk.');
    expect(text(page)).not.toContain('Agatha');
  });

  it('says how to get into the workspace: by its join link, or by asking', async () => {
    const { link } = await stage.invited();
    expect(text(await new Browser().get(link))).toContain(
      'Ask Olivia Owner to add you to the Slack workspace',
    );
    const joinLink = 'https://join.slack.com/t/harbour/shared_invite/zt-1&2';
    const open = await openDesk(stage.world, { joinLink });
    const { html } = await new Browser().get((await stage.invited({ on: open })).link);
    expect(html).toContain('href="https://join.slack.com/t/harbour/shared_invite/zt-1&amp;2"');
  });

  it.each(['nonsense', 'A'.repeat(43), `${'A'.repeat(42)}%00`, '..%2f..%2fetc', '%ff'])(
    'is 404 for %s',
    async (token) => {
      for (const path of ['', '/decline']) {
        const page = await new Browser().get(`${stage.world.url}/invitations/${token}${path}`);
        expect(page.status).toBe(404);
      }
    },
  );
});

describe('declining', () => {
  it('asks once, needs no sign-in, frees the seat and tells the inviter', async () => {
    const { id, link, email } = await stage.invited();
    const page = await decline(link);
    expect(page.status).toBe(200);
    expect(text(page)).toContain('You have declined the invite to Harbour Support.');
    expect((await stage.rowOf(id)).status).toBe('declined');
    await stage.world.settle();
    const told = await stage.world.slack.directMessages(stage.desk.teamId, stage.desk.owner.user.id);
    expect(
      told.filter((message) => JSON.stringify(message).includes(`*${email}* has declined`)),
    ).toHaveLength(1);
    expect(await decline(link).catch(() => 'no form')).toBe('no form');
  });
});

describe('an invite that is over', () => {
  const settled = (id: string, status: 'revoked' | 'declined' | 'accepted') =>
    stage.world.context.database.invitation.update({
      where: { id },
      data: { status, settledAt: stage.world.context.now() },
    });

  it.each([
    ['revoked', 'This invite was withdrawn'],
    ['declined', 'This invite was declined'],
    ['accepted', 'This invite was used'],
  ] as const)('is 410 where it was %s, on every page and for every press', async (status, heading) => {
    const { id, link, ada } = await stage.invited();
    stage.signIn(ada);
    const browser = new Browser();
    await accept(link, browser);
    await settled(id, status);
    for (const path of ['', '/decline']) {
      const page = await browser.get(link + path);
      expect(page.status).toBe(410);
      expect(text(page)).toContain(heading);
    }
    for (const path of ['/accept', '/join', '/decline']) {
      expect((await post(browser, link + path)).status, path).toBe(410);
    }
    expect(await stage.membersOf(ada)).toHaveLength(0);
  });

  it('is 410 a second after its seven days, sweep or no sweep', async () => {
    const { id, link } = await stage.invited();
    const now = stage.world.context.now().getTime();
    const end = (expiresAt: Date) =>
      stage.world.context.database.invitation.update({ where: { id }, data: { expiresAt } });
    await end(new Date(now + 60_000));
    expect((await new Browser().get(link)).status).toBe(200);
    await end(new Date(now - 1000));
    const page = await new Browser().get(link);
    expect(page.status).toBe(410);
    expect(text(page)).toContain('This invite has expired');
  });

  it('is 404 by the link that a later sending replaced', async () => {
    const { link, email } = await stage.invited();
    const [row] = await stage.world.context.database.invitation.findMany({ where: { email } });
    const who = { teamId: stage.desk.teamId, userId: stage.desk.owner.user.id, name: 'Olivia' };
    const actor = await identify(stage.world.context, who);
    await resendInvitation(stage.world.context, actor, { invitationId: row?.id ?? '' });
    expect((await new Browser().get(link)).status).toBe(404);
    expect((await post(new Browser(), `${link}/decline`)).status).toBe(404);
  });
});

describe('a form that another site sends', () => {
  it.each([
    {},
    { origin: 'https://evil.example' },
    { origin: 'null' },
    { origin: 'http://127.0.0.1:1' },
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site' },
    { 'sec-fetch-site': 'none' },
  ])('is refused with %j', async (headers) => {
    const { id, link } = await stage.invited();
    for (const path of ['/decline', '/accept', '/join']) {
      const response = await fetch(link + path, {
        method: 'POST',
        redirect: 'manual',
        headers: { 'content-type': 'text/plain', ...(headers as Record<string, string>) },
        body: '',
      });
      expect(response.status, path).toBe(403);
    }
    expect((await stage.rowOf(id)).status).toBe('pending');
  });
});
