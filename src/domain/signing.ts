import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';

/** Signs what is given to people and comes back, so that nothing about it need be stored. */
export interface Signer {
  /** The signature under the first key. */
  sign(named: Uint8Array): Buffer;
  /** Whether it was signed under any of the keys. The time tells nothing. */
  isSigned(named: Uint8Array, signature: Uint8Array): boolean;
}

/**
 * HMAC-SHA-256 with keys that are derived from `keys` for `label` alone (HKDF, RFC 5869): what was signed under one label is
 * worth nothing under another. `length` is the signature's in bytes.
 * @throws Error without a key.
 */
export function createSigner({
  keys,
  label,
  length,
}: {
  keys: readonly { key: Uint8Array }[];
  label: string;
  length: number;
}): Signer {
  const derived = keys.map(({ key }) => Buffer.from(hkdfSync('sha256', key, '', label, 32)));
  const [first] = derived;
  if (!first) throw new Error(`There is no key for ${label}.`);
  const signature = (key: Buffer, named: Uint8Array) =>
    createHmac('sha256', key).update(named).digest().subarray(0, length);
  return {
    sign: (named) => signature(first, named),
    isSigned: (named, given) =>
      given.length === length &&
      // All keys are tried, so that the time tells nothing.
      derived.filter((key) => timingSafeEqual(signature(key, named), given)).length > 0,
  };
}
