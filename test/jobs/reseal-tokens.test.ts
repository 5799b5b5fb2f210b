import { pino } from 'pino';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createDatabase } from '../../src/database/client.ts';
import { createKeyring } from '../../src/database/sealing.ts';
import { recordInstallation } from '../../src/domain/installations/record-installation.ts';
import { removeInstallation } from '../../src/domain/installations/remove-installation.ts';
import { resealTokens } from '../../src/jobs/reseal-tokens.ts';
import { testContext } from '../setup/context.ts';
import { createTestDatabase } from '../setup/database.ts';

const key = (id: string, byte: number) => ({ id, key: Buffer.alloc(32, byte) });
const [first, second, lost] = [key('k1', 1), key('k2', 2), key('k0', 3)];

async function stage() {
  const { url, drop } = await createTestDatabase();
  const database = createDatabase(url);
  onTestFinished(async () => {
    await database.$disconnect();
    await drop();
  });
  const context = testContext(database);
  const logged: Record<string, unknown>[] = [];
  const log = pino({ level: 'info' }, { write: (line: string) => void logged.push(JSON.parse(line)) });
  const installed = (teamId: string, keyring: ReturnType<typeof createKeyring>) =>
    recordInstallation(context, {
      teamId,
      teamName: null,
      appId: 'A1',
      botUserId: 'U1',
      botId: null,
      sealed: keyring.seal(`xoxb-${teamId}`, teamId),
      scopes: [],
      installerUserId: 'U2',
    });
  const run = () => {
    const keyring = createKeyring([second, first]);
    return resealTokens.run({ ...context, seal: keyring.seal, keyring }, { log });
  };
  const sealedOf = async (teamId: string) =>
    (await database.installation.findUniqueOrThrow({ where: { teamId } })).sealed;
  return { context, database, logged, installed, run, sealedOf };
}

describe('after a new key was put in front', () => {
  it('every token is sealed under it, so that the old key can go; a second run has nothing to do', async () => {
    const { installed, run, sealedOf, logged } = await stage();
    // More than a batch.
    const teams = Array.from({ length: 501 }, (_, number) => `T${number}`);
    for (const team of teams) await installed(team, createKeyring([first]));
    await run();
    const alone = createKeyring([second]);
    for (const team of teams) expect(alone.open(await sealedOf(team), team).secret).toBe(`xoxb-${team}`);
    const before = await sealedOf('T0');
    await run();
    expect(await sealedOf('T0')).toBe(before);
    expect(logged).toMatchObject([{ resealed: 501 }]);
  });

  it('a token that no key opens is left as it is, and told of; one that is gone is not', async () => {
    const { context, installed, run, sealedOf, logged } = await stage();
    await installed('T1', createKeyring([lost]));
    await installed('T2', createKeyring([first]));
    await installed('T3', createKeyring([first]));
    await removeInstallation(context, { teamId: 'T3', at: context.now() });
    const before = await sealedOf('T1');
    await run();
    expect(await sealedOf('T1')).toBe(before);
    expect(await sealedOf('T2')).toMatch(/^k2:/);
    expect(await sealedOf('T3')).toBe('');
    expect(logged).toMatchObject([{ resealed: 1 }, { level: 50, count: 1, teamIds: ['T1'] }]);
  });
});
