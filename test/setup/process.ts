import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import { temporaryFolder } from '../database/embedded/folders.ts';

const main = fileURLToPath(new URL('../../src/main.ts', import.meta.url));

/** The product as its own process. */
export interface RunningProcess {
  /** All that it has written, both streams, as it came. */
  output(): string;
  /** The lines of the log. */
  logged(): Record<string, unknown>[];
  /** Resolves when it says that it is ready, with the port; rejects with its output when it ends before. */
  ready: Promise<number>;
  /** How it ended: its exit code, or the signal that ended it. */
  ended: Promise<number | NodeJS.Signals | null>;
  kill(signal: NodeJS.Signals): void;
}

/** Starts src/main.ts with this environment and nothing else of this one's; it does not outlive the test. */
export async function startProcess(environment: NodeJS.ProcessEnv): Promise<RunningProcess> {
  const child = spawn(process.execPath, ['--import', import.meta.resolve('tsx'), main], {
    // A folder without a file .env.
    cwd: await temporaryFolder(),
    env: { PATH: process.env.PATH, HOME: process.env.HOME, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = once(child, 'close').then(
    ([code, signal]) => (code ?? signal) as number | NodeJS.Signals | null,
  );
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await ended;
  });
  const chunks: string[] = [];
  const ready = untilReady(child, chunks);
  // Whoever expects it to end does not wait for it to be ready.
  ready.catch(() => {});
  const output = () => chunks.join('');
  return {
    output,
    logged: () =>
      output()
        .split('\n')
        .filter((line) => line.startsWith('{'))
        .map((line) => JSON.parse(line) as Record<string, unknown>),
    ready,
    ended,
    kill: (signal) => void child.kill(signal),
  };
}

function untilReady(child: ChildProcess, chunks: string[]): Promise<number> {
  return new Promise((resolve, reject) => {
    const take = (chunk: Buffer) => {
      chunks.push(chunk.toString());
      const [, port] = /"port":(\d+),.*"msg":"Orgdesk is ready\."/.exec(chunks.join('')) ?? [];
      if (port !== undefined) resolve(Number(port));
    };
    child.stdout?.on('data', take);
    child.stderr?.on('data', take);
    child.on('close', () => reject(new Error(`It ended before it was ready: ${chunks.join('')}`)));
  });
}
