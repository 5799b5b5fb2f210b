import { spawn } from 'node:child_process';

// `read` returns when the pipe's other end is gone: the system closes it when this process dies, also by kill -9.
const SCRIPT = `
read -r _
kill -INT "$1"
tries=0
while kill -0 "$1" 2>/dev/null && [ $tries -lt 600 ]; do sleep 0.1; tries=$((tries + 1)); done
shift
[ $# -eq 0 ] || rm -rf -- "$@"
`;

/**
 * Shuts the server down when this process dies without having done so, and removes the folders named. Gives the function
 * that calls it off.
 */
export function watchOver(serverPid: number, removeAfterwards: string[]): () => void {
  const shell = spawn('/bin/sh', ['-c', SCRIPT, 'sh', String(serverPid), ...removeAfterwards], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
    cwd: '/',
  });
  // Without a shell nobody watches; the next start finds the orphan and stops it.
  shell.on('error', () => {});
  shell.stdin.on('error', () => {});
  return () => void shell.kill('SIGKILL');
}
