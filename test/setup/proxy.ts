import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';

/** A server seen through a connection that can be cut. */
export interface CuttableProxy {
  /** The given URL, by way of the proxy. */
  url: string;
  /** Breaks every connection and refuses new ones, as when the server has died. */
  down(): Promise<void>;
  up(): Promise<void>;
  close(): Promise<void>;
}

export async function startProxy(target: string): Promise<CuttableProxy> {
  const { hostname, port } = new URL(target);
  const sockets = new Set<Socket>();
  let server: Server | undefined;

  const pipe = (incoming: Socket) => {
    const outgoing = connect(Number(port), hostname);
    for (const [socket, other] of [
      [incoming, outgoing],
      [outgoing, incoming],
    ] as const) {
      sockets.add(socket);
      socket.pipe(other);
      socket.on('error', () => {});
      socket.on('close', () => {
        sockets.delete(socket);
        other.destroy();
      });
    }
  };
  const listen = async (at: number) => {
    server = createServer(pipe).listen(at, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('The proxy has no port.');
    return address.port;
  };
  const down = async () => {
    const closing = server;
    if (closing === undefined) return;
    server = undefined;
    closing.close();
    for (const socket of sockets) socket.destroy();
    await once(closing, 'close');
  };

  const chosen = await listen(0);
  const url = new URL(target);
  url.host = `127.0.0.1:${chosen}`;
  return {
    url: url.href,
    down,
    async up() {
      await listen(chosen);
    },
    close: down,
  };
}
