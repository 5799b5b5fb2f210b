import type { Button, KnownBlock, ModalView } from '@slack/types';
import type { AuditLine, AuditPage } from '../../domain/audit/list-audit.ts';
import { auditWords } from './audit-words.ts';
import { button, mrkdwn, plain } from './composition.ts';
import { escapeText, truncate } from './text.ts';
import { moment } from './time.ts';

/** A page of the audit trail: who did what, from what to what, and when. */
export function auditModal({ lines, older, newer }: AuditPage): ModalView {
  const buttons: Button[] = [
    ...(newer === null ? [] : [button('audit.newer', 'Newer', { label: 'Newer changes', value: newer })]),
    ...(older === null ? [] : [button('audit.older', 'Older', { label: 'Older changes', value: older })]),
  ];
  return {
    type: 'modal',
    title: plain('Audit trail'),
    close: plain('Close'),
    blocks: [
      ...lines.map(row),
      ...(lines.length === 0 ? [nothing] : []),
      ...(buttons.length > 0 ? [{ type: 'actions', elements: buttons } as const] : []),
    ],
  };
}

const nothing: KnownBlock = { type: 'section', text: plain('Nothing has been changed yet.') };

function row(line: AuditLine): KnownBlock {
  return { type: 'section', text: mrkdwn(`${author(line)} ${auditWords(line)}.\n${moment(line.at)}`) };
}

function author({ actorUserId, actorName }: AuditLine): string {
  return actorUserId === null ? escapeText(truncate(actorName, 80)) : `<@${actorUserId}>`;
}
