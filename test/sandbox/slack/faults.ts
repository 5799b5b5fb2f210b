/** How one or several calls go wrong. */
export interface Fault {
  /** A Web API method, `files.download`, `response_url`, or `*` for whatever comes next. */
  method: string;
  /**
   * `429` and `500` are answers; `timeout` never answers; `acted-then-drop` does what was asked and then cuts the
   * connection; `error` refuses with `error`.
   */
  kind: '429' | '500' | 'timeout' | 'acted-then-drop' | 'error';
  /** For `error`: Slack's word for it. */
  error?: string;
  /** For `429`: whole seconds; 1 unless told. */
  retryAfter?: number;
  /** How many calls are hit; 1 unless told. */
  times?: number;
}

/** The faults that wait for their call. */
export class Faults {
  #waiting: { fault: Fault; left: number }[] = [];

  next(fault: Fault): void {
    this.#waiting.push({ fault, left: fault.times ?? 1 });
  }

  clear(): void {
    this.#waiting = [];
  }

  take(method: string): Fault | undefined {
    const entry = this.#waiting.find(({ fault }) => fault.method === method || fault.method === '*');
    if (!entry) return undefined;
    entry.left -= 1;
    if (entry.left <= 0) this.#waiting = this.#waiting.filter((other) => other !== entry);
    return entry.fault;
  }
}
