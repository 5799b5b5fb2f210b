import { randomBytes } from 'node:crypto';
import { v7 as uuidv7 } from 'uuid';
import { describe, expect, it } from 'vitest';
import { createReplyAddresses } from '../../../../src/domain/tickets/mail/reply-address.ts';

const [one, other] = [{ key: randomBytes(32) }, { key: randomBytes(32) }];
const addresses = createReplyAddresses({ domain: 'Reply.Example.com', keys: [one] });
const [ticketId, customerId] = [uuidv7(), uuidv7()];
const target = { ticketId, customerMark: customerId.slice(-8) };
const address = addresses.addressOf({ ticketId, customerId });

describe('a reply address', () => {
  it('names ticket and customer, within what mail allows', () => {
    expect(address).toMatch(/^reply\+[a-z2-7]{56}@reply\.example\.com$/);
    expect(address.split('@')[0]?.length).toBeLessThanOrEqual(64);
    expect(addresses.read(address)).toEqual(target);
    expect(addresses.addressOf({ ticketId, customerId })).toBe(address);
  });

  it('survives mail systems that change its case', () => {
    expect(addresses.read(address.toUpperCase())).toEqual(target);
  });

  it('is nobody’s to make: with any letter changed it is none of ours', () => {
    for (let at = 'reply+'.length; at < address.indexOf('@'); at++) {
      const letter = address[at] === 'a' ? 'b' : 'a';
      expect(addresses.read(address.slice(0, at) + letter + address.slice(at + 1))).toBeNull();
    }
  });

  it('is good under an older key, and not under another’s', () => {
    const rotated = createReplyAddresses({ domain: 'reply.example.com', keys: [other, one] });
    expect(rotated.read(address)).toEqual(target);
    expect(rotated.addressOf({ ticketId, customerId })).not.toBe(address);
    const foreign = createReplyAddresses({ domain: 'reply.example.com', keys: [other] });
    expect(foreign.read(address)).toBeNull();
  });

  it.each([
    ['another domain', address.replace('@reply', '@evil')],
    ['no token', 'reply+@reply.example.com'],
    ['a shorter token', address.replace(/.@/, '@')],
    ['a longer token', address.replace('@', 'a@')],
    ['letters that we do not use', address.replace(/.@/, '1@')],
    ['two addresses', `${address},eve@evil.example`],
    ['a second @', address.replace('@', '@x@')],
    ['something else', 'support@reply.example.com'],
    ['nothing', ''],
  ])('is none with %s', (_, text) => {
    expect(addresses.read(text)).toBeNull();
  });

  it('is another for another customer of the same ticket', () => {
    expect(addresses.addressOf({ ticketId, customerId: uuidv7() })).not.toBe(address);
  });
});
