import { type EmbeddedServerOptions, startEmbeddedServer } from '../../../src/database/embedded/server.ts';

// A process that owns an embedded server, for tests to kill. Says on its output, in one line of JSON, how the start
// went; stops in order when its input ends.

export interface OwnerInput extends Pick<EmbeddedServerOptions, 'directory' | 'native' | 'temporary'> {
  /** Become this user and group first, as only root may. */
  uid?: number;
}

const { uid, ...options } = JSON.parse(process.argv[2] ?? '') as OwnerInput;

if (uid !== undefined) {
  process.setgroups?.([]);
  process.setgid?.(uid);
  process.setuid?.(uid);
}

const logged: string[] = [];
const say = (result: object) => console.log(JSON.stringify({ ...result, logged }));

try {
  const server = await startEmbeddedServer({ ...options, log: (message) => logged.push(message) });
  say({ connectionString: server.connectionString });
  process.stdin.on('end', () => void server.stop()).resume();
} catch (error) {
  say({ error: (error as Error).message });
}
