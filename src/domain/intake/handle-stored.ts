import type { Context } from '../context.ts';

/**
 * Gives the stored body of `key` to `handle`, and blanks it when that is done. What was handled before, or is not there,
 * is left alone. Two at once may both handle it: `handle` must bear that. An error of `handle` leaves the body for the
 * next attempt.
 */
export async function handleStored(
  context: Pick<Context, 'database' | 'now'>,
  key: string,
  handle: (body: Buffer) => Promise<void>,
): Promise<void> {
  const stored = await context.database.intake.findUnique({ where: { key } });
  if (!stored || stored.handledAt !== null || stored.body === null) return;
  await handle(Buffer.from(stored.body));
  await context.database.intake.updateMany({
    where: { key, handledAt: null },
    data: { handledAt: context.now(), body: null },
  });
}
