import { type Keyring, SealBroken } from '../database/sealing.ts';
import type { Context } from '../domain/context.ts';
import { listSealedTokens } from '../domain/installations/list-sealed-tokens.ts';
import { resealToken } from '../domain/installations/reseal-token.ts';
import type { Schedule } from './schedules.ts';

const BATCH = 500;

/**
 * Seals every Slack token under the first key, so that an older one can be taken away: also those of workspaces that are
 * quiet. Says what it did, and which workspaces' tokens no key opens.
 */
export const resealTokens: Schedule<Context & { keyring: Pick<Keyring, 'open'> }> = {
  every: 3600,
  async run(context, { log }) {
    let resealed = 0;
    const broken: string[] = [];
    for (let after = ''; ; ) {
      const tokens = await listSealedTokens(context, { after, limit: BATCH });
      for (const { teamId, sealed } of tokens) {
        const opened = openOrNull(context.keyring, sealed, teamId);
        if (opened === null) broken.push(teamId);
        if (opened === null || opened.current) continue;
        await resealToken(context, { teamId, from: sealed, to: context.seal(opened.secret, teamId) });
        resealed += 1;
      }
      const last = tokens.at(-1);
      if (last === undefined || tokens.length < BATCH) break;
      after = last.teamId;
    }
    if (resealed > 0) log.info({ resealed }, 'tokens sealed under the first key');
    if (broken.length > 0) {
      const sample = broken.slice(0, 20);
      log.error({ count: broken.length, teamIds: sample }, 'no key in ENCRYPTION_KEYS opens these tokens');
    }
  },
};

function openOrNull(keyring: Pick<Keyring, 'open'>, sealed: string, teamId: string) {
  try {
    return keyring.open(sealed, teamId);
  } catch (error) {
    if (error instanceof SealBroken) return null;
    throw error;
  }
}
