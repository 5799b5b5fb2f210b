import { shortId } from './ids.ts';
import { asObjects, isObject, type Json, type JsonObject } from './json.ts';

/** The blocks as Slack keeps them: whatever came without a `block_id` or an `action_id` gets one. */
export function withIds(blocks: Json | undefined): JsonObject[] {
  return asObjects(blocks).map((block) => {
    const named: JsonObject = { ...block, block_id: block.block_id || shortId() };
    if (isObject(block.element)) named.element = withActionId(block.element);
    if (isObject(block.accessory)) named.accessory = withActionId(block.accessory);
    if (block.type === 'actions') named.elements = asObjects(block.elements).map(withActionId);
    return named;
  });
}

function withActionId(element: JsonObject): JsonObject {
  if (element.type === 'image' || element.action_id) return element;
  return { ...element, action_id: shortId() };
}
