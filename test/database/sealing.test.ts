import { expect, it } from 'vitest';
import { createKeyring, SealBroken } from '../../src/database/sealing.ts';

const one = { id: 'k1', key: Buffer.alloc(32, 1) };
const two = { id: 'k2', key: Buffer.alloc(32, 2) };

it('gives a secret back to whoever names its subject, and never seals it twice alike', () => {
  const keyring = createKeyring([one]);
  const sealed = keyring.seal('xoxb-ünï', 'T1');
  expect(sealed).not.toContain('xoxb');
  expect(keyring.seal('xoxb-ünï', 'T1')).not.toBe(sealed);
  expect(keyring.open(sealed, 'T1')).toEqual({ secret: 'xoxb-ünï', current: true });
});

it('opens with every key and says which ones are old', () => {
  const sealed = createKeyring([one]).seal('secret', 'T1');
  expect(createKeyring([two, one]).open(sealed, 'T1')).toEqual({ secret: 'secret', current: false });
  expect(createKeyring([two, one]).seal('secret', 'T1')).toMatch(/^k2:/);
});

it('breaks for another subject, a missing key, another key of the same name, and every changed byte', () => {
  const keyring = createKeyring([one]);
  const sealed = keyring.seal('s', 'T1');
  expect(() => keyring.open(sealed, 'T2')).toThrow(SealBroken);
  expect(() => createKeyring([two]).open(sealed, 'T1')).toThrow(SealBroken);
  expect(() => createKeyring([{ ...two, id: 'k1' }]).open(sealed, 'T1')).toThrow(SealBroken);
  for (const broken of ['', ':', 'k1', 'k1:', 'k1:AAAA', sealed.slice(0, -4), sealed.slice(3)]) {
    expect(() => keyring.open(broken, 'T1')).toThrow(SealBroken);
  }
  const bytes = Buffer.from(sealed.slice(3), 'base64url');
  for (let index = 0; index < bytes.length; index++) {
    const changed = Buffer.from(bytes);
    changed[index] = (changed[index] ?? 0) ^ 1;
    expect(() => keyring.open(`k1:${changed.toString('base64url')}`, 'T1')).toThrow(SealBroken);
  }
});
