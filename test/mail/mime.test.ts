import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ownWords } from '../../src/domain/tickets/mail/quoted-history.ts';
import { htmlToText } from '../../src/mail/html.ts';
import { messageIdIn, parseMime } from '../../src/mail/mime.ts';

const arrival = { envelopeFrom: 'cara@new.example', recipient: 'reply@orgdesk.example' };
const parse = (raw: string | Uint8Array) => parseMime(Buffer.from(raw), arrival);

describe('a mail from the wire', () => {
  it('has one sender, or none that counts', async () => {
    const from = async (header: string) => (await parse(`${header}\r\n\r\nx`)).from;
    expect(await from('From: "Cara, the customer" <cara@new.example>')).toEqual({
      address: 'cara@new.example',
      name: 'Cara, the customer',
    });
    expect(await from('From: =?utf-8?q?C=C3=A4ra?= <cara@new.example>')).toMatchObject({ name: 'Cära' });
    expect(await from('From: a@b.example, c@d.example')).toBeNull();
    expect(await from('From: Team: a@b.example, c@d.example;')).toBeNull();
    expect(await from('From: nobody')).toBeNull();
    expect(await from('Subject: x')).toBeNull();
  });

  it('has its headers unfolded, by lower-case names, each as often as it came', async () => {
    const { headers } = await parse('X-Loop: a\r\nx-loop: b\r\nList-Id: "A"\r\n <a.b>\r\n\r\nx');
    expect(headers.get('x-loop')).toEqual(['a', 'b']);
    expect(headers.get('list-id')).toEqual(['"A" <a.b>']);
  });

  it('is read as far as it goes where it is damaged', async () => {
    const cut =
      'Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\nContent-Type: text/plain\r\n\r\nHello';
    expect((await parse(cut)).text.trim()).toBe('Hello');
    expect((await parse('')).text).toBe('');
    expect((await parse('Content-Transfer-Encoding: base64\r\n\r\n***')).attachments).toEqual([]);
  });

  it('never stops the reader, whatever the bytes are', async () => {
    const piece = fc.oneof(
      fc.uint8Array({ maxLength: 20 }).map((bytes) => Buffer.from(bytes)),
      fc
        .constantFrom(
          '\r\n',
          '\r\n\r\n',
          '--x',
          '--x--',
          'Content-Type: multipart/mixed; boundary=x\r\n',
          'From: ',
          '=?utf-8?b?/w==?=',
          'Content-Type: text/html\r\n\r\n<b>',
          'Content-Transfer-Encoding: quoted-printable\r\n',
          '=FF=\r\n',
          'Content-Type: message/rfc822\r\n\r\n',
        )
        .map((text) => Buffer.from(text)),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { maxLength: 20 }), async (pieces) => {
        const mail = await parseMime(Buffer.concat(pieces), arrival);
        expect(typeof mail.text).toBe('string');
        expect(mail.recipients).toEqual([arrival.recipient]);
      }),
      { numRuns: 300 },
    );
  });
});

describe('HTML as text', () => {
  it('has the words, where links lead, and quotes as quotes', async () => {
    const html =
      '<style>p { color: red }</style><p>See <a href="https://a.example/x">this</a>.</p><img src="https://t.example/x.gif"><blockquote>Old</blockquote>';
    expect((await htmlToText(html)).trim()).toBe('See this (https://a.example/x).\n\n> Old');
  });

  it('keeps a paragraph on one line, however long it is', async () => {
    const paragraph = 'word '.repeat(100).trim();
    expect(await htmlToText(`<p>${paragraph}</p>`)).toBe(paragraph);
  });

  it.each([
    [
      'Gmail',
      '<div dir="ltr">It works now.</div><br><div class="gmail_quote"><div class="gmail_attr">On Mon, 23 Nov 2026 at 09:00, Olivia Owner &lt;<a href="mailto:desk@orgdesk.example">desk@orgdesk.example</a>&gt; wrote:<br></div><blockquote class="gmail_quote"><p>Please write your answer above this line.</p><p>Hello</p></blockquote></div>',
    ],
    [
      'Outlook',
      '<div class=WordSection1><p class=MsoNormal>It works now.<o:p></o:p></p><p class=MsoNormal><o:p>&nbsp;</o:p></p><div style="border:none"><p class=MsoNormal><b>From:</b> Olivia &lt;desk@orgdesk.example&gt; <br><b>Sent:</b> Monday, 23 November 2026 09:00<br><b>To:</b> Cara<br><b>Subject:</b> [TKT-001] Kettle</p></div><p>Hello</p></div>',
    ],
    [
      'Apple Mail',
      '<html><body>It works now.<br><br><div dir="ltr">Sent from my iPhone</div><div dir="ltr"><br><blockquote type="cite">On 23 Nov 2026, at 09:00, Olivia Owner &lt;desk@orgdesk.example&gt; wrote:<br><br></blockquote></div><blockquote type="cite"><div>Hello</div></blockquote></body></html>',
    ],
    [
      'Outlook on the web',
      '<div>It works now.</div><div id="appendonsend"></div><hr style="width:98%"><div id="divRplyFwdMsg"><b>Von:</b> Olivia &lt;desk@orgdesk.example&gt;<br><b>Gesendet:</b> Montag, 23. November 2026 09:00<br><b>An:</b> Cara<br><b>Betreff:</b> [TKT-001]</div><div>Hallo</div>',
    ],
  ])('has its writer’s words alone, as %s writes it', async (_, html) => {
    expect(ownWords(await htmlToText(html))).toBe('It works now.');
  });

  it('has its words though it is nested without end', async () => {
    const text = await htmlToText(`${'<b>'.repeat(50_000)}Hello${'</b>'.repeat(50_000)}`);
    expect(text.trim()).toBe('Hello');
  });
});

describe('the Message-ID of raw bytes', () => {
  it.each([
    ['Message-ID: <a@b>\r\n\r\nx', '<a@b>'],
    ['message-id:\r\n <a@b>\r\nX: y\r\n\r\nx', '<a@b>'],
    ['Subject: x\r\n\r\nMessage-ID: <a@b>', null],
    ['Subject: x', null],
    ['', null],
  ])('of %j is %j', (raw, id) => {
    expect(messageIdIn(Buffer.from(raw))).toBe(id);
  });
});
