import { signatureStart } from './signature.ts';

/** Stands above what we wrote in every mail that can be answered: below it, everything in an answer is quoted. */
export const REPLY_ABOVE = 'Please write your answer above this line.';

/**
 * What somebody wrote in a mail of plain text: without the mails that it answers and without a signature. Answers between quoted
 * lines keep the quotes that they belong to. What would leave nothing leaves everything.
 */
export function ownWords(text: string): string {
  const lines = text.replace(/\r\n?/g, '\n').split('\n');
  const kept = withoutSignature(withoutHistory(lines));
  return trimmed(kept) || trimmed(lines);
}

function withoutHistory(lines: readonly string[]): string[] {
  for (let at = 0; at < lines.length; at++) {
    if (startsHistory(lines, at)) return lines.slice(0, at);
    const length = attributionLength(lines, at);
    if (length === 0) continue;
    const before = lines.slice(0, at);
    const rest = lines.slice(at + length);
    if (!isQuoted(rest.find((line) => line.trim() !== ''))) return before;
    const alone = trimmed(before) === '';
    const answers = answersWithin(rest, alone);
    // Words on both sides of it: whoever reads them needs what stands between.
    return alone ? answers : trimmed(answers) === '' ? before : [...lines];
  }
  return answersWithin(lines, false);
}

/** Of lines that are quoted in part: nothing where nobody answered between or below them. */
function answersWithin(lines: readonly string[], alone: boolean): string[] {
  const last = lines.findLastIndex((line) => isQuoted(line));
  if (last < 0) return [...lines];
  const first = lines.findIndex((line) => isQuoted(line));
  const below = lines.slice(last + 1);
  const answer = trimmed(below.slice(0, signatureStart(below)));
  const above = lines.slice(0, first);
  const between = lines.slice(first, last).some((line) => !isQuoted(line) && line.trim() !== '');
  if (between) return answer === '' ? lines.slice(0, last + 1) : [...lines];
  // One block, below which is the answer or nothing; a signature there belongs to what stands above.
  if (answer === '') return dropLead(above);
  return alone || trimmed(above) === '' ? below : [...lines];
}

/** Without the line that leads into a quote in a language that we do not know. */
function dropLead(lines: readonly string[]): string[] {
  const last = lines.findLastIndex((line) => line.trim() !== '');
  const lead = lines[last] ?? '';
  return last > 0 && /[:：]\s*$/.test(lead) && /\d/.test(lead) && /[@<]|\d{4}/.test(lead)
    ? lines.slice(0, last)
    : [...lines];
}

function withoutSignature(lines: readonly string[]): string[] {
  const at = signatureStart(lines);
  return trimmed(lines.slice(0, at)) === '' ? [...lines] : lines.slice(0, at);
}

function isQuoted(line: string | undefined): boolean {
  return line !== undefined && /^\s{0,3}>/.test(line);
}

const originals =
  /^\s*[-_=]{2,}\s*(original message|original appointment|reply message|ursprüngliche nachricht|originalnachricht|message d['’]origine|message original|mensaje original|messaggio originale|mensagem original|oorspronkelijk bericht|originalmeddelande|ursprungligt meddelande|oprindelig meddelelse|opprinnelig melding|alkuperäinen viesti|wiadomość oryginalna|původní zpráva|eredeti üzenet|исходное сообщение|özgün ileti|原始邮件|元のメッセージ)\s*[-_=]{2,}\s*$/i;

const fromLabel =
  /^\s*[*_]{0,2}(from|von|de|da|van|från|fra|od|lähettäjä|feladó|от|kimden|差出人|发件人|寄件者|보낸 사람)\s?[:：][*_]{0,2}\s*\S/i;
const otherLabel =
  /^\s*[*_]{0,2}(sent|date|to|cc|subject|gesendet|datum|an|betreff|envoyé|à|objet|enviado( el)?|fecha|para|asunto|inviato|data|a|oggetto|assunto|verzonden|aan|onderwerp|skickat|till|ämne|sendt|til|emne|dato|wysłano|do|temat|odesláno|komu|předmět|lähetetty|aihe|vastaanottaja|отправлено|кому|тема|gönderildi|kime|konu|送信日時|宛先|件名|发送时间|收件人|主题)\s?[:：][*_]{0,2}\s*\S?/i;

/** A line from which everything is an earlier mail. */
function startsHistory(lines: readonly string[], at: number): boolean {
  const line = lines[at] as string;
  if (line.trim() === REPLY_ABOVE || originals.test(line)) return true;
  if (fromLabel.test(line)) {
    const next = lines.slice(at + 1, at + 6);
    return next.filter((other) => otherLabel.test(other)).length >= 2;
  }
  // Outlook's rule, above its block of headers.
  return (
    /^\s*[_-]{10,}\s*$/.test(line) &&
    fromLabel.test(lines.slice(at + 1).find((other) => other.trim() !== '') ?? '')
  );
}

/** How programs say whose words follow, by a first word: the line may be broken. Each has a number in it, of the date. */
const fromFirstWord = [
  /^on\b.{6,}\bwrote\s?:$/i,
  /^am\b.{6,}\bschrieb\b.*:$/i,
  /^le\b.{6,}\ba écrit\s?:$/i,
  /^el\b.{6,}\sescribió\s?:$/i,
  /^il\b.{6,}\bha scritto\s?:$/i,
  /^(em|a)\b.{6,}\bescreveu\s?:$/i,
  /^op\b.{6,}\bschreef\b.*:$/i,
  /^den\b.{6,}\bskrev\b.*:$/i,
  /^(dnia|w dniu)\b.{6,}\s(pisze|napisał\(?a?\)?)\s?:$/i,
];

/** The same by the last word, or by the address alone, on one line. */
const fromLastWord = [
  /^.{6,}\s(napisał\(a\)|napsal\(a\)|napísal\(a\)|kirjoitti|írta|пишет|писал|написал(\(а\))?|yazdı)\s?:$/i,
  /^.{6,}(写道|寫道|のメール|書きました|작성)\s?[:：]$/i,
  /^.{6,}<[^<>\s]+@[^<>\s]+>\)?\s?(wrote|schrieb|a écrit|escribió|ha scritto|escreveu|schreef|skrev)?\s?:$/i,
];

/** How many lines name the writer of what follows; 0 where none do. */
function attributionLength(lines: readonly string[], at: number): number {
  const alone = (lines[at] as string).trim();
  if (!mayLead(alone)) return 0;
  if (fits(alone, [...fromFirstWord, ...fromLastWord])) return 1;
  let joined = alone;
  for (let length = 2; length <= 4; length++) {
    const line = (lines[at + length - 1] ?? '').trim();
    if (!mayLead(line)) return 0;
    joined = `${joined} ${line}`;
    // A later line may be the first of it.
    if (fits(joined, fromFirstWord)) return attributionLength(lines, at + 1) > 0 ? 0 : length;
  }
  return 0;
}

function mayLead(line: string): boolean {
  return line !== '' && line.length <= 400 && !isQuoted(line);
}

function fits(line: string, patterns: readonly RegExp[]): boolean {
  return /[:：]$/.test(line) && /\d/.test(line) && patterns.some((pattern) => pattern.test(line));
}

function trimmed(lines: readonly string[]): string {
  return lines.join('\n').trim();
}
