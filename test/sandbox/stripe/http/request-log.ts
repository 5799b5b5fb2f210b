import type { FaultKind } from './faults.ts';
import type { FormParams } from './form.ts';
import { pathFits } from './path-pattern.ts';

export interface LoggedRequest {
  id: string;
  /** Sandbox time. */
  at: Date;
  method: string;
  path: string;
  params: FormParams;
  idempotencyKey: string | null;
  /** Null while unanswered, and for calls whose answer never left. */
  status: number | null;
  /** The code or type of the error that was answered. */
  error: string | null;
  replayed: boolean;
  fault: FaultKind | null;
}

/** Every API call that came in, in order. */
export class RequestLog {
  entries: LoggedRequest[] = [];

  add(entry: LoggedRequest): LoggedRequest {
    this.entries.push(entry);
    return entry;
  }

  /** The calls to a path; `*` stands for one segment. */
  matching(method: string, path: string | RegExp): LoggedRequest[] {
    return this.entries.filter((entry) => entry.method === method && pathFits(path, entry.path));
  }

  clear(): void {
    this.entries = [];
  }
}
