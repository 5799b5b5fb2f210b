/** A mail that came in, parsed, whichever way it came. Nothing in it is trusted. */
export interface ReceivedMail {
  /** To whom it was delivered. */
  recipients: string[];
  /** The envelope's sender; empty for what must not be answered, null where it is not known. */
  envelopeFrom: string | null;
  /** Null unless there is exactly one. */
  from: { address: string; name: string } | null;
  subject: string;
  /** Plain text, also of a mail that came as HTML alone. */
  text: string;
  /** By lower-case names. */
  headers: ReadonlyMap<string, readonly string[]>;
  /** In angle brackets. */
  messageId: string | null;
  attachments: { name: string; bytes: Uint8Array }[];
}
