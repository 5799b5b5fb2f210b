import { describe, expect, it } from 'vitest';
import { type InvitationMailContent, invitationMail } from '../../../src/clients/mail/invitation-mail.ts';

const content: InvitationMailContent = {
  organizationName: 'Harbour Support',
  description: 'We keep the ferries’ passengers happy.',
  logoUrl: 'https://desk.example/logos/abc',
  role: 'agent',
  inviterName: 'Olivia Owner',
  expiresAt: new Date('2026-11-30T09:00:00Z'),
  url: 'https://desk.example/invitations/TOKEN',
};

describe('the mail of an invite', () => {
  it('says in HTML and in text who invites, where to, as what, and until when', async () => {
    const { subject, html, text } = await invitationMail(content);
    expect(subject).toBe('Olivia Owner invites you to Harbour Support');
    for (const part of [html, text]) {
      expect(part).toContain('Olivia Owner invites you to join Harbour Support on Orgdesk');
      expect(part).toContain('We keep the ferries’ passengers happy.');
      expect(part).toContain('Agent: you view and answer tickets.');
      expect(part).toContain('30 November 2026 at 09:00 UTC');
      expect(part).toContain('https://desk.example/invitations/TOKEN');
    }
  });

  it('has one link, and only the logo as an image', async () => {
    const { html } = await invitationMail(content);
    expect(html.match(/<a /g)).toHaveLength(1);
    expect(html.match(/<img /g)).toHaveLength(1);
    expect(html).toContain('<img src="https://desk.example/logos/abc" alt="Logo of Harbour Support"');
    expect((await invitationMail({ ...content, logoUrl: null })).html).not.toContain('<img');
  });

  it('lets the organization speak where the inviter is gone', async () => {
    const { subject, html, text } = await invitationMail({
      ...content,
      inviterName: null,
      description: null,
    });
    expect(subject).toBe('Your invite to Harbour Support');
    for (const part of [html, text]) {
      expect(part).toContain('Harbour Support invites you to join it');
      expect(part).not.toContain('null');
    }
  });

  it('escapes what people typed', async () => {
    const hostile = '"><script>alert(1)</script><img src=x onerror=alert(1)>&amp;';
    const { html } = await invitationMail({
      ...content,
      organizationName: hostile,
      description: hostile,
      inviterName: hostile,
    });
    expect(html).not.toContain('<script');
    expect(html).not.toContain('<img src=x');
    expect(html).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
    expect(html.match(/<img /g)).toHaveLength(1);
  });
});
