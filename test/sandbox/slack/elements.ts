import { asObjects, asText, isObject, type JsonObject } from './json.ts';

/** An interactive element where it stands. */
export interface PlacedElement {
  block: JsonObject;
  element: JsonObject;
  blockId: string;
  actionId: string;
}

/** Every interactive element of a view or a message, from top to bottom. */
export function elementsOf(blocks: JsonObject['blocks']): PlacedElement[] {
  return asObjects(blocks).flatMap((block) => {
    const inBlock = [block.element, block.accessory].filter(isObject);
    if (block.type === 'actions') inBlock.push(...asObjects(block.elements));
    return inBlock
      .filter((element) => typeof element.action_id === 'string')
      .map((element) => ({
        block,
        element,
        blockId: asText(block.block_id),
        actionId: asText(element.action_id),
      }));
  });
}

/** What tells one element from the others that share its action id. */
export interface Which {
  blockId?: string;
  value?: string;
  /** A part of the label. */
  text?: string;
}

/**
 * The one element that a person means. Throws, naming what there is, when nothing fits or when several do.
 */
export function findElement(
  elements: PlacedElement[],
  actionId: string,
  which: Which,
): PlacedElement | undefined {
  const found = elements.filter(
    (placed) =>
      placed.actionId === actionId &&
      (which.blockId === undefined || placed.blockId === which.blockId) &&
      (which.value === undefined || placed.element.value === which.value) &&
      (which.text === undefined || labelOf(placed).includes(which.text)),
  );
  if (found.length > 1) {
    const choices = found.map((placed) => `${placed.blockId}: "${labelOf(placed)}"`).join(', ');
    throw new Error(`Several elements are called ${actionId}; say which one: ${choices}`);
  }
  return found[0];
}

export function labelOf(placed: PlacedElement): string {
  const text = isObject(placed.element.text) ? placed.element.text : placed.block.label;
  return isObject(text) ? asText(text.text) : '';
}
