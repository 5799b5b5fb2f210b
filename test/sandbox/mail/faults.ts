/** How the relay goes wrong. */
export type MailFault =
  /** Refuses a recipient for good (550) or for now (451), or takes the whole message for now only (451). */
  | {
      kind: 'refuse-recipient' | 'temporary-recipient' | 'temporary-message';
      address?: string;
      times?: number;
    }
  /** Closes every new connection with 421. */
  | { kind: 'refuse-connection'; times?: number }
  /** Answers the end of a message only when the promise is kept; it is asked for when a message is hit. */
  | { kind: 'delay'; until: () => Promise<unknown>; address?: string; times?: number };

interface Waiting {
  fault: MailFault;
  left: number;
}

/** An error with the number that the client is told. */
export function smtpError(responseCode: number, message: string): Error {
  return Object.assign(new Error(message), { responseCode });
}

export class MailFaults {
  #waiting: Waiting[] = [];

  /** Hits the next that it fits, `times` times (1 unless told). */
  next(fault: MailFault): void {
    this.#waiting.push({ fault, left: fault.times ?? 1 });
  }

  clear(): void {
    this.#waiting = [];
  }

  onConnect(): Error | null {
    return this.#take('refuse-connection', []) ? smtpError(421, 'Service not available') : null;
  }

  onRecipient(address: string): Error | null {
    if (this.#take('refuse-recipient', [address])) return smtpError(550, `No such user: ${address}`);
    if (this.#take('temporary-recipient', [address])) return smtpError(451, 'Try again later');
    return null;
  }

  async onMessage(recipients: string[]): Promise<void> {
    const delay = this.#take('delay', recipients);
    if (delay?.kind === 'delay') await delay.until();
    if (this.#take('temporary-message', recipients)) throw smtpError(451, 'Try again later');
  }

  #take(kind: MailFault['kind'], addresses: string[]): MailFault | undefined {
    const lower = addresses.map((address) => address.toLowerCase());
    const entry = this.#waiting.find(({ fault }) => {
      const wanted = 'address' in fault ? fault.address?.toLowerCase() : undefined;
      return fault.kind === kind && (wanted === undefined || lower.includes(wanted));
    });
    if (!entry) return undefined;
    entry.left -= 1;
    if (entry.left <= 0) this.#waiting = this.#waiting.filter((other) => other !== entry);
    return entry.fault;
  }
}
