import type { ViewOutput } from '@slack/bolt';
import type { ViewInteraction } from '../listener.ts';

/** What listeners read of a view. */
export function viewReference(view: ViewOutput): ViewInteraction['view'] {
  return {
    id: view.id,
    hash: view.hash,
    callbackId: view.callback_id,
    metadata: view.private_metadata ?? '',
    ...(view.root_view_id && { rootId: view.root_view_id }),
  };
}
