import type { TicketFilter } from '../../domain/tickets/list-tickets.ts';
import { ANY } from '../blocks/tickets-list.ts';
import type { ViewState } from '../listener.ts';

/** What the controls above the list of tickets ask for. */
export function readFilter(state: ViewState): TicketFilter {
  const chosen = (name: string) => {
    const value = state.filters?.[`tickets.${name}`]?.selected_option?.value;
    return value === undefined || value === ANY ? {} : { [name]: value };
  };
  const text = state.text?.['tickets.text']?.value?.trim();
  return {
    ...chosen('status'),
    ...chosen('priority'),
    ...chosen('category'),
    ...chosen('assignee'),
    ...(text && { text }),
  };
}
