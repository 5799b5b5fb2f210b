import { randomBytes } from 'node:crypto';
import { v7 as uuidv7 } from 'uuid';
import { describe, expect, it } from 'vitest';
import { createSigner } from '../../../../src/domain/signing.ts';
import { createConversationTokens } from '../../../../src/domain/tickets/conversation/conversation-token.ts';

const [one, other] = [{ key: randomBytes(32) }, { key: randomBytes(32) }];
const tokens = createConversationTokens({ keys: [one] });
const ticketId = uuidv7();
const token = tokens.tokenOf(ticketId);

describe('a conversation token', () => {
  it('names its ticket, in letters that stand in a link as they are', () => {
    expect(token).toMatch(/^odt_[A-Za-z0-9_-]{48}$/);
    expect(encodeURIComponent(token)).toBe(token);
    expect(tokens.read(token)).toBe(ticketId);
    expect(tokens.tokenOf(ticketId)).toBe(token);
    expect(tokens.tokenOf(uuidv7())).not.toBe(token);
  });

  it('is nobody’s to make: with any letter changed it is none of ours', () => {
    for (let at = 'odt_'.length; at < token.length; at++) {
      for (const letter of ['A', 'b', '-', '_', '9'].filter((each) => each !== token[at])) {
        expect(tokens.read(token.slice(0, at) + letter + token.slice(at + 1))).toBeNull();
      }
    }
  });

  it('is good under an older key, and under another’s it is not', () => {
    const rotated = createConversationTokens({ keys: [other, one] });
    expect(rotated.read(token)).toBe(ticketId);
    expect(rotated.tokenOf(ticketId)).not.toBe(token);
    expect(createConversationTokens({ keys: [other] }).read(token)).toBeNull();
  });

  it('is signed by a key that signs nothing else', () => {
    const named = Buffer.from(ticketId.replaceAll('-', ''), 'hex');
    const elsewhere = createSigner({ keys: [one], label: 'orgdesk reply addresses', length: 20 });
    const forged = Buffer.concat([named, elsewhere.sign(named)]).toString('base64url');
    expect(tokens.read(`odt_${forged}`)).toBeNull();
  });

  it.each([
    ['another prefix', token.replace('odt_', 'ods_')],
    ['no prefix', token.slice('odt_'.length)],
    ['an upper-case prefix', token.replace('odt_', 'ODT_')],
    ['a letter less', token.slice(0, -1)],
    ['a letter more', `${token}A`],
    ['padding', `${token}==`],
    ['a line behind it', `${token}\n`],
    ['a space before it', ` ${token}`],
    ['letters that base64url has not', `${token.slice(0, -1)}+`],
    ['the id alone', `odt_${ticketId}`],
    ['nothing', ''],
  ])('is none with %s', (_, text) => {
    expect(tokens.read(text)).toBeNull();
  });

  it('cannot be made without a key', () => {
    expect(() => createConversationTokens({ keys: [] })).toThrow('no key');
  });
});
