import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ownWords, REPLY_ABOVE } from '../../../../src/domain/tickets/mail/quoted-history.ts';

const ours = `${REPLY_ABOVE}\n\nHello Ada,\nplease restart it.\n\n-- \nOlivia Owner, Harbour Support`;
const quoted = ours.replace(/^/gm, '> ');

describe('what somebody wrote', () => {
  it.each([
    ['English', 'On Mon, 23 Nov 2026 at 09:00, Olivia Owner (Harbour Support) <desk@orgdesk.example> wrote:'],
    [
      'English, broken',
      'On Mon, 23 Nov 2026 at 09:00, Olivia Owner (Harbour Support)\n<desk@orgdesk.example> wrote:',
    ],
    ['American', 'On Nov 23, 2026, at 9:00 AM, Olivia Owner <desk@orgdesk.example> wrote:'],
    ['German', 'Am Mo., 23. Nov. 2026 um 09:00 Uhr schrieb Olivia Owner <desk@orgdesk.example>:'],
    ['German, of Apple', 'Am 23.11.2026 um 09:00 schrieb Olivia Owner <desk@orgdesk.example>:'],
    ['French', 'Le lun. 23 nov. 2026 à 09:00, Olivia Owner <desk@orgdesk.example> a écrit :'],
    ['Spanish', 'El lun, 23 nov 2026 a las 9:00, Olivia Owner (<desk@orgdesk.example>) escribió:'],
    ['Italian', 'Il giorno lun 23 nov 2026 alle ore 09:00 Olivia Owner <desk@orgdesk.example> ha scritto:'],
    ['Portuguese', 'Em seg., 23 de nov. de 2026 às 09:00, Olivia Owner <desk@orgdesk.example> escreveu:'],
    ['Dutch', 'Op ma 23 nov 2026 om 09:00 schreef Olivia Owner <desk@orgdesk.example>:'],
    ['Swedish', 'Den mån 23 nov. 2026 kl 09:00 skrev Olivia Owner <desk@orgdesk.example>:'],
    ['Polish', 'pon., 23 lis 2026 o 09:00 Olivia Owner <desk@orgdesk.example> napisał(a):'],
    ['Russian', 'пн, 23 нояб. 2026 г. в 09:00, Olivia Owner <desk@orgdesk.example>:'],
    ['Finnish', 'ma 23. marrask. 2026 klo 9.00 Olivia Owner (desk@orgdesk.example) kirjoitti:'],
    ['Japanese', '2026年11月23日(月) 9:00 Olivia Owner <desk@orgdesk.example>:'],
    ['Chinese', 'Olivia Owner <desk@orgdesk.example> 于2026年11月23日周一 09:00写道：'],
    [
      'a language that we do not know',
      'Ddydd Llun, 23 Tach 2026 am 09:00, ysgrifennodd Olivia Owner desk@orgdesk.example:',
    ],
  ])('stands above the quote of a mail: %s', (_, attribution) => {
    expect(ownWords(`It works now.\n\nThank you!\n\n${attribution}\n\n${quoted}\n`)).toBe(
      'It works now.\n\nThank you!',
    );
    expect(ownWords(`It works now.\r\n${attribution}\r\n${quoted.replace(/\n/g, '\r\n')}`)).toBe(
      'It works now.',
    );
  });

  it.each([
    ['an original message', '-----Original Message-----\nFrom: Olivia\nSent: Monday\n\nHello'],
    ['Ursprüngliche Nachricht', '-----Ursprüngliche Nachricht-----\nVon: Olivia\n\nHallo'],
    [
      'Outlook’s block',
      'From: Olivia Owner <desk@orgdesk.example>\nSent: Monday, 23 November 2026 09:00\nTo: Ada\nSubject: [TKT-001] Printer\n\nHello',
    ],
    [
      'Outlook’s block in bold',
      '*From:* Olivia Owner <desk@orgdesk.example>\n*Sent:* Monday\n*To:* Ada\n\nHello',
    ],
    [
      'Outlook’s block in German',
      'Von: Olivia Owner <desk@orgdesk.example>\nGesendet: Montag, 23. November 2026 09:00\nAn: Ada\nBetreff: [TKT-001] Drucker\n\nHallo',
    ],
    [
      'Outlook’s block in French',
      'De : Olivia Owner <desk@orgdesk.example>\nEnvoyé : lundi 23 novembre 2026 09:00\nÀ : Ada\nObjet : [TKT-001]\n\nBonjour',
    ],
    [
      'Outlook’s rule',
      '________________________________\nFrom: Olivia Owner\nSent: Monday\nTo: Ada\n\nHello',
    ],
    ['our own line', `${REPLY_ABOVE}\n\nHello Ada`],
    ['a quote without a lead', quoted],
    ['a signature', '-- \nAda Anders\nACME Ltd.'],
    [
      'a signature and a quote',
      `-- \nAda Anders\n\nOn Mon, 23 Nov 2026 at 09:00, Olivia <a@b.example> wrote:\n${quoted}`,
    ],
    [
      'a signature below the quote',
      `On Mon, 23 Nov 2026 at 09:00, Olivia <a@b.example> wrote:\n${quoted}\n\n-- \nAda Anders`,
    ],
    ['a telephone’s signature', 'Sent from my iPhone'],
    ['a telephone’s signature in German', 'Von meinem iPhone gesendet'],
    ['a program’s signature', 'Get Outlook for iOS<https://aka.ms/o0ukef>'],
    [
      'a telephone’s signature and a quote',
      `Sent from my iPhone\n\n> On 23 Nov 2026, at 09:00, Olivia <a@b.example> wrote:\n> \n${quoted}`,
    ],
  ])('stands above %s', (_, below) => {
    expect(ownWords(`It works now.\n\n${below}`)).toBe('It works now.');
  });

  it('may stand below the quote', () => {
    expect(
      ownWords(`On Mon, 23 Nov 2026 at 09:00, Olivia <a@b.example> wrote:\n${quoted}\n\nIt works now.\n`),
    ).toBe('It works now.');
  });

  it('may stand above and below a quote, and then stays whole', () => {
    const text = `It works.\n\nOn Mon, 23 Nov 2026 at 09:00, Olivia <a@b.example> wrote:\n${quoted}\n\nMostly.`;
    expect(ownWords(text)).toBe(text);
  });

  it('may stand between quoted lines, which it then keeps', () => {
    const text = '> Did you restart it?\nYes.\n\n> And the cable?\nIs in.';
    expect(ownWords(`On Mon, 23 Nov 2026 at 09:00, Olivia <a@b.example> wrote:\n${text}`)).toBe(text);
  });

  it.each([
    ['a sentence that looks like a lead', 'On Monday my colleague wrote:\nnothing at all.'],
    ['a list of labels', 'From: Hamburg\nto somewhere'],
    ['a greater-than sign in a line', 'a > b, and 5 > 3'],
    ['dashes in a line', 'It says -- nothing.'],
    ['a question that ends in a colon', 'In 2026 we saw this:\n\nNothing.'],
    [
      'a sentence about sending',
      'Sent from my side to your side: the parcel. It has been two weeks and nothing came of it at all.',
    ],
  ])('is kept: %s', (_, text) => {
    expect(ownWords(text)).toBe(text);
  });

  it.each([
    ['only a quote', quoted],
    ['only a signature', '-- \nAda Anders'],
    ['only what a telephone writes', 'Sent from my iPhone'],
    ['only an original message', '-----Original Message-----\nHello'],
  ])('is never nothing: %s stays whole', (_, text) => {
    expect(ownWords(`\n${text}\n`)).toBe(text.trim());
  });

  it('is part of the mail, whatever the mail is', () => {
    const line = fc.oneof(
      fc.constantFrom(
        '> a',
        '',
        '-- ',
        REPLY_ABOVE,
        'On 1 May 2026, <a@b.example> wrote:',
        'From: x',
        'Sent: y',
        'To: z',
        'word',
      ),
      fc.string({ maxLength: 20 }),
    );
    fc.assert(
      fc.property(fc.array(line, { maxLength: 20 }), (lines) => {
        const text = lines.join('\n').replace(/\r\n?/g, '\n');
        const own = ownWords(text);
        expect(text).toContain(own);
        expect(own === '').toBe(text.trim() === '');
      }),
      { numRuns: 1_000 },
    );
  });

  it('is found in a moment in a long mail', () => {
    for (const piece of ['On 1 ', 'a\n', '> a\n', '\n', 'From: x\n', '_', 'On 1\n']) {
      const started = performance.now();
      ownWords(piece.repeat(200_000 / piece.length));
      expect(performance.now() - started, piece).toBeLessThan(2_000);
    }
  });
});
