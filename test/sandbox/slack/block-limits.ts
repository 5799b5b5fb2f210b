import { checkElement, checkImage } from './element-limits.ts';
import { isObject, type Json, type JsonObject } from './json.ts';
import type { LimitReport } from './limit-report.ts';

export type Surface = 'message' | 'modal' | 'home';

/** Blocks in one message, modal or home tab (https://docs.slack.dev/reference/block-kit/blocks). */
const MAX_BLOCKS: Record<Surface, number> = { message: 50, modal: 100, home: 100 };
const OTHER_BLOCKS = new Set(['divider', 'rich_text', 'video', 'file', 'table']);

/** What a list of blocks breaks of Slack's documented limits on that surface. */
export function checkBlocks(
  report: LimitReport,
  blocks: Json | undefined,
  surface: Surface,
  root: string,
): void {
  const seen = new Set<string>();
  for (const { object, pointer } of report.items(blocks, root, { max: MAX_BLOCKS[surface] })) {
    report.string(object.block_id, `${pointer}/block_id`, 255);
    if (typeof object.block_id === 'string') {
      if (seen.has(object.block_id))
        report.add(`block_id ${object.block_id} already exists`, `${pointer}/block_id`);
      seen.add(object.block_id);
    }
    checkBlock(report, object, pointer, surface);
  }
}

function checkBlock(report: LimitReport, block: JsonObject, pointer: string, surface: Surface): void {
  switch (block.type) {
    case 'section':
      checkSection(report, block, pointer);
      break;
    case 'header':
      report.text(block.text, `${pointer}/text`, { max: 150, plain: true, required: true });
      break;
    case 'actions':
      checkActions(report, block, pointer);
      break;
    case 'context':
      checkContext(report, block, pointer);
      break;
    case 'image':
      if (block.title !== undefined)
        report.text(block.title, `${pointer}/title`, { max: 2_000, plain: true });
      checkImage(report, block, pointer);
      break;
    case 'input':
      checkInput(report, block, pointer, surface);
      break;
    case 'markdown':
      report.string(block.text, `${pointer}/text`, 12_000, true);
      break;
    default:
      if (!OTHER_BLOCKS.has(String(block.type))) {
        report.add(`unsupported type: ${String(block.type)}`, `${pointer}/type`);
      }
  }
}

function checkSection(report: LimitReport, block: JsonObject, pointer: string): void {
  if (block.text === undefined && block.fields === undefined) {
    report.add('missing required field: text', pointer);
  }
  report.text(block.text, `${pointer}/text`, { max: 3_000 });
  for (const [index, field] of fieldList(block.fields).entries()) {
    report.text(field, `${pointer}/fields/${index}`, { max: 2_000 });
  }
  if (block.fields !== undefined) report.items(block.fields, `${pointer}/fields`, { min: 1, max: 10 });
  if (isObject(block.accessory)) checkElement(report, block.accessory, `${pointer}/accessory`);
}

function fieldList(fields: Json | undefined): Json[] {
  return Array.isArray(fields) ? fields : [];
}

function checkActions(report: LimitReport, block: JsonObject, pointer: string): void {
  const ids = new Set<string>();
  for (const item of report.items(block.elements, `${pointer}/elements`, { min: 1, max: 25 })) {
    checkElement(report, item.object, item.pointer);
    const id = item.object.action_id;
    if (typeof id !== 'string') continue;
    if (ids.has(id)) report.add(`action_id ${id} already exists`, `${item.pointer}/action_id`);
    ids.add(id);
  }
}

function checkContext(report: LimitReport, block: JsonObject, pointer: string): void {
  for (const item of report.items(block.elements, `${pointer}/elements`, { min: 1, max: 10 })) {
    if (item.object.type === 'image') checkImage(report, item.object, item.pointer);
    else report.text(item.object, item.pointer, { max: 3_000 });
  }
}

function checkInput(report: LimitReport, block: JsonObject, pointer: string, surface: Surface): void {
  report.text(block.label, `${pointer}/label`, { max: 2_000, plain: true, required: true });
  if (block.hint !== undefined) report.text(block.hint, `${pointer}/hint`, { max: 2_000, plain: true });
  const element = block.element;
  if (!isObject(element)) {
    report.add('missing required field: element', pointer);
    return;
  }
  if (element.type === 'button') report.add('unsupported type: button', `${pointer}/element/type`);
  if (element.type === 'file_input' && surface !== 'modal') {
    report.add('file_input is only for modals', `${pointer}/element/type`);
  }
  checkElement(report, element, `${pointer}/element`);
}
