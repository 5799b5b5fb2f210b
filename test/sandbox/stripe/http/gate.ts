/**
 * Holds API calls at the moment they have claimed their idempotency key and not yet acted, for as long as a test wants:
 * what happens meanwhile is decided by the test and not by how fast the machine is.
 */
export class Gate {
  private closed: Promise<void> | undefined;
  private release: (() => void) | undefined;

  /** From now on calls wait. */
  close(): void {
    if (this.closed) return;
    this.closed = new Promise((resolve) => {
      this.release = resolve;
    });
  }

  /** Lets the waiting calls go on, and later ones through. */
  open(): void {
    this.release?.();
    this.closed = undefined;
  }

  async pass(): Promise<void> {
    await this.closed;
  }
}
