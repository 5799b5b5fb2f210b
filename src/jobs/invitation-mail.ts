import { invitationMail as writeMail } from '../clients/mail/invitation-mail.ts';
import { type Mailer, MailRefused } from '../clients/mail/mailer.ts';
import type { Keyring } from '../database/sealing.ts';
import type { Context } from '../domain/context.ts';
import type { Payload } from '../domain/effects.ts';
import { findInvitation } from '../domain/invitations/find-invitation.ts';
import { recordMailFailed, recordMailSent } from '../domain/invitations/record-mail.ts';
import { hashToken } from '../domain/invitations/token.ts';
import { defineJob } from './job.ts';

export type InvitationMailContext = Context & {
  mailer: Pick<Mailer, 'send'>;
  keyring: Pick<Keyring, 'open'>;
  publicUrl(path: string): string;
};

const REFUSED = 'The mail server refused the address.';
const GIVEN_UP = 'It was tried several times.';

/**
 * Mails the link of an invite, unless the invite was settled or sent again meanwhile. A mail that is refused for good, or that
 * could not be sent for too long, is shown at the invite.
 */
export const invitationMail = defineJob<'invitation.mail', InvitationMailContext>('invitation.mail', {
  queue: 'mail',
  run: async (context, payload, { outboxId, log }) => {
    const { token, tokenHash } = readToken(context, payload);
    const invitation = await findInvitation(context, { tokenHash });
    if (invitation?.status !== 'pending' || invitation.mailStatus === 'sent') return;
    const { id, email, role, inviterName, expiresAt, organization } = invitation;
    const { name: organizationName, description, logoPath } = organization;
    const mail = await writeMail({
      organizationName,
      description,
      logoUrl: logoPath === null ? null : context.publicUrl(`/logos/${logoPath}`),
      role,
      inviterName,
      expiresAt,
      url: context.publicUrl(`/invitations/${token}`),
    });
    try {
      await context.mailer.send({ to: email, ...mail, key: outboxId });
    } catch (error) {
      if (!(error instanceof MailRefused)) throw error;
      log.info({ invitationId: id, err: error }, 'The mail of an invite was refused.');
      const failed = { invitationId: id, tokenHash, reason: REFUSED };
      return context.database.$transaction((transaction) => recordMailFailed(transaction, context, failed));
    }
    await recordMailSent(context, { invitationId: id, tokenHash });
  },
  onParked: (transaction, context, payload) => {
    const failed = {
      invitationId: payload.invitationId,
      tokenHash: findHash(context, payload),
      reason: GIVEN_UP,
    };
    return recordMailFailed(transaction, context, failed);
  },
});

type Opener = Pick<InvitationMailContext, 'keyring'>;

/** @throws SealBroken */
function readToken({ keyring }: Opener, { invitationId, token: sealed }: Payload<'invitation.mail'>) {
  const token = keyring.open(sealed, invitationId).secret;
  return { token, tokenHash: hashToken(token) };
}

/** Null where the key is gone: that may be the very reason why the mail is given up. */
function findHash(opener: Opener, payload: Payload<'invitation.mail'>) {
  try {
    return readToken(opener, payload).tokenHash;
  } catch {
    return null;
  }
}
