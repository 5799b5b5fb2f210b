import type { Context } from '../context.ts';
import { DEFAULT_CURRENCY } from '../money.ts';
import type { Notice } from '../notices.ts';
import { formatTicketNumber } from '../organizations/ticket-number.ts';
import type { GrantableRole, Role } from '../roles.ts';

/** What a notice says beside its payload, as it is when the notice goes out. */
export interface NoticeFacts {
  /** The reader's workspace. */
  teamId: string;
  /** The organization's name; null where the workspace has none. */
  organization: string | null;
  /** The organization's, ISO 4217 in lower case: for amounts whose notice names no other. */
  currency: string;
  /** The reader's role; null where they are no active member. */
  role: Role | null;
  /** The invite that the notice is about; null where it is about none, or the invite is gone. */
  invitation: { email: string; role: GrantableRole; mailError: string | null } | null;
  /** The ticket that the notice is about; null as above. */
  ticket: NoticeTicket | null;
  /** The payment that the notice is about; null as above. */
  payment: { email: string; productName: string; quantity: number } | null;
}

export interface NoticeTicket {
  number: string;
  title: string;
  /** Its message in the support channel; null until it is posted. */
  message: { channelId: string; ts: string } | null;
}

/** By one statement. An invite, a ticket or a payment of another workspace's organization is none. */
export async function readNoticeFacts(
  context: Pick<Context, 'database'>,
  { teamId, userId, notice }: { teamId: string; userId: string; notice: Notice },
): Promise<NoticeFacts> {
  const invitationId = 'invitationId' in notice ? notice.invitationId : null;
  const ticketId = 'ticketId' in notice ? notice.ticketId : null;
  const paymentId = 'paymentId' in notice ? notice.paymentId : null;
  const [row] = await context.database.$queryRaw<Row[]>`
    SELECT o.name, o.currency, m.role::text AS role, i.email, i.role::text AS "invitedAs", i.mail_error AS "mailError",
      t.prefix, t.number, t.title, t.channel_id AS "channelId", t.message_ts AS "messageTs",
      p.email AS "payerEmail", p.product_name AS "productName", p.quantity
    FROM organizations o
    LEFT JOIN members m ON m.organization_id = o.id AND m.user_id = ${userId} AND m.status = 'active'
    LEFT JOIN invitations i ON i.organization_id = o.id AND i.id = ${invitationId}::uuid
    LEFT JOIN tickets t ON t.organization_id = o.id AND t.id = ${ticketId}::uuid
    LEFT JOIN payments p ON p.organization_id = o.id AND p.id = ${paymentId}::uuid
    WHERE o.team_id = ${teamId}`;
  if (!row) {
    return {
      teamId,
      organization: null,
      currency: DEFAULT_CURRENCY,
      role: null,
      invitation: null,
      ticket: null,
      payment: null,
    };
  }
  const { name, currency, role, email, invitedAs, mailError } = row;
  const invitation = email !== null && invitedAs !== null ? { email, role: invitedAs, mailError } : null;
  const [ticket, payment] = [readNoticeTicket(row), readNoticePayment(row)];
  return { teamId, organization: name, currency, role, invitation, ticket, payment };
}

function readNoticePayment({ payerEmail: email, productName, quantity }: Row): NoticeFacts['payment'] {
  return email !== null && productName !== null && quantity !== null
    ? { email, productName, quantity }
    : null;
}

function readNoticeTicket({ prefix, number, title, channelId, messageTs }: Row): NoticeTicket | null {
  if (prefix === null || number === null || title === null) return null;
  const message = channelId !== null && messageTs !== null ? { channelId, ts: messageTs } : null;
  return { number: formatTicketNumber(prefix, number), title, message };
}

interface Row {
  name: string;
  currency: string;
  role: Role | null;
  email: string | null;
  invitedAs: GrantableRole | null;
  mailError: string | null;
  prefix: string | null;
  number: number | null;
  title: string | null;
  channelId: string | null;
  messageTs: string | null;
  payerEmail: string | null;
  productName: string | null;
  quantity: number | null;
}
