import { elementsOf, findElement, type PlacedElement, type Which } from './elements.ts';
import { asText, type JsonObject } from './json.ts';
import type { OpenView } from './open-view.ts';
import type { Ephemeral, SandboxState } from './state.ts';
import type { Workspace } from './workspace.ts';

/** Where on the screen somebody acts. */
export type Place = 'home' | 'modal' | 'message';

/** An element together with the thing on the screen that holds it. */
export type Sight =
  | { in: 'view'; open: OpenView; placed: PlacedElement }
  | { in: 'message'; channelId: string; message: JsonObject; placed: PlacedElement }
  | { in: 'ephemeral'; ephemeral: Ephemeral; placed: PlacedElement };

export interface Look extends Which {
  in?: Place;
  /** One certain message. */
  message?: { channel: string; ts: string };
}

/**
 * Looks an element up on a person's screen: in the topmost modal, then among the newest messages, then in the home
 * tab. A modal covers everything else unless a place is named. Throws when it is nowhere to be seen.
 */
export async function lookFor(
  state: SandboxState,
  workspace: Workspace,
  userId: string,
  actionId: string,
  look: Look,
): Promise<Sight> {
  const place = look.message ? 'message' : look.in;
  const modal = state.screens.top(workspace.id, userId);
  const home = state.screens.home(workspace.id, userId);
  const sight =
    (place === 'modal' || !place ? inView(modal, actionId, look) : undefined) ??
    (place === 'message' || (!place && !modal)
      ? await inMessages(state, workspace, userId, actionId, look)
      : undefined) ??
    (place === 'home' || (!place && !modal) ? inView(home, actionId, look) : undefined);
  if (sight) return sight;
  const seen = modal?.elements.map((placed) => placed.actionId).join(', ');
  throw new Error(
    `${actionId} is not to be seen in ${place ?? 'any place'}${modal ? `; the modal has: ${seen}` : ''}`,
  );
}

function inView(open: OpenView | undefined, actionId: string, which: Which): Sight | undefined {
  const placed = open && findElement(open.elements, actionId, which);
  return open && placed ? { in: 'view', open, placed } : undefined;
}

async function inMessages(
  state: SandboxState,
  workspace: Workspace,
  userId: string,
  actionId: string,
  look: Look,
): Promise<Sight | undefined> {
  const own = state.ephemerals.filter((one) => one.teamId === workspace.id && one.userId === userId);
  for (const ephemeral of own.toReversed()) {
    if (look.message && look.message.ts !== ephemeral.ts) continue;
    const placed = findElement(elementsOf(ephemeral.blocks), actionId, look);
    if (placed) return { in: 'ephemeral', ephemeral, placed };
  }
  const found: { channelId: string; message: JsonObject }[] = [];
  for (const channelId of look.message ? [look.message.channel] : await workspace.conversationsOf(userId)) {
    const messages = await workspace.messages(channelId);
    found.push(...messages.map((message) => ({ channelId, message })));
  }
  found.sort((a, b) => (asText(a.message.ts) < asText(b.message.ts) ? 1 : -1));
  for (const { channelId, message } of found) {
    if (look.message && look.message.ts !== message.ts) continue;
    const placed = findElement(elementsOf(message.blocks), actionId, look);
    if (placed) return { in: 'message', channelId, message, placed };
  }
  return undefined;
}
