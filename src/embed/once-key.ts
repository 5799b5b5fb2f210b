/** 128 random bits in hexadecimal. */
export function randomKey(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) =>
    byte.toString(16).padStart(2, '0'),
  ).join('');
}

/**
 * The Idempotency-Key of a body: the same words under the same seed have the same key, so that what is sent again after a lost
 * answer is done once; other words have another. The server compares the bodies as well.
 */
export function onceKey(seed: string, body: string): string {
  // Two FNV-1a hashes of 32 bits from different starts.
  let [a, b] = [0x811c9dc5, 0x9dc5811c];
  for (let index = 0; index < body.length; index += 1) {
    const code = body.charCodeAt(index);
    a = Math.imul(a ^ code, 0x01000193);
    b = Math.imul(b ^ code, 0x01000193) ^ (b >>> 15);
  }
  return `${seed}-${(a >>> 0).toString(16)}${(b >>> 0).toString(16)}`;
}
