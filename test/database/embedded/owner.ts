import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { onTestFinished } from 'vitest';
import type { OwnerInput } from './owner-process.ts';

export interface Owner {
  pid: number;
  /** One of the two, as the start went. */
  connectionString?: string;
  error?: string;
  logged: string[];
  stop(): Promise<void>;
  /** kill -9. */
  kill(): Promise<void>;
}

const program = new URL('owner-process.ts', import.meta.url).pathname;

/** Starts an embedded server in a process of its own, and waits until that says how it went. */
export async function startOwner(input: OwnerInput): Promise<Owner> {
  const child = spawn(process.execPath, ['--import', 'tsx', program, JSON.stringify(input)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit');
  const end = async (act: (child: ChildProcess) => void) => {
    act(child);
    await exited;
  };
  const stop = () => end(() => child.stdin.end());
  onTestFinished(stop);
  const [line] = await once(createInterface(child.stdout), 'line');
  return { pid: child.pid ?? 0, ...JSON.parse(line), stop, kill: () => end(() => child.kill('SIGKILL')) };
}

/** The processes that `pid` started and that still run. */
export function childrenOf(pid: number): number[] {
  const listed = execFileSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' });
  return listed
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/).map(Number))
    .flatMap(([child = 0, parent]) => (parent === pid ? [child] : []));
}

/** The process that postmaster.pid names. */
export function postmasterOf(directory: string): number {
  return Number(readFileSync(`${directory}/postgres/postmaster.pid`, 'utf8').split('\n')[0]);
}

export async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await holds())) await sleep(20);
}

/** Runs one statement in a connection of its own and gives its rows. */
export async function ask(
  connectionString: string | undefined,
  sql: string,
): Promise<Record<string, unknown>[]> {
  const client = new Client(connectionString);
  client.on('error', () => {});
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}
