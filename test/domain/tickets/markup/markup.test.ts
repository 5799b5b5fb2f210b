import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mentionedPeople, parseMarkup, plainMarkup } from '../../../../src/domain/tickets/markup/blocks.ts';
import { toHtml } from '../../../../src/domain/tickets/markup/to-html.ts';
import { toText } from '../../../../src/domain/tickets/markup/to-text.ts';

const names = new Map([
  ['U0ADA', 'Ada Agent'],
  ['U0EVE', '<script>alert(1)</script>'],
]);
const asText = (text: string) => toText(parseMarkup(text, names));
const asHtml = async (text: string) => String(await toHtml(parseMarkup(text, names))).trim();

describe('Slack’s markup', () => {
  it.each<[string, string, string, string]>([
    [
      'bold, italic and struck-through',
      '*a* _b_ ~c~',
      '*a* _b_ ~c~',
      '<p><strong>a</strong> <em>b</em> <del>c</del></p>',
    ],
    ['one inside the other', '*a _b_*', '*a _b_*', '<p><strong>a <em>b</em></strong></p>'],
    ['signs inside words', 'snake_case_name 2*3*4', 'snake_case_name 2*3*4', '<p>snake_case_name 2*3*4</p>'],
    ['signs without an end', '*a and _b', '*a and _b', '<p>*a and _b</p>'],
    ['signs around space', '* a * ', '* a * ', '<p>* a * </p>'],
    [
      'code, in which nothing else counts',
      '`*a* &amp;&amp; b`',
      '`*a* && b`',
      '<p><code>*a* &amp;&amp; b</code></p>',
    ],
    ['entities, once', '&amp;lt;b&amp;gt; &lt;i&gt;', '&lt;b&gt; <i>', '<p>&amp;lt;b&amp;gt; &lt;i&gt;</p>'],
    ['a mention', 'Hi <@U0ADA>', 'Hi @Ada Agent', '<p>Hi @Ada Agent</p>'],
    ['a mention of nobody we know', '<@U0XXX> <@U0XXX|bob>', '@somebody @bob', '<p>@somebody @bob</p>'],
    ['channels', '<#C1|general> <#C2>', '#general a channel', '<p>#general a channel</p>'],
    [
      'those who are called together',
      '<!channel> <!here|here> <!everyone> <!subteam^S1|@crew> <!subteam^S2>',
      'everyone in the channel everyone here everyone @crew a group',
      '<p>everyone in the channel everyone here everyone @crew a group</p>',
    ],
    [
      'dates',
      '<!date^1392734382^{date}|18 February 2014> <!date^1392734382^{date}>',
      '18 February 2014 2014-02-18 14:39 UTC',
      '<p>18 February 2014 2014-02-18 14:39 UTC</p>',
    ],
    [
      'a bare link',
      '<https://a.example/x?a=1&amp;b=2>',
      'https://a.example/x?a=1&b=2',
      '<p><a href="https://a.example/x?a=1&amp;b=2" rel="noopener noreferrer nofollow">https://a.example/x?a=1&amp;b=2</a></p>',
    ],
    [
      'a link under other words',
      '<https://evil.example/|your bank>',
      'your bank (https://evil.example/)',
      '<p><a href="https://evil.example/" rel="noopener noreferrer nofollow">your bank</a> (https://evil.example/)</p>',
    ],
    [
      'a link under another address',
      '<https://evil.example/|https://bank.example>',
      'https://bank.example (https://evil.example/)',
      '<p><a href="https://evil.example/" rel="noopener noreferrer nofollow">https://bank.example</a> (https://evil.example/)</p>',
    ],
    [
      'an address',
      '<mailto:a@b.example|a@b.example>',
      'a@b.example',
      '<p><a href="mailto:a@b.example" rel="noopener noreferrer nofollow">a@b.example</a></p>',
    ],
    [
      'a link that is none',
      '<javascript:alert(1)|here> <data:text/html,x>',
      'here (javascript:alert(1)) data:text/html,x',
      '<p>here (javascript:alert(1)) data:text/html,x</p>',
    ],
    [
      'emoji',
      ':tada: :wave::skin-tone-3: :shipit: 10:30:15',
      '🎉 👋 :shipit: 10:30:15',
      '<p>🎉 👋 :shipit: 10:30:15</p>',
    ],
    ['lines and paragraphs', 'a\nb\n\n\nc', 'a\nb\n\nc', '<p>a<br>b</p>\n<p>c</p>'],
    ['a quote', '&gt; a\n&gt; b\nc', '> a\n> b\n\nc', '<blockquote>a<br>b</blockquote>\n<p>c</p>'],
    [
      'a quote of all the rest',
      'a\n&gt;&gt;&gt; b\nc',
      'a\n\n> b\n> c',
      '<p>a</p>\n<blockquote>b<br>c</blockquote>',
    ],
    [
      'a fence',
      'a ```*x*\n  &lt;b&gt;``` c',
      'a \n\n    *x*\n      <b>\n\n c',
      '<p>a </p>\n<pre><code>*x*\n  &lt;b&gt;</code></pre>\n<p> c</p>',
    ],
    ['lists', '• a\n    ◦ b\n1. c', '• a\n  ◦ b\n1. c', '<p>• a<br>\u00a0\u00a0\u00a0\u00a0◦ b<br>1. c</p>'],
    ['nothing', ' \n ', '', ''],
  ])('reads %s', async (_, text, expectedText, expectedHtml) => {
    expect(asText(text)).toBe(expectedText);
    expect(await asHtml(text)).toBe(expectedHtml);
  });

  it('tells whom it mentions, each once', () => {
    expect(mentionedPeople('<@U0ADA> <@U0EVE|eve> <@U0ADA> &lt;@U0BOB&gt;')).toEqual(['U0ADA', 'U0EVE']);
  });

  it('is read in a moment, whatever is piled up in it', () => {
    for (const piece of ['*a ', '_', '*_~', '<', '<@', '`', '&gt;', '```', '&amp;', '• ', '*a*']) {
      const started = performance.now();
      asText(piece.repeat(40_000 / piece.length));
      expect(performance.now() - started, piece).toBeLessThan(2_000);
    }
  });
});

describe('plain words', () => {
  it('stay words, whatever they look like', async () => {
    const text = '*a* <b>\n`c`\n\n<https://x.example|y>';
    expect(toText(plainMarkup(text))).toBe('*a* <b>\n`c`\n\n<https://x.example|y>');
    expect(String(await toHtml(plainMarkup(text)))).toBe(
      '<p>*a* &lt;b&gt;<br>`c`</p>\n<p>&lt;https://x.example|y&gt;</p>\n',
    );
  });
});

/** The elements that are made, with nothing in them but an address that is no script, and a fixed rel. */
const made =
  /<(?:p|br|blockquote|pre|code|strong|em|del|\/p|\/blockquote|\/pre|\/code|\/strong|\/em|\/del|\/a|a href="(?:https?:|mailto:|tel:)[^"<>]*" rel="noopener noreferrer nofollow")>/g;

describe('hostile words', () => {
  const corpus = [
    '<script>alert(1)</script>',
    '&lt;script&gt;alert(1)&lt;/script&gt;',
    '<https://x.example/"onmouseover="alert(1)|"><img src=x onerror=alert(1)>',
    '<https://x.example/|<img src=x>>',
    '<JaVaScRiPt:alert(1)|click>',
    '<java\tscript:alert(1)|click>',
    '<vbscript:x> <data:text/html;base64,PHNjcmlwdD4=> <file:///etc/passwd>',
    '<@U0EVE> says `<@U0EVE>` and ```<@U0EVE>```',
    '<#C1|<b>> <!subteam^S|"><svg onload=alert(1)>',
    '\u0000\ud800\u202egnp.exe\u2066',
    '&amp;lt;img src=x onerror=alert(1)&amp;gt;',
    '*<https://x.example|*_`>* ```',
    `${'<b>'.repeat(1_001)}`,
  ];

  it.each(corpus)('%j makes no element, attribute or address of its own', async (text) => {
    const html = await asHtml(text);
    expect(html.replace(made, '')).not.toMatch(/[<>]/);
    expect(html).not.toMatch(/\0|[\ud800-\udfff](?![\udc00-\udfff])|\u202e/);
  });

  it('holds for whatever can be written', async () => {
    const piece = fc.oneof(
      fc.constantFrom(
        '<',
        '>',
        '|',
        '"',
        "'",
        '&lt;',
        '&gt;',
        '&amp;',
        '*',
        '_',
        '~',
        '`',
        '```',
        '\n',
        ' ',
        '&gt;&gt;&gt;',
      ),
      fc.constantFrom(
        '<@U0EVE>',
        '<https://x.example|',
        '<javascript:',
        'script',
        '\r\n',
        '\u2028',
        '\u0000',
        '<!date^1^{date}|',
        '• ',
      ),
      fc.string({ unit: 'binary', maxLength: 8 }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { maxLength: 30 }), async (pieces) => {
        const text = pieces.join('');
        for (const markup of [parseMarkup(text, names), plainMarkup(text)]) {
          const html = String(await toHtml(markup));
          expect(html.replace(made, '')).not.toMatch(/[<>"]/);
          expect(toText(markup)).not.toMatch(/[\r\0\u2028\p{Cs}]/u);
        }
      }),
      { numRuns: 1_000 },
    );
  });
});
