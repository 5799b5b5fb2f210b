/** What Slack can send to the request URL. */
export type EnvelopeKind = 'event' | 'command' | 'action' | 'submission' | 'closing' | 'shortcut';

type Json = Record<string, unknown>;

/**
 * What a signed body is, or null where it lacks what its kind always has. Bolt takes a body's shape on trust, so that
 * a signed `{"event":null}` would be our failure rather than the sender's.
 */
export function envelopeKind(body: Json): EnvelopeKind | null {
  if (body.type === 'event_callback') return isEvent(body) ? 'event' : null;
  if (body.event !== undefined || body.name !== undefined) return null;
  if (body.command !== undefined) return isCommand(body) ? 'command' : null;
  if (!isObject(body.user) || !isText(body.user.id) || !isObject(body.team) || !isText(body.team.id))
    return null;
  switch (body.type) {
    case 'block_actions':
      return isAction(body) ? 'action' : null;
    case 'view_submission':
    case 'view_closed':
      if (!isView(body.view)) return null;
      return body.type === 'view_submission' ? 'submission' : 'closing';
    case 'shortcut':
    case 'message_action':
      return isText(body.callback_id) ? 'shortcut' : null;
    default:
      return null;
  }
}

function isEvent({ event, event_id, team_id }: Json): boolean {
  return isObject(event) && isText(event.type) && isText(event_id) && isText(team_id);
}

function isCommand({ command, text, team_id, user_id }: Json): boolean {
  return (
    isText(command) && (text === undefined || typeof text === 'string') && isText(team_id) && isText(user_id)
  );
}

function isAction({ actions, view }: Json): boolean {
  const [action] = Array.isArray(actions) ? (actions as unknown[]) : [];
  return isObject(action) && isText(action.action_id) && (view === undefined || isView(view));
}

function isView(view: unknown): boolean {
  return isObject(view) && isText(view.id) && Array.isArray(view.blocks) && view.blocks.every(isObject);
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}
