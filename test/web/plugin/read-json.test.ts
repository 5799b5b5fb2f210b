import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseStrictly } from '../../../src/web/plugin/read-json.ts';

const bytes = (text: string) => new TextEncoder().encode(text).buffer;

describe('reading JSON strictly', () => {
  it('gives what JSON.parse gives, for whatever has no name twice and is not deep', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 4 }), fc.constantFrom(undefined, 1, '\t'), (value, space) => {
        const text = JSON.stringify(value, null, space);
        expect(parseStrictly(bytes(text))).toEqual(JSON.parse(text));
      }),
    );
  });

  it('finds a name that stands twice, wherever it is and whatever it is', () => {
    const named = fc.dictionary(fc.string({ unit: 'binary' }), fc.jsonValue({ maxDepth: 2 }), { minKeys: 1 });
    fc.assert(
      fc.property(named, fc.nat(), (object, at) => {
        const names = Object.keys(object);
        const again = names[at % names.length] as string;
        const text = JSON.stringify(object);
        const twice = `[${text.slice(0, -1)}, ${JSON.stringify(again)} : 1}]`;
        // Halves of pairs are no UTF-8: those are refused for that.
        expect(() => parseStrictly(bytes(twice))).toThrow('stands twice');
      }),
    );
  });

  it.each([
    '{"a":"\\\\","b":"\\":"}',
    '{"a": "b:\\"c\\":"}',
    '{"a\\"":{"a\\"":1}}',
    '[{"a":1},{"a":1}]',
    '"a:"',
  ])('is not misled by %s', (text) => {
    expect(parseStrictly(bytes(text))).toEqual(JSON.parse(text));
  });
});
