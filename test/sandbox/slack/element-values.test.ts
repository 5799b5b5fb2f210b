import { describe, expect, test } from 'vitest';
import { initialValue, stateEntry, valueFrom } from './element-values.ts';
import type { JsonObject } from './json.ts';

const option = (value: string) => ({ text: { type: 'plain_text', text: `Label of ${value}` }, value });
const options = [option('low'), option('high')];

describe('what a person chooses becomes what Slack sends', () => {
  test.each<[string, JsonObject, unknown, JsonObject]>([
    [
      'an option by its value',
      { type: 'static_select', options },
      'high',
      { selected_option: option('high') },
    ],
    [
      'an option by its label',
      { type: 'radio_buttons', options },
      'Label of low',
      { selected_option: option('low') },
    ],
    [
      'an option of a group',
      { type: 'static_select', option_groups: [{ options }] },
      'low',
      { selected_option: option('low') },
    ],
    ['several options', { type: 'checkboxes', options }, ['low', 'high'], { selected_options: options }],
    ['no option at all', { type: 'checkboxes', options }, null, { selected_options: [] }],
    ['a person', { type: 'users_select' }, 'U1', { selected_user: 'U1' }],
    ['several people', { type: 'multi_users_select' }, ['U1', 'U2'], { selected_users: ['U1', 'U2'] }],
    ['a channel', { type: 'conversations_select' }, 'C1', { selected_conversation: 'C1' }],
    ['a number', { type: 'number_input' }, 7, { value: '7' }],
    ['a date', { type: 'datepicker' }, '2026-11-23', { selected_date: '2026-11-23' }],
    ['one file', { type: 'file_input' }, { id: 'F1' }, { files: [{ id: 'F1' }] }],
  ])('%s', (_, element, given, expected) => {
    expect(stateEntry(element, valueFrom(element, given as never))).toEqual({
      type: element.type,
      ...expected,
    });
  });
});

test('before anybody has touched it, an element holds its initial value or nothing', () => {
  expect(initialValue({ type: 'plain_text_input', initial_value: 'TKT' })).toBe('TKT');
  expect(initialValue({ type: 'static_select', options, initial_option: options[0] })).toEqual(options[0]);
  expect(initialValue({ type: 'checkboxes', options, initial_options: options })).toEqual(options);
  expect(initialValue({ type: 'users_select', initial_user: 'U1' })).toBe('U1');
  expect(initialValue({ type: 'plain_text_input' })).toBeNull();
  expect(initialValue({ type: 'checkboxes', options })).toEqual([]);
});
