import { sendDirectMessage } from '../clients/slack/direct-message.ts';
import { isUnreachable } from '../clients/slack/unreachable.ts';
import { readNoticeFacts } from '../domain/members/notice-facts.ts';
import { renderNotice } from '../slack/blocks/notices.ts';
import type { JobContext } from './context.ts';
import { defineJob } from './job.ts';

export type NoticeJobContext = Pick<JobContext, 'database' | 'slack'>;

/**
 * Tells a person something in a direct message, once however often it is tried. Where nobody can hear it, because the person
 * is gone or the app was removed, that is the end of it.
 */
export const notice = defineJob<'notice', NoticeJobContext>('notice', {
  queue: 'slack',
  async run(context, payload, { outboxId, attempt, log }) {
    const { teamId, userId } = payload;
    const message = renderNotice(payload.notice, await readNoticeFacts(context, payload));
    try {
      const client = context.slack(teamId);
      await sendDirectMessage(client, { userId, ...message, outboxId, attempt });
    } catch (error) {
      if (!isUnreachable(error)) throw error;
      log.info({ teamId, userId, kind: payload.notice.kind, err: error }, 'A notice found nobody.');
    }
  },
});
