import type { Context } from '../context.ts';
import { effect } from '../effects.ts';
import type { Refusal } from '../errors.ts';
import { record } from '../record.ts';

/** Tells who uploaded a file why it did not become the logo. */
export async function reportLogoRefused(
  context: Context,
  { teamId, userId, fileId, refusal }: { teamId: string; userId: string; fileId: string; refusal: Refusal },
): Promise<void> {
  const notice = { kind: 'logo_refused' as const, reason: refusal.message };
  await record(
    context.database,
    context,
    [],
    [effect('notice', { teamId, userId, notice }, { key: `logo-refused:${fileId}` })],
  );
}
