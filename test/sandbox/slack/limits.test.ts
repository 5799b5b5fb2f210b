import { describe, expect, test } from 'vitest';
import { asObjects, type Json, type JsonObject } from './json.ts';
import { messageRefusal, viewRefusal } from './payload-limits.ts';

const plain = (text: string) => ({ type: 'plain_text', text });
const section = (text: string) => ({ type: 'section', text: { type: 'mrkdwn', text } });
const actions = (...elements: JsonObject[]) => ({ type: 'actions', elements });
const button = (more: JsonObject) => ({ type: 'button', action_id: 'a', text: plain('Go'), ...more });

const problems = (answer: JsonObject | undefined) => answer?.errors;

function inMessage(...blocks: Json[]): Json | undefined {
  return problems(messageRefusal({ text: 'x', blocks }));
}

function inModal(more: JsonObject): Json | undefined {
  return problems(viewRefusal({ type: 'modal', title: plain('T'), blocks: [], ...more }, 'modal'));
}

describe('messages', () => {
  test('what is just within the limits passes', () => {
    const fields = Array.from({ length: 10 }, () => ({ type: 'mrkdwn', text: 'f' }));
    const blocks = [
      section('s'.repeat(3_000)),
      { type: 'section', fields },
      { type: 'section', fields: [{ type: 'mrkdwn', text: 'f'.repeat(2_000) }] },
      { type: 'header', text: plain('h'.repeat(150)) },
      actions(button({ text: plain('b'.repeat(75)), value: 'v'.repeat(2_000) })),
      ...Array.from({ length: 45 }, () => ({ type: 'divider' })),
    ];
    expect(messageRefusal({ text: 't'.repeat(40_000), blocks })).toBeUndefined();
  });

  test('one more is refused, with a pointer to it', () => {
    expect(inMessage(section('s'.repeat(3_001)))).toEqual([
      'must be less than 3001 characters [json-pointer:/blocks/0/text/text]',
    ]);
    expect(inMessage({ type: 'divider' }, { type: 'header', text: plain('h'.repeat(151)) })).toEqual([
      'must be less than 151 characters [json-pointer:/blocks/1/text/text]',
    ]);
    expect(inMessage(actions(button({ text: plain('b'.repeat(76)) })))).toEqual([
      'must be less than 76 characters [json-pointer:/blocks/0/elements/0/text/text]',
    ]);
    expect(inMessage(actions(button({ value: 'v'.repeat(2_001) })))).toEqual([
      'must be less than 2001 characters [json-pointer:/blocks/0/elements/0/value]',
    ]);
    expect(inMessage(...Array.from({ length: 51 }, () => ({ type: 'divider' })))).toEqual([
      'no more than 50 items allowed [json-pointer:/blocks]',
    ]);
    const fields = Array.from({ length: 11 }, () => ({ type: 'mrkdwn', text: 'f' }));
    expect(inMessage({ type: 'section', fields })).toEqual([
      'no more than 10 items allowed [json-pointer:/blocks/0/fields]',
    ]);
    expect(inMessage({ type: 'section', fields: [{ type: 'mrkdwn', text: 'f'.repeat(2_001) }] })).toEqual([
      'must be less than 2001 characters [json-pointer:/blocks/0/fields/0/text]',
    ]);
  });

  test('all texts together, the text of the message, and its metadata have limits too', () => {
    const five = Array.from({ length: 5 }, () => section('s'.repeat(2_700)));
    expect(messageRefusal({ blocks: five })?.error).toBe('msg_blocks_too_long');
    expect(messageRefusal({ text: 't'.repeat(40_001) })?.error).toBe('msg_too_long');
    expect(messageRefusal({ text: 'x', blocks: '[{' })?.error).toBe('invalid_blocks_format');
    expect(messageRefusal({ text: 'x', metadata: { event_type: 'a' } })?.error).toBe(
      'invalid_metadata_schema',
    );
  });

  test('empty texts, missing parts, doubled ids and unknown types are refused', () => {
    expect(inMessage(section(''))).toContain(
      'must be more than 0 characters [json-pointer:/blocks/0/text/text]',
    );
    expect(inMessage({ type: 'section' })).toEqual(['missing required field: text [json-pointer:/blocks/0]']);
    expect(inMessage({ type: 'image', image_url: 'https://example.com/a.png' })).toEqual([
      'missing required field: alt_text [json-pointer:/blocks/0]',
    ]);
    expect(inMessage({ type: 'marquee' })).toEqual([
      'unsupported type: marquee [json-pointer:/blocks/0/type]',
    ]);
    expect(inMessage({ ...section('a'), block_id: 'x' }, { ...section('b'), block_id: 'x' })).toEqual([
      'block_id x already exists [json-pointer:/blocks/1/block_id]',
    ]);
    expect(inMessage(actions(button({}), button({})))).toEqual([
      'action_id a already exists [json-pointer:/blocks/0/elements/1/action_id]',
    ]);
    expect(inMessage(actions(button({ text: { type: 'mrkdwn', text: '*Go*' } })))).toEqual([
      'unsupported type: mrkdwn [json-pointer:/blocks/0/elements/0/text/type]',
    ]);
    expect(inMessage(actions(button({ style: 'loud' })))).toHaveLength(1);
    expect(inMessage({ type: 'input', label: plain('Logo'), element: { type: 'file_input' } })).toEqual([
      'file_input is only for modals [json-pointer:/blocks/0/element/type]',
    ]);
  });
});

describe('views', () => {
  const input = (element: JsonObject) => ({ type: 'input', label: plain('L'), element });

  test('the edges of a modal', () => {
    const blocks = Array.from({ length: 100 }, () => ({ type: 'divider' }));
    const fits = { title: plain('t'.repeat(24)), private_metadata: 'm'.repeat(3_000), blocks };
    expect(inModal(fits)).toBeUndefined();
    expect(inModal({ title: plain('t'.repeat(25)) })).toEqual([
      'must be less than 25 characters [json-pointer:/view/title/text]',
    ]);
    expect(inModal({ private_metadata: 'm'.repeat(3_001) })).toEqual([
      'must be less than 3001 characters [json-pointer:/view/private_metadata]',
    ]);
    expect(inModal({ blocks: [...blocks, { type: 'divider' }] })).toEqual([
      'no more than 100 items allowed [json-pointer:/view/blocks]',
    ]);
    expect(
      viewRefusal({ type: 'modal', title: plain('T'), external_id: 'x'.repeat(250_001) }, 'modal'),
    ).toMatchObject({ error: 'view_too_large' });
  });

  test('inputs need a way to submit, and their own limits hold', () => {
    const text = input({ type: 'plain_text_input', action_id: 't' });
    expect(inModal({ blocks: [text] })).toEqual(['missing required field: submit [json-pointer:/view]']);
    const submit = plain('Save');
    expect(inModal({ submit, blocks: [text] })).toBeUndefined();
    const number = input({ type: 'number_input', action_id: 'n' });
    expect(inModal({ submit, blocks: [number] })).toEqual([
      'missing required field: is_decimal_allowed [json-pointer:/view/blocks/0/element]',
    ]);
    const options = Array.from({ length: 101 }, (_, index) => ({ text: plain('o'), value: `${index}` }));
    const select = (more: JsonObject) =>
      inModal({ submit, blocks: [input({ type: 'static_select', ...more })] });
    expect(select({ options })).toEqual([
      'no more than 100 items allowed [json-pointer:/view/blocks/0/element/options]',
    ]);
    expect(select({ options: [] })).toEqual([
      'no fewer than 1 items required [json-pointer:/view/blocks/0/element/options]',
    ]);
    expect(
      select({ options: options.slice(0, 2), initial_option: { text: plain('o'), value: 'z' } }),
    ).toEqual(['initial_option is not among the options [json-pointer:/view/blocks/0/element]']);
    expect(select({ options: [options[0], options[0]] as Json })).toHaveLength(1);
    const radio = input({ type: 'radio_buttons', options: options.slice(0, 11) });
    expect(asObjects([radio])).toHaveLength(1);
    expect(inModal({ submit, blocks: [radio] })).toHaveLength(1);
  });
});
