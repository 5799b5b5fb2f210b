import type { ReceivedMail } from './received-mail.ts';

export type AutomaticReason =
  | 'auto-submitted'
  | 'precedence'
  | 'auto-response'
  | 'null-return-path'
  | 'report'
  | 'mailer-daemon'
  | 'loop';

/**
 * Why a mail is taken for one that no person wrote, or for one of ours that came back; null where it is neither. After RFC 3834
 * and what programs do that are older.
 */
export function automaticReason(mail: Omit<ReceivedMail, 'text' | 'attachments'>): AutomaticReason | null {
  const all = (name: string) => (mail.headers.get(name) ?? []).map((value) => value.trim().toLowerCase());
  if (isOurs(mail) || all('x-loop').length > 0) return 'loop';
  // Only the word counts: "auto-replied (vacation)".
  if (all('auto-submitted').some((value) => value !== '' && !/^no\b/.test(value))) return 'auto-submitted';
  if (all('precedence').some((value) => /^(bulk|junk|list|auto_reply)\b/.test(value))) return 'precedence';
  if (all('x-auto-response-suppress').some((value) => /\b(all|oof|autoreply)\b/.test(value)))
    return 'auto-response';
  if (['x-autoreply', 'x-autorespond', 'x-auto-reply-from'].some((name) => all(name).length > 0)) {
    return 'auto-response';
  }
  if (mail.envelopeFrom === '' || all('return-path').includes('<>')) return 'null-return-path';
  if (all('content-type').some((value) => value.startsWith('multipart/report'))) return 'report';
  const sender = mail.from?.address.toLowerCase().split('@')[0] ?? '';
  return sender === 'mailer-daemon' || sender === 'postmaster' ? 'mailer-daemon' : null;
}

const uuid = '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}';
const ourMessageId = new RegExp(`^<(?:ticket|message)\\.${uuid}@`, 'i');
const ourList = new RegExp(`<?${uuid}\\.tickets\\.`, 'i');

/** Whether we wrote it ourselves: by its Message-ID, or by the list that our mails name. */
function isOurs({ messageId, headers }: Pick<ReceivedMail, 'messageId' | 'headers'>): boolean {
  return (
    (messageId !== null && ourMessageId.test(messageId)) ||
    (headers.get('list-id') ?? []).some((value) => ourList.test(value))
  );
}
