import type { Collection } from '../collection.ts';
import type { ListRecord } from '../records/list.ts';
import { invalidRequest } from '../refusal.ts';

export interface PageParams {
  limit?: number | undefined;
  starting_after?: string | undefined;
  ending_before?: string | undefined;
}

export type MomentFilter =
  | number
  | { gt?: number | undefined; gte?: number | undefined; lt?: number | undefined; lte?: number | undefined };

/** Whether a moment passes a `created`-like filter. */
export function within(filter: MomentFilter | undefined, moment: number): boolean {
  if (filter === undefined) return true;
  if (typeof filter === 'number') return moment === filter;
  const { gt, gte, lt, lte } = filter;
  return (
    (gt === undefined || moment > gt) &&
    (gte === undefined || moment >= gte) &&
    (lt === undefined || moment < lt) &&
    (lte === undefined || moment <= lte)
  );
}

/** One page of a collection, newest first. A cursor that is no object of the collection is refused. */
export function paginate<T extends { id: string }>(
  collection: Collection<T>,
  wanted: (record: T) => boolean,
  params: PageParams,
  url: string,
): ListRecord<T> {
  const { starting_after: after, ending_before: before, limit = 10 } = params;
  if (after !== undefined && before !== undefined) {
    throw invalidRequest('You cannot parameterize both starting_after and ending_before.', {
      param: 'starting_after',
    });
  }
  const all = collection.newestFirst();
  const position = (id: string, param: string) => {
    collection.require(id, param);
    return all.findIndex((record) => record.id === id);
  };
  if (before !== undefined) {
    const earlier = all.slice(0, position(before, 'ending_before')).filter(wanted);
    return { object: 'list', data: earlier.slice(-limit), has_more: earlier.length > limit, url };
  }
  const start = after === undefined ? 0 : position(after, 'starting_after') + 1;
  const rest = all.slice(start).filter(wanted);
  return { object: 'list', data: rest.slice(0, limit), has_more: rest.length > limit, url };
}
