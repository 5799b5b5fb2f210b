import { isObject, type JsonObject } from './json.ts';
import type { LimitReport } from './limit-report.ts';

const SELECTS = /^(multi_)?(static|external|users|conversations|channels)_select$/;
const TEXT_INPUTS = new Set(['plain_text_input', 'email_text_input', 'url_text_input', 'number_input']);
const PICKERS = new Set(['datepicker', 'timepicker', 'datetimepicker', 'rich_text_input']);

/**
 * What an interactive element breaks of Slack's documented limits
 * (https://docs.slack.dev/reference/block-kit/block-elements and .../composition-objects).
 */
export function checkElement(report: LimitReport, element: JsonObject, pointer: string): void {
  const type = String(element.type);
  report.string(element.action_id, `${pointer}/action_id`, 255);
  if (element.confirm !== undefined) checkConfirm(report, element.confirm, `${pointer}/confirm`);
  if (element.placeholder !== undefined) {
    report.text(element.placeholder, `${pointer}/placeholder`, { max: 150, plain: true });
  }
  const check = checkOf(type);
  if (check) check(report, element, pointer);
  else if (!PICKERS.has(type)) report.add(`unsupported type: ${type}`, `${pointer}/type`);
}

type Check = (report: LimitReport, element: JsonObject, pointer: string) => void;

function checkOf(type: string): Check | undefined {
  if (type === 'button') return checkButton;
  if (type === 'image') return checkImage;
  if (type === 'file_input') return checkFileInput;
  if (TEXT_INPUTS.has(type)) return checkTextInput;
  if (type === 'checkboxes' || type === 'radio_buttons') return optionsUpTo(10);
  if (type === 'overflow') return optionsUpTo(5);
  // The options of the other selects come from Slack (people, channels) or from the app later.
  return SELECTS.test(type) ? optionsUpTo(type.includes('static') ? 100 : 0) : undefined;
}

function optionsUpTo(max: number): Check {
  return (report, element, pointer) => {
    if (max > 0) checkOptions(report, element, pointer, max);
  };
}

export function checkImage(report: LimitReport, image: JsonObject, pointer: string): void {
  report.string(image.alt_text, `${pointer}/alt_text`, 2_000, true);
  if (image.slack_file === undefined) report.string(image.image_url, `${pointer}/image_url`, 3_000, true);
}

function checkButton(report: LimitReport, button: JsonObject, pointer: string): void {
  report.text(button.text, `${pointer}/text`, { max: 75, plain: true, required: true });
  report.string(button.value, `${pointer}/value`, 2_000);
  report.string(button.url, `${pointer}/url`, 3_000);
  report.string(button.accessibility_label, `${pointer}/accessibility_label`, 75);
  if (button.style !== undefined && button.style !== 'primary' && button.style !== 'danger') {
    report.add('must be one of: primary, danger', `${pointer}/style`);
  }
}

function checkOptions(report: LimitReport, element: JsonObject, pointer: string, max: number): void {
  const groups = element.option_groups;
  if (groups !== undefined) {
    for (const group of report.items(groups, `${pointer}/option_groups`, { min: 1, max: 100 })) {
      report.text(group.object.label, `${group.pointer}/label`, { max: 75, plain: true, required: true });
      checkOptionList(report, group.object, group.pointer, 100);
    }
    return;
  }
  checkOptionList(report, element, pointer, max);
  const offered = new Set(
    (Array.isArray(element.options) ? element.options : []).map((option) => JSON.stringify(option)),
  );
  const initial = Array.isArray(element.initial_options) ? element.initial_options : [element.initial_option];
  for (const option of initial) {
    if (option !== undefined && !offered.has(JSON.stringify(option))) {
      report.add('initial_option is not among the options', pointer);
    }
  }
}

function checkOptionList(report: LimitReport, element: JsonObject, pointer: string, max: number): void {
  const values = new Set<unknown>();
  for (const option of report.items(element.options, `${pointer}/options`, { min: 1, max })) {
    report.text(option.object.text, `${option.pointer}/text`, { max: 75, required: true });
    report.string(option.object.value, `${option.pointer}/value`, 150, true);
    if (option.object.description !== undefined) {
      report.text(option.object.description, `${option.pointer}/description`, { max: 75 });
    }
    if (values.has(option.object.value)) report.add('duplicate option value', `${option.pointer}/value`);
    values.add(option.object.value);
  }
}

function checkTextInput(report: LimitReport, input: JsonObject, pointer: string): void {
  const isNumber = input.type === 'number_input';
  if (isNumber && typeof input.is_decimal_allowed !== 'boolean') {
    report.add('missing required field: is_decimal_allowed', pointer);
  }
  if (typeof input.max_length === 'number' && (input.max_length < 1 || input.max_length > 3_000)) {
    report.add('must be between 1 and 3000', `${pointer}/max_length`);
  }
  const max = typeof input.max_length === 'number' ? input.max_length : 3_000;
  report.string(input.initial_value, `${pointer}/initial_value`, max);
  for (const bound of ['min_value', 'max_value'] as const) {
    if (input[bound] !== undefined && typeof input[bound] !== 'string') {
      report.add('must be a string', `${pointer}/${bound}`);
    }
  }
}

function checkFileInput(report: LimitReport, input: JsonObject, pointer: string): void {
  const max = input.max_files;
  if (max !== undefined && (typeof max !== 'number' || max < 1 || max > 10)) {
    report.add('must be between 1 and 10', `${pointer}/max_files`);
  }
}

function checkConfirm(report: LimitReport, confirm: JsonObject[string], pointer: string): void {
  if (!isObject(confirm)) {
    report.add('must provide an object', pointer);
    return;
  }
  report.text(confirm.title, `${pointer}/title`, { max: 100, plain: true });
  report.text(confirm.text, `${pointer}/text`, { max: 300 });
  report.text(confirm.confirm, `${pointer}/confirm`, { max: 30, plain: true });
  report.text(confirm.deny, `${pointer}/deny`, { max: 30, plain: true });
}
