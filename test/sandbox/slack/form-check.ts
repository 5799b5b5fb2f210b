import { isEmptyValue } from './element-values.ts';
import { labelOf, type PlacedElement } from './elements.ts';
import { asText, type Json, type JsonObject } from './json.ts';
import type { OpenView } from './open-view.ts';

/** What Slack's own form refuses before anything is sent to the app; undefined when it would send. */
export function formRefusal(open: OpenView): string | undefined {
  const inputs = open.elements.filter(({ block }) => block.type === 'input');
  return inputs.map((placed) => inputRefusal(placed, open.get(placed))).find(Boolean);
}

function inputRefusal(placed: PlacedElement, value: Json): string | undefined {
  const label = labelOf(placed);
  if (isEmptyValue(value)) return placed.block.optional === true ? undefined : `${label}: it is required`;
  const problem = textProblem(placed.element, value);
  return problem && `${label}: ${problem}`;
}

function textProblem(element: JsonObject, value: Json): string | undefined {
  const text = asText(value);
  switch (element.type) {
    case 'plain_text_input':
      if (text.length > (Number(element.max_length) || 3_000)) return 'it is too long';
      return text.length < (Number(element.min_length) || 0) ? 'it is too short' : undefined;
    case 'number_input':
      return numberProblem(element, text);
    case 'email_text_input':
      return /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(text) ? undefined : 'it is no e-mail address';
    case 'url_text_input':
      return /^https?:\/\/\S+$/.test(text) ? undefined : 'it is no URL';
    case 'file_input':
      return fileProblem(element, value);
    default:
      return undefined;
  }
}

function numberProblem(element: JsonObject, text: string): string | undefined {
  const number = Number(text);
  if (text.trim() === '' || Number.isNaN(number)) return 'it is no number';
  if (element.is_decimal_allowed !== true && !Number.isInteger(number)) return 'it has to be a whole number';
  if (element.min_value !== undefined && number < Number(element.min_value)) return 'it is too small';
  return element.max_value !== undefined && number > Number(element.max_value)
    ? 'it is too large'
    : undefined;
}

/** The client looks at the name of a file, not into it. */
function fileProblem(element: JsonObject, value: Json): string | undefined {
  const files = Array.isArray(value) ? value : [];
  if (files.length > (Number(element.max_files) || 10)) return 'there are too many files';
  if (!Array.isArray(element.filetypes)) return undefined;
  const allowed = element.filetypes
    .map(String)
    .flatMap((type) => (type === 'jpg' ? ['jpg', 'jpeg'] : [type]));
  const wrong = files.find((file) => {
    const name = asText((file as JsonObject | null)?.name);
    return !allowed.includes(name.slice(name.lastIndexOf('.') + 1).toLowerCase());
  });
  return wrong === undefined ? undefined : 'this type of file is not allowed';
}
