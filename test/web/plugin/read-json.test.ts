import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import type { Problem } from '../../../src/web/plugin/problems.ts';
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

describe('a body that would cost more than it says', () => {
  const code = (text: string) => {
    try {
      parseStrictly(bytes(text));
      return 'taken';
    } catch (error) {
      return (error as Problem).code;
    }
  };

  it('is refused before it is parsed', () => {
    const parse = vi.spyOn(JSON, 'parse');
    try {
      expect(code(`[${'{},'.repeat(1000)}{}]`)).toBe('json_large');
      expect(code(`{"attachments":[${'0,'.repeat(1000)}0]}`)).toBe('json_large');
      expect(code(`${'[{"a":'.repeat(5)}1${'}]'.repeat(5)}`)).toBe('json_deep');
      expect(code('['.repeat(1_000_000))).toBe('json_deep');
      expect(parse).not.toHaveBeenCalled();
    } finally {
      parse.mockRestore();
    }
  });

  it('is not what only stands in its strings', () => {
    const words = `${'[{,":,'.repeat(2000)}\\`;
    for (const text of [JSON.stringify([words]), JSON.stringify({ [words]: words })]) {
      expect(parseStrictly(bytes(text))).toEqual(JSON.parse(text));
    }
  });

  it('is not what has a thousand values, or eight levels', () => {
    expect(parseStrictly(bytes(`[${'0,'.repeat(998)}0]`))).toHaveLength(999);
    const deep = `${'['.repeat(8)}${']'.repeat(8)}`;
    expect(parseStrictly(bytes(deep))).toEqual(JSON.parse(deep));
  });
});
