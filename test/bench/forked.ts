import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';

export interface Forked {
  url: string;
  stop(): Promise<void>;
}

/** Runs a server of processes/ in a process of its own, so that whoever measures it does not take its time. */
export async function startForked(name: string, environment: Record<string, string>): Promise<Forked> {
  const child: ChildProcess = fork(new URL(`./processes/${name}.ts`, import.meta.url), {
    execArgv: ['--import', 'tsx'],
    env: { ...process.env, NODE_ENV: 'production', ...environment },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const said = await Promise.race([
    once(child, 'message') as Promise<[{ port: number }]>,
    once(child, 'exit').then(() => Promise.reject(new Error(`${name} ended before it listened.`))),
  ]);
  return {
    url: `http://127.0.0.1:${said[0].port}`,
    stop: async () => {
      const ended = once(child, 'exit');
      child.kill();
      await ended;
    },
  };
}
