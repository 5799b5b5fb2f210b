import { noSuch } from './refusal.ts';

/** All objects of one kind, in the order they were made. */
export class Collection<T extends { id: string }> {
  private readonly records = new Map<string, T>();
  private readonly label: string;

  /** `label` is how Stripe names the kind when it says "No such …". */
  constructor(label: string) {
    this.label = label;
  }

  insert(record: T): T {
    this.records.set(record.id, record);
    return record;
  }

  get(id: string): T | undefined {
    return this.records.get(id);
  }

  /** The object, or a refusal: 404 for an id from the path, 400 for one from a parameter. */
  require(id: string, param: string, status: 400 | 404 = 400): T {
    const record = this.records.get(id);
    if (!record) throw noSuch(this.label, id, param, status);
    return record;
  }

  delete(id: string): void {
    this.records.delete(id);
  }

  all(): T[] {
    return [...this.records.values()];
  }

  /** Newest first, as Stripe lists. */
  newestFirst(): T[] {
    return this.all().reverse();
  }

  missing(id: string, param: string, status: 400 | 404 = 400): Error {
    return noSuch(this.label, id, param, status);
  }
}
