import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startWorld } from '../sandbox/world.ts';
import { castStory } from './cast.ts';
import { shopEnvironment } from './shop.ts';
import { type Outcome, playAll } from './step.ts';
import { story } from './story.ts';
import { mailEnvironment } from './tickets.ts';

// npm run demo [-- --json]: the product on an embedded database between the doubles, and a support team's first weeks.
// Exits 0 only where every step held.

const { values } = parseArgs({ options: { json: { type: 'boolean', default: false } } });

function tell({ step, ok, detail }: Outcome): void {
  if (values.json) console.log(JSON.stringify({ step, ok, detail }));
  else console.log(`${ok ? '  ok  ' : 'FAILED'}  ${step}\n        ${detail}`);
}

async function main(): Promise<boolean> {
  const directory = await mkdtemp(join(tmpdir(), 'orgdesk-demo-'));
  // mkdtemp closes it to the user that root runs PostgreSQL as, whose data would then lie elsewhere and stay there.
  await chmod(directory, 0o755);
  try {
    if (!values.json) console.log('Starting the product beside Slack, Stripe, mail and OpenID doubles …\n');
    const world = await startWorld({
      environment: { DATA_DIR: join(directory, 'data'), ...mailEnvironment, ...shopEnvironment },
    });
    try {
      const ok = await playAll(story, world, await castStory(world), tell);
      if (!ok && !values.json) {
        const troubles = world.logged.filter(({ level }) => level === 'error' || level === 'warn');
        for (const line of troubles) console.error(JSON.stringify(line));
      }
      return ok;
    } finally {
      await world.stop();
    }
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

const held = await main().catch((error: Error) => {
  tell({ step: 'Start', ok: false, detail: error.message });
  return false;
});
if (!values.json)
  console.log(held ? '\nAll of it held.' : '\nThe story stopped at a step that did not hold.');
process.exitCode = held ? 0 : 1;
