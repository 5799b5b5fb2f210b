import { idBytes, idOfBytes } from '../../ids.ts';
import { createSigner } from '../../signing.ts';

/** Opens one ticket's conversation to whoever has it: its customer, who got it on opening the ticket or by mail. */
export interface ConversationTokens {
  /** `odt_` and 48 letters of base64url; the same for the same ticket until the first key changes. */
  tokenOf(ticketId: string): string;
  /** The ticket that a token of ours opens; null for what we never gave. Whether the ticket stands, it does not say. */
  read(token: string): string | null;
}

const ID = 16;
/** 160 bits, which cannot be guessed; with the id they fill base64url without a remainder, so that no token has two spellings. */
const TAG = 20;

/**
 * Stateless: nothing is stored of a token, and it ends only with the key that it was made under. Made under the first of
 * `keys`, good under any.
 * @throws Error without a key.
 */
export function createConversationTokens({
  keys,
}: {
  keys: readonly { key: Uint8Array }[];
}): ConversationTokens {
  const signer = createSigner({ keys, label: 'orgdesk conversation tokens', length: TAG });
  return {
    tokenOf(ticketId) {
      const named = idBytes(ticketId);
      return `odt_${Buffer.concat([named, signer.sign(named)]).toString('base64url')}`;
    },
    read(token) {
      const [, letters] = /^odt_([A-Za-z0-9_-]{48})$/.exec(token) ?? [];
      if (letters === undefined) return null;
      const bytes = Buffer.from(letters, 'base64url');
      const named = bytes.subarray(0, ID);
      return signer.isSigned(named, bytes.subarray(ID)) ? idOfBytes(named) : null;
    },
  };
}

/** Words from outside without the tokens in them: a mail that is answered comes back in the answer, with its link. */
export function withoutTokens(text: string): string {
  return text.replace(/odt_[A-Za-z0-9_-]{48}/g, 'odt_…');
}

/** Where a ticket's customer reads and answers, on this server: the token stands in it, so that no log may. */
export function conversationPath(token: string): string {
  return `/t/${token}`;
}
