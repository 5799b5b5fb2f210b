import { type Actor, requireMember } from '../../actor.ts';
import type { Context } from '../../context.ts';
import { effect } from '../../effects.ts';
import { refuse } from '../../errors.ts';
import { readId } from '../../ids.ts';
import { permit } from '../../permissions.ts';
import { record } from '../../record.ts';

/**
 * Sends a reply's mail again that could not be sent; pressed twice, it goes once.
 * @throws Refusal `no_organization`, `not_a_member`, `not_allowed`, `organization_lapsed`, `organization_closing`;
 * `mail_unknown` where there is no such reply in the organization; `mail_not_failed` where it is on its way or arrived.
 */
export async function retryMail(
  context: Context,
  actor: Actor,
  { messageId }: { messageId: string },
): Promise<void> {
  const member = requireMember(actor);
  permit(member, 'tickets.answer');
  if (!readId(messageId)) throw refuse('mail_unknown');
  const { organizationId } = member;
  await context.database.$transaction(async (transaction) => {
    const of = { id: messageId, deletedAt: null, ticket: { organizationId }, memberId: { not: null } };
    const { count } = await transaction.ticketMessage.updateMany({
      where: { ...of, mailStatus: 'failed' },
      data: { mailStatus: 'queued', mailError: null },
    });
    if (count > 0) {
      const effects = [effect('ticket.mail', { messageId }), effect('ticket.mark', { messageId })];
      return record(transaction, context, [], effects);
    }
    const known = await transaction.ticketMessage.count({ where: of });
    throw refuse(known > 0 ? 'mail_not_failed' : 'mail_unknown');
  });
}
