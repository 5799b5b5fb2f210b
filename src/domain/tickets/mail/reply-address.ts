import { idBytes, idOfBytes } from '../../ids.ts';
import { createSigner } from '../../signing.ts';

/** What a reply address names: a ticket, and enough of a customer's id to tell those of one ticket apart. */
export interface ReplyTarget {
  ticketId: string;
  /** The last eight hexadecimal digits of the customer's id. */
  customerMark: string;
}

export interface ReplyAddresses {
  /** The part after the @, in lower case. */
  domain: string;
  /** `reply+<token>@domain`: to be given to that customer alone. The part before the @ has 62 octets. */
  addressOf(reply: { ticketId: string; customerId: string }): string;
  /** What an address of ours names, in any case; null for what we never gave. Stateless. */
  read(address: string): ReplyTarget | null;
}

const UUID = 16;
const MARK = 4;
/** 120 bits cannot be guessed, and leave the whole within the 64 octets of RFC 5321, 4.5.3.1.1. */
const TAG = 15;
const alphabet = 'abcdefghijklmnopqrstuvwxyz234567';

/**
 * Addresses that bring an answer back to its ticket. The token is signed with a key derived from the first of `keys`, and is
 * good under any of them; its letters survive mail systems that lower-case addresses.
 * @throws Error without a key.
 */
export function createReplyAddresses({
  domain,
  keys,
}: {
  domain: string;
  keys: readonly { key: Uint8Array }[];
}): ReplyAddresses {
  const signer = createSigner({ keys, label: 'orgdesk reply addresses', length: TAG });
  const host = domain.toLowerCase();
  return {
    domain: host,
    addressOf({ ticketId, customerId }) {
      const named = Buffer.concat([idBytes(ticketId), idBytes(customerId).subarray(UUID - MARK)]);
      return `reply+${encode(Buffer.concat([named, signer.sign(named)]))}@${host}`;
    },
    read(address) {
      const [, token, at] = /^reply\+([a-z2-7]{56})@([^@]+)$/.exec(address.trim().toLowerCase()) ?? [];
      if (token === undefined || at !== host) return null;
      const bytes = decode(token);
      const named = bytes.subarray(0, UUID + MARK);
      if (!signer.isSigned(named, bytes.subarray(UUID + MARK))) return null;
      return {
        ticketId: idOfBytes(named.subarray(0, UUID)),
        customerMark: named.subarray(UUID).toString('hex'),
      };
    },
  };
}

/** Base 32 (RFC 4648, section 6) in lower case, of bytes that fill its groups of five. */
function encode(bytes: Buffer): string {
  let bits = '';
  for (const byte of bytes) bits += byte.toString(2).padStart(8, '0');
  return bits.replace(/.{5}/g, (group) => alphabet[Number.parseInt(group, 2)] as string);
}

function decode(text: string): Buffer {
  const bits = Array.from(text, (letter) => alphabet.indexOf(letter).toString(2).padStart(5, '0')).join('');
  return Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)));
}
