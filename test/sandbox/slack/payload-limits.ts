import { checkBlocks } from './block-limits.ts';
import { asObjects, isObject, type Json, type JsonObject, refusal } from './json.ts';
import { LimitReport } from './limit-report.ts';

/** All texts of one message's blocks together; past about 13,000 characters Slack refuses the message. */
const MAX_MESSAGE_BLOCK_TEXT = 13_000;
/** https://docs.slack.dev/reference/methods/chat.postMessage#truncating */
const MAX_MESSAGE_TEXT = 40_000;
/** https://docs.slack.dev/reference/methods/views.open#errors */
const MAX_VIEW_BYTES = 250_000;

/** Slack's refusal of a message's text, blocks or metadata; undefined when they are within the limits. */
export function messageRefusal(args: JsonObject): JsonObject | undefined {
  if (typeof args.text === 'string' && args.text.length > MAX_MESSAGE_TEXT) return refusal('msg_too_long');
  if (args.blocks !== undefined && !Array.isArray(args.blocks)) return refusal('invalid_blocks_format');
  const report = new LimitReport();
  if (args.blocks !== undefined) checkBlocks(report, args.blocks, 'message', '/blocks');
  if (report.problems.length > 0) return withProblems('invalid_blocks', report.problems);
  if (textLength(args.blocks) > MAX_MESSAGE_BLOCK_TEXT) return refusal('msg_blocks_too_long');
  return metadataRefusal(args.metadata);
}

/** Slack's refusal of a view; undefined when it is within the limits. */
export function viewRefusal(view: Json | undefined, type: 'modal' | 'home'): JsonObject | undefined {
  if (!isObject(view))
    return withProblems('invalid_arguments', ['must provide an object [json-pointer:/view]']);
  if (JSON.stringify(view).length > MAX_VIEW_BYTES) return refusal('view_too_large');
  const report = new LimitReport();
  if (view.type !== type) report.add(`must be one of: ${type}`, '/view/type');
  report.string(view.private_metadata, '/view/private_metadata', 3_000);
  report.string(view.callback_id, '/view/callback_id', 255);
  report.string(view.external_id, '/view/external_id', 255);
  if (type === 'modal') checkModal(report, view);
  if (!Array.isArray(view.blocks)) report.add('missing required field: blocks', '/view');
  else checkBlocks(report, view.blocks, type, '/view/blocks');
  return report.problems.length > 0 ? withProblems('invalid_arguments', report.problems) : undefined;
}

function checkModal(report: LimitReport, view: JsonObject): void {
  report.text(view.title, '/view/title', { max: 24, plain: true, required: true });
  report.text(view.submit, '/view/submit', { max: 24, plain: true });
  report.text(view.close, '/view/close', { max: 24, plain: true });
  const hasInput = asObjects(view.blocks).some((block) => block.type === 'input');
  if (hasInput && !isObject(view.submit)) report.add('missing required field: submit', '/view');
}

function metadataRefusal(metadata: Json | undefined): JsonObject | undefined {
  if (metadata === undefined) return undefined;
  if (!isObject(metadata)) return refusal('invalid_metadata_format');
  if (typeof metadata.event_type !== 'string' || !isObject(metadata.event_payload)) {
    return refusal('invalid_metadata_schema');
  }
  return undefined;
}

function withProblems(error: string, problems: string[]): JsonObject {
  const messages = problems.map((problem) => `[ERROR] ${problem}`);
  return refusal(error, { errors: problems, response_metadata: { messages } });
}

function textLength(value: Json | undefined): number {
  if (Array.isArray(value)) return value.reduce<number>((sum, item) => sum + textLength(item), 0);
  if (!isObject(value)) return 0;
  const own = typeof value.text === 'string' ? value.text.length : 0;
  return Object.values(value).reduce<number>((sum, item) => sum + textLength(item), own);
}
