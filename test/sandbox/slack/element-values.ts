import { asObjects, asText, isObject, type Json, type JsonObject } from './json.ts';

/** Where an element's value stands in `state.values` and in an action, by the element's type. */
const VALUE_KEYS: Record<string, string> = {
  plain_text_input: 'value',
  email_text_input: 'value',
  url_text_input: 'value',
  number_input: 'value',
  static_select: 'selected_option',
  external_select: 'selected_option',
  radio_buttons: 'selected_option',
  overflow: 'selected_option',
  users_select: 'selected_user',
  conversations_select: 'selected_conversation',
  channels_select: 'selected_channel',
  multi_static_select: 'selected_options',
  multi_external_select: 'selected_options',
  checkboxes: 'selected_options',
  multi_users_select: 'selected_users',
  multi_conversations_select: 'selected_conversations',
  multi_channels_select: 'selected_channels',
  datepicker: 'selected_date',
  timepicker: 'selected_time',
  datetimepicker: 'selected_date_time',
  rich_text_input: 'rich_text_value',
  file_input: 'files',
};

/** Elements that hold a value; buttons and overflow menus only act. */
export function holdsValue(element: JsonObject): boolean {
  return element.type !== 'overflow' && asText(element.type) in VALUE_KEYS;
}

/** The element's entry in `state.values`, which is also what an action carries about it. */
export function stateEntry(element: JsonObject, value: Json): JsonObject {
  return { type: element.type, [keyOf(element)]: value };
}

/** What the element holds before anybody has touched it. */
export function initialValue(element: JsonObject): Json {
  const key = keyOf(element);
  const initialKey = key === 'value' ? 'initial_value' : key.replace('selected_', 'initial_');
  if (element[initialKey] !== undefined) return element[initialKey];
  return isPlural(element) ? [] : null;
}

export function isEmptyValue(value: Json): boolean {
  return value === null || value === '' || (Array.isArray(value) && value.length === 0);
}

/**
 * What a person means, as Slack writes it: an option by its value or its label, several by a list, a number by its
 * digits. Throws when the element does not offer it.
 */
export function valueFrom(element: JsonObject, given: Json): Json {
  if (given === null) return isPlural(element) ? [] : null;
  const key = keyOf(element);
  if (key === 'selected_option') return optionFrom(element, given);
  if (key === 'selected_options')
    return (Array.isArray(given) ? given : [given]).map((one) => optionFrom(element, one));
  if (isPlural(element)) return Array.isArray(given) ? given : [given];
  return typeof given === 'number' && key === 'value' ? String(given) : given;
}

function optionFrom(element: JsonObject, given: Json): Json {
  if (asText(element.type).includes('external')) return isObject(given) ? given : null;
  const groups = asObjects(element.option_groups).flatMap((group) => asObjects(group.options));
  const options = [...asObjects(element.options), ...groups];
  const wanted = String(given);
  const found = options.find(
    (option) => option.value === wanted || (isObject(option.text) && asText(option.text.text) === wanted),
  );
  if (found) return found;
  const offered = options.map((option) => asText(option.value)).join(', ');
  throw new Error(`${asText(element.action_id)} does not offer "${wanted}", only: ${offered}`);
}

function isPlural(element: JsonObject): boolean {
  return keyOf(element).endsWith('s');
}

function keyOf(element: JsonObject): string {
  return VALUE_KEYS[asText(element.type)] ?? 'value';
}
