import { isIPv4, isIPv6 } from 'node:net';
import type { Context } from 'hono';
import type { PluginEnv } from './api.ts';

/**
 * Where a request comes from, for limits: an IPv4 address, or the /64 of an IPv6 one, which is what one household gets. Of
 * X-Forwarded-For so many entries are believed, from the right, as there are proxies of ours; what clients write is none of them.
 */
export function clientAddress(request: Context<PluginEnv>, trustedProxies: number): string {
  const peer = request.env.incoming.socket.remoteAddress ?? '';
  const forwarded = (request.req.header('x-forwarded-for') ?? '').split(',').map((entry) => entry.trim());
  return addressBehind([...forwarded, peer], trustedProxies);
}

/** `hops` are as they follow each other, ours last. An entry that is no address is as far as can be seen. */
export function addressBehind(hops: readonly string[], trustedProxies: number): string {
  let nearest = 'unknown';
  for (const hop of hops.slice(-1 - trustedProxies).reverse()) {
    const address = readAddress(hop);
    if (address === null) break;
    nearest = address;
  }
  return nearest;
}

function readAddress(hop: string): string | null {
  // Some proxies write the port, some a zone.
  const bare = hop
    .replace(/^\[([^\]]+)\](:\d+)?$/, '$1')
    .replace(/^(\d+\.\d+\.\d+\.\d+):\d+$/, '$1')
    .replace(/%.*$/, '')
    .replace(/^::ffff:(?=\d+\.)/i, '');
  if (isIPv4(bare)) return bare;
  return isIPv6(bare) ? networkOf(bare) : null;
}

/** The first 64 bits. */
function networkOf(address: string): string {
  // The URL parser writes every address in one way (RFC 5952), with the last 32 bits in hexadecimal too.
  const [head = '', tail] = new URL(`http://[${address}]`).hostname.slice(1, -1).split('::');
  const first = head === '' ? [] : head.split(':');
  const last = tail === undefined || tail === '' ? [] : tail.split(':');
  const middle = Array.from({ length: 8 - first.length - last.length }, () => '0');
  return `${[...first, ...middle, ...last].slice(0, 4).join(':')}::/64`;
}
