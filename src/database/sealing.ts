import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

export interface SealingKey {
  /** Stands before what it sealed, so that the right key is found when keys rotate. */
  id: string;
  /** 32 bytes. */
  key: Buffer;
}

/** Keeps secrets unreadable at rest: AES-256-GCM with a fresh nonce each time. */
export interface Keyring {
  /** Seals with the first key. Only `open` with the same subject gives the secret back. */
  seal(secret: string, subject: string): string;
  /** @throws SealBroken where the key is gone, the subject is another, or a byte was changed. */
  open(sealed: string, subject: string): Opened;
}

export interface Opened {
  secret: string;
  /** False where an older key sealed it: seal it again. */
  current: boolean;
}

export class SealBroken extends Error {
  override name = 'SealBroken';
}

// 96 bits of nonce and 128 of tag, as NIST SP 800-38D recommends for GCM.
const NONCE = 12;
const TAG = 16;

/** @throws Error without a key. */
export function createKeyring(keys: readonly SealingKey[]): Keyring {
  const [first] = keys;
  if (!first) throw new Error('There is no key to seal with.');
  return {
    seal(secret, subject) {
      const nonce = randomBytes(NONCE);
      const cipher = createCipheriv('aes-256-gcm', first.key, nonce).setAAD(Buffer.from(subject));
      const text = Buffer.concat([cipher.update(secret, 'utf8'), cipher.final()]);
      return `${first.id}:${Buffer.concat([nonce, text, cipher.getAuthTag()]).toString('base64url')}`;
    },
    open(sealed, subject) {
      const separator = sealed.lastIndexOf(':');
      const id = sealed.slice(0, Math.max(separator, 0));
      const key = keys.find((candidate) => candidate.id === id);
      if (!key) throw new SealBroken(`No key named ${JSON.stringify(id)} is configured.`);
      const bytes = Buffer.from(sealed.slice(separator + 1), 'base64url');
      return { secret: decrypt(key.key, bytes, subject), current: key === first };
    },
  };
}

function decrypt(key: Buffer, bytes: Buffer, subject: string): string {
  if (bytes.length < NONCE + TAG) throw new SealBroken('This is too short to be sealed.');
  const tag = bytes.subarray(bytes.length - TAG);
  const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, NONCE), { authTagLength: TAG });
  decipher.setAAD(Buffer.from(subject)).setAuthTag(tag);
  const text = decipher.update(bytes.subarray(NONCE, bytes.length - TAG));
  try {
    return Buffer.concat([text, decipher.final()]).toString('utf8');
  } catch (cause) {
    throw new SealBroken('This was sealed for another subject, or was changed.', { cause });
  }
}
