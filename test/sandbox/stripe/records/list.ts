/** A list as Stripe embeds it in an object or answers it to a list request. */
export interface ListRecord<T> {
  object: 'list';
  data: T[];
  has_more: boolean;
  url: string;
}

export type EmbeddedList<T> = ListRecord<T> & { total_count?: number };

/** A whole list in one page. */
export function listOf<T>(data: T[], url: string): ListRecord<T> {
  return { object: 'list', data, has_more: false, url };
}
