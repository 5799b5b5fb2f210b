import { type Actor, requireMember } from '../../actor.ts';
import type { Context } from '../../context.ts';
import { permit } from '../../permissions.ts';
import { lockTicket } from '../lock-ticket.ts';
import type { SaidInThread } from './record-reply.ts';
import { recountResponse } from './recount-response.ts';
import { storableText } from './storable-text.ts';

/**
 * `unknown`: nothing is recorded under that message. `unchanged`: it reads so already, or was deleted. `reply_edited`: the
 * record reads anew. `reply_withdrawn`: it reads as a note now, so that it is one. `note_edited`: the note reads anew.
 * `note_kept`: so it does, and it stays a note though it does not read as one.
 */
export interface EditOutcome {
  outcome: 'unknown' | 'unchanged' | 'reply_edited' | 'reply_withdrawn' | 'note_edited' | 'note_kept';
  /** Whether the customer has the words of before in a mail. */
  mailed: boolean;
}

/**
 * Brings the record of a member's message to what it reads now; an edit that is told behind a later one changes no words. A note
 * never becomes a reply. A reply that becomes a note, or was one in between, is taken out of the customer's sight at once, and is
 * not mailed if it was not yet.
 * @throws Refusal `no_organization`, `not_a_member`, `organization_lapsed`, `organization_closing`, `ticket_unknown`.
 */
export async function editMessage(
  context: Context,
  actor: Actor,
  { ticketId, slackTs, isNote, editedTs = null, ...said }: SaidInThread & { isNote: boolean },
): Promise<EditOutcome> {
  const member = requireMember(actor);
  permit(member, 'tickets.answer');
  const { organizationId, memberId } = member;
  const text = storableText(said.text);
  const now = context.now();
  return context.database.$transaction(async (transaction): Promise<EditOutcome> => {
    await lockTicket(transaction, { organizationId, ticketId });
    const where = { ticketId_slackTs: { ticketId, slackTs } };
    const note = await transaction.ticketNote.findUnique({ where });
    if (note) {
      const same = note.memberId !== memberId || note.deletedAt !== null || note.text === text;
      if (same || isOvertaken(editedTs, note)) return { outcome: 'unchanged', mailed: false };
      await transaction.ticketNote.update({ where, data: { text, editedAt: now, editedTs } });
      return { outcome: isNote ? 'note_edited' : 'note_kept', mailed: false };
    }
    const reply = await transaction.ticketMessage.findUnique({ where });
    if (!reply) return { outcome: 'unknown', mailed: false };
    const mailed = reply.mailStatus === 'sent';
    if (reply.memberId !== memberId || reply.deletedAt !== null || reply.text === text) {
      return { outcome: 'unchanged', mailed };
    }
    const overtaken = isOvertaken(editedTs, reply);
    if (!isNote) {
      if (overtaken) return { outcome: 'unchanged', mailed };
      // As it is behind the row's lock: a mail that goes out at this moment has the words of before, too.
      const { mailStatus } = await transaction.ticketMessage.update({
        where,
        data: { text, editedAt: now, editedTs },
        select: { mailStatus: true },
      });
      return { outcome: 'reply_edited', mailed: mailStatus === 'sent' };
    }
    await transaction.ticketMessage.update({ where, data: { deletedAt: now } });
    await recountResponse(transaction, ticketId);
    await transaction.ticketNote.create({
      data: {
        id: context.newId(),
        ticketId,
        memberId,
        text: overtaken ? reply.text : text,
        slackTs,
        createdAt: reply.createdAt,
        editedAt: now,
        editedTs: overtaken ? reply.editedTs : editedTs,
      },
    });
    return { outcome: 'reply_withdrawn', mailed };
  });
}

/** Whether a later edit is recorded already. Slack's timestamps are of one length. */
function isOvertaken(editedTs: string | null, recorded: { editedTs: string | null }): boolean {
  return editedTs !== null && recorded.editedTs !== null && editedTs < recorded.editedTs;
}
