import { describe, expect, it } from 'vitest';
import { addressBehind } from '../../../src/web/plugin/client-address.ts';

describe('the address that limits go by', () => {
  it.each<[string, string[], number, string]>([
    ['whoever connects, without proxies', ['10.0.0.1', '203.0.113.9'], 0, '203.0.113.9'],
    ['what one proxy says', ['10.0.0.1', '203.0.113.9', '192.0.2.1'], 1, '203.0.113.9'],
    ['what two proxies say', ['10.0.0.1', '203.0.113.9', '192.0.2.2', '192.0.2.1'], 2, '203.0.113.9'],
    ['the furthest, where there are fewer than said', ['203.0.113.9', '192.0.2.1'], 5, '203.0.113.9'],
    ['the proxy, where it says nothing', ['', '192.0.2.1'], 1, '192.0.2.1'],
    ['the proxy, where it says what is no address', ['unknown', '192.0.2.1'], 1, '192.0.2.1'],
    ['IPv4 in IPv6', ['::ffff:203.0.113.9'], 0, '203.0.113.9'],
    ['IPv4 with a port', ['203.0.113.9:4711', '192.0.2.1'], 1, '203.0.113.9'],
    ['the /64 of IPv6', ['2001:db8:1:2:3:4:5:6'], 0, '2001:db8:1:2::/64'],
    ['the same /64, spelt differently', ['2001:0DB8:0001:0002::9'], 0, '2001:db8:1:2::/64'],
    ['a /64 with nothing in the middle', ['2001:db8::1'], 0, '2001:db8:0:0::/64'],
    ['IPv6 with a port', ['[2001:db8::1]:443', '192.0.2.1'], 1, '2001:db8:0:0::/64'],
    ['IPv6 with a zone', ['fe80::1%eth0'], 0, 'fe80:0:0:0::/64'],
    ['IPv6 of its own machine', ['::1'], 0, '0:0:0:0::/64'],
    ['nothing at all', [''], 0, 'unknown'],
  ])('is %s', (_, hops, trusted, expected) => {
    expect(addressBehind(hops, trusted)).toBe(expected);
  });
});
