import { html, raw } from 'hono/html';
import type { GrantableRole } from '../../domain/roles.ts';
import type { Mail } from './mailer.ts';

export interface InvitationMailContent {
  organizationName: string;
  description: string | null;
  /** Absolute; null without a logo. */
  logoUrl: string | null;
  role: GrantableRole;
  /** Null where the organization stands for itself. */
  inviterName: string | null;
  expiresAt: Date;
  /** The page of the invite, where it can be accepted and declined. */
  url: string;
}

const roleLines: Record<GrantableRole, string> = {
  admin: 'Admin: you manage members, tickets and settings.',
  agent: 'Agent: you view and answer tickets.',
};

const inUtc = new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeStyle: 'short', timeZone: 'UTC' });

/** The mail of an invite, in HTML and as text. What people typed is escaped; nothing in it tells that it was opened. */
export async function invitationMail(
  content: InvitationMailContent,
): Promise<Pick<Mail, 'subject' | 'html' | 'text'>> {
  const { organizationName, inviterName } = content;
  const subject = inviterName
    ? `${inviterName} invites you to ${organizationName}`
    : `Your invite to ${organizationName}`;
  return { subject, html: String(await asHtml(content)), text: asText(content) };
}

function sentences({ organizationName, inviterName, expiresAt }: InvitationMailContent) {
  return {
    invite: inviterName
      ? `${inviterName} invites you to join ${organizationName} on Orgdesk, its support desk in Slack.`
      : `${organizationName} invites you to join it on Orgdesk, its support desk in Slack.`,
    end: `The invite is valid until ${inUtc.format(expiresAt)} UTC. You accept it by signing in with Slack, with this e-mail address.`,
    unexpected:
      'You did not expect this? Then ignore it, or decline it on its page. Nothing happens until you accept.',
  };
}

function asText(content: InvitationMailContent): string {
  const { invite, end, unexpected } = sentences(content);
  const parts = [
    invite,
    content.description,
    roleLines[content.role],
    `Accept or decline:\n${content.url}`,
    end,
    unexpected,
  ];
  return `${parts.filter((part) => part !== null).join('\n\n')}\n`;
}

// Mail readers ignore stylesheets: everything stands at its element. Contrast is at least 4.5 : 1.
const ink =
  'margin:0 0 16px;color:#1c2733;font:16px/1.5 system-ui,-apple-system,Segoe UI,sans-serif;overflow-wrap:anywhere';
const quiet = 'margin:0 0 12px;color:#52606d;font:14px/1.5 system-ui,-apple-system,Segoe UI,sans-serif';
const button =
  'display:inline-block;padding:12px 24px;border-radius:8px;background:#0b5cad;color:#ffffff;font:600 16px/1.25 system-ui,-apple-system,Segoe UI,sans-serif;text-decoration:none';

function asHtml(content: InvitationMailContent) {
  const { organizationName, description, logoUrl, role, url } = content;
  const { invite, end, unexpected } = sentences(content);
  const logo = logoUrl
    ? html`<img src="${logoUrl}" alt="Logo of ${organizationName}" width="64" style="display:block;margin:0 0 16px;border-radius:8px">`
    : '';
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light">
<title>${organizationName}</title>
</head>
<body style="margin:0;padding:24px;background:#eef1f4">
<table role="presentation" align="center" width="100%" cellpadding="0" cellspacing="0" style="max-width:544px;margin:0 auto">
<tr><td style="padding:32px;background:#ffffff;border:1px solid #d3dae1;border-radius:12px;font:16px/1.5 system-ui,-apple-system,Segoe UI,sans-serif">
${logo}<h1 style="margin:0 0 16px;color:#1c2733;font:600 22px/1.25 system-ui,-apple-system,Segoe UI,sans-serif;overflow-wrap:anywhere">Join ${organizationName}</h1>
<p style="${raw(ink)}">${invite}</p>
${description ? html`<p style="${raw(ink)}">${description}</p>` : ''}
<p style="${raw(ink)}">${roleLines[role]}</p>
<p style="margin:24px 0"><a href="${url}" style="${raw(button)}">See the invite</a></p>
<p style="${raw(quiet)}">${end}</p>
<p style="${raw(quiet)}">${unexpected}</p>
</td></tr>
</table>
</body>
</html>
`;
}
