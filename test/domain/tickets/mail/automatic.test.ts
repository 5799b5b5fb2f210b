import { describe, expect, it } from 'vitest';
import { automaticReason } from '../../../../src/domain/tickets/mail/automatic.ts';

const ours = '01890000-0000-7000-8000-000000000001';
const mail = (headers: Record<string, string>, more: object = {}) => ({
  recipients: [],
  envelopeFrom: 'ada@new.example',
  from: { address: 'ada@new.example', name: 'Ada' },
  subject: 'Re: [TKT-001] Printer',
  headers: new Map(Object.entries(headers).map(([name, value]) => [name, [value]])),
  messageId: '<x@new.example>',
  ...more,
});

describe('a mail that no person wrote', () => {
  it.each([
    ['auto-submitted', { 'auto-submitted': 'auto-replied (vacation)' }, {}],
    ['auto-submitted', { 'auto-submitted': 'Auto-Generated' }, {}],
    ['precedence', { precedence: 'bulk' }, {}],
    ['precedence', { precedence: 'Junk' }, {}],
    ['precedence', { precedence: 'list' }, {}],
    ['precedence', { precedence: 'auto_reply' }, {}],
    ['auto-response', { 'x-auto-response-suppress': 'DR, OOF, AutoReply' }, {}],
    ['auto-response', { 'x-autoreply': 'yes' }, {}],
    ['null-return-path', { 'return-path': '<>' }, {}],
    ['null-return-path', {}, { envelopeFrom: '' }],
    ['report', { 'content-type': 'multipart/report; report-type=delivery-status' }, {}],
    ['mailer-daemon', {}, { from: { address: 'MAILER-DAEMON@new.example', name: '' } }],
    ['mailer-daemon', {}, { from: { address: 'postmaster@new.example', name: '' } }],
    ['loop', { 'x-loop': 'x' }, {}],
    ['loop', {}, { messageId: `<message.${ours}@orgdesk.example>` }],
    ['loop', {}, { messageId: `<ticket.${ours}@orgdesk.example>` }],
    ['loop', { 'list-id': `"Harbour" <${ours}.tickets.orgdesk.example>` }, {}],
  ])('is recognized: %s %j %j', (reason, headers, more) => {
    expect(automaticReason(mail(headers as Record<string, string>, more))).toBe(reason);
  });

  it.each([
    [{}, {}],
    [{ 'auto-submitted': 'no' }, {}],
    [{ precedence: 'first-class' }, {}],
    [{ 'x-auto-response-suppress': 'None' }, {}],
    [{ 'list-id': '<announce.new.example>' }, {}],
    [{ 'return-path': '<ada@new.example>' }, { envelopeFrom: null }],
    // Answers name our mails; that makes them none of ours.
    [
      { 'in-reply-to': `<message.${ours}@orgdesk.example>`, references: `<ticket.${ours}@orgdesk.example>` },
      {},
    ],
  ])('is not seen in a person’s: %j %j', (headers, more) => {
    expect(automaticReason(mail(headers as Record<string, string>, more))).toBeNull();
  });
});
