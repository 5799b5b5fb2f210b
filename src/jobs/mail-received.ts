import { handleStored } from '../domain/intake/handle-stored.ts';
import { type TakeMailContext, takeMail } from '../domain/tickets/mail/take-mail.ts';
import { readReceivedMail } from '../mail/received.ts';
import { defineJob } from './job.ts';

/**
 * Handles a mail that was stored on arrival. What is dropped leaves a line in the log with the reason, and nothing of what
 * stood in it.
 */
export const mailReceived = defineJob<'mail.received', TakeMailContext>('mail.received', {
  queue: 'events',
  run: (context, { key }, { log }) =>
    handleStored(context, key, async (stored) => {
      const outcome = await takeMail(context, await readReceivedMail(stored), { key });
      if (!outcome.kept) log.info({ key, ...outcome }, 'A mail was dropped.');
    }),
});
