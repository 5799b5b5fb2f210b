import { type Actor, requireMember } from '../../actor.ts';
import type { Context } from '../../context.ts';
import { refuse } from '../../errors.ts';
import { permit } from '../../permissions.ts';
import { record } from '../../record.ts';
import { postInChannel } from '../channel/post-effects.ts';
import { lockTicket } from '../lock-ticket.ts';
import { recountResponse } from './recount-response.ts';
import { storableText } from './storable-text.ts';

export interface NoteInput {
  ticketId: string;
  text: string;
  /** Where it stands in the thread; null where it was written in a form, and is to be posted there. */
  slackTs: string | null;
  /** As of a reply. */
  editedTs?: string | null;
}

/**
 * Records an internal note, in the table that nothing facing a customer reads; of any number of tellings of one message, once.
 * A message that is a note is no reply: where it was recorded as one, it leaves the customer's sight.
 * @throws Refusal `no_organization`, `not_a_member`, `organization_lapsed`, `organization_closing`, `ticket_unknown`;
 * `note_empty` on `note`.
 */
export async function recordNote(
  context: Context,
  actor: Actor,
  { ticketId, text, slackTs, editedTs = null }: NoteInput,
): Promise<{ number: string }> {
  const member = requireMember(actor);
  permit(member, 'tickets.answer');
  const { organizationId, memberId } = member;
  const words = storableText(text);
  if (slackTs === null && words.trim() === '') throw refuse('note_empty').on('note');
  return context.database.$transaction(async (transaction) => {
    const { number, channelId } = await lockTicket(transaction, { organizationId, ticketId });
    const id = context.newId();
    await transaction.ticketNote.createMany({
      data: [{ id, ticketId, memberId, text: words, slackTs, editedTs, createdAt: context.now() }],
      skipDuplicates: true,
    });
    await transaction.ticket.updateMany({ where: { id: ticketId }, data: { activeAt: context.now() } });
    if (slackTs !== null) {
      // Where an edit into a note and the message itself are told at once, the message may have been taken for a reply.
      const { count } = await transaction.ticketMessage.updateMany({
        where: { ticketId, slackTs, memberId, deletedAt: null },
        data: { deletedAt: context.now() },
      });
      if (count > 0) await recountResponse(transaction, ticketId);
      return { number };
    }
    await transaction.threadPost.createMany({
      data: [{ id: context.newId(), organizationId, ticketId, kind: 'note', subjectId: id }],
    });
    if (channelId !== null)
      await record(transaction, context, [], [postInChannel({ organizationId, channelId })]);
    return { number };
  });
}
