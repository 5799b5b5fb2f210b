import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { TicketCard } from '../../src/domain/tickets/find-ticket.ts';
import { customerWords, cutText, failureWords, noteWords } from '../../src/slack/blocks/thread.ts';
import { ticketCard } from '../../src/slack/blocks/ticket-card.ts';
import { changeModal } from '../../src/slack/blocks/ticket-change.ts';
import { readWords } from '../../src/slack/thread/read-words.ts';
import { readThreadEvent } from '../../src/slack/thread/thread-event.ts';
import { assertWithinLimits, textsIn } from '../setup/blocks.ts';

const at = new Date('2026-11-23T09:00:00Z');
const hostile = ['<!channel>', '<@U1>', '<https://evil.example|bank>', '&amp;', '*x*', '`', '=1+1', '\u202E'];

const ticket = (words: string): TicketCard => ({
  id: '01a20a5a-24d3-761a-9100-b65fcc145660',
  organizationId: '01a20a5a-24d3-761a-9100-b65fcc145661',
  teamId: 'T1',
  number: 'TKT-001',
  title: words,
  description: words,
  requester: { id: 'c', name: words, email: words },
  priority: 'high',
  status: 'open',
  source: 'email',
  category: { id: 'k', name: words },
  assignee: { memberId: 'm', userId: 'U1', name: words },
  openedBy: { memberId: 'm', userId: 'U1', name: words },
  permalink: words,
  preceding: { id: 'p', number: 'TKT-000', channelId: null, messageTs: null },
  mergedInto: null,
  channelId: null,
  messageTs: null,
  createdAt: at,
  activeAt: at,
  respondedAt: null,
  resolvedAt: null,
});

const texts = fc.oneof(
  fc.constantFrom(
    ...hostile.map((word) => word.repeat(500)),
    ...hostile,
    'x'.repeat(40_000),
    '😀'.repeat(3_001),
  ),
  fc.string({ unit: 'grapheme', maxLength: 4_000 }),
);

/** What formats, links or calls in a message, beyond what the app itself writes. */
function calls(shown: Parameters<typeof textsIn>[0] & { text?: string }): string[] {
  const mrkdwn = textsIn(shown).filter(({ type }) => type === 'mrkdwn');
  return [...mrkdwn.map(({ text }) => text), shown.text ?? ''].flatMap(
    (text) => text.match(/<[^>]*>/g) ?? [],
  );
}

describe('a ticket’s card', () => {
  it('keeps within Slack’s limits, and nobody’s words call, link or format', () => {
    fc.assert(
      fc.property(texts, (words) => {
        const card = ticketCard(ticket(words));
        assertWithinLimits(card);
        expect(calls(card)).toEqual([]);
      }),
    );
  });

  it('shows all there is to know, and links the message that it came from', () => {
    const card = ticketCard({ ...ticket('Cold tea'), permalink: 'https://acme.slack.com/archives/C1/p1' });
    const shown = JSON.stringify(card);
    for (const word of [
      'TKT-001',
      'Cold tea',
      'High',
      'Open',
      '<https://acme.slack.com/archives/C1/p1|a message>',
    ])
      expect(shown).toContain(word);
  });
});

describe('what stands in a thread', () => {
  it('keeps within Slack’s limits, whoever wrote what', () => {
    fc.assert(
      fc.property(texts, (text) => {
        const customer = { name: text, email: text };
        const shown = [
          ...customerWords({ text, customer, assigneeUserId: null, files: 1 }),
          noteWords({ text, author: text }),
          failureWords({ messageId: 'x', authorUserId: 'U9', customerName: text, reason: text }),
        ];
        for (const message of shown) {
          assertWithinLimits(message);
          expect(calls(message).filter((call) => call !== '<@U9>')).toEqual([]);
        }
      }),
    );
  });

  it('loses nothing of a long text', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme', maxLength: 300 }),
        fc.integer({ min: 5, max: 50 }),
        (text, most) => {
          const pieces = cutText(text, most);
          for (const piece of pieces) expect(piece.length).toBeLessThanOrEqual(most);
          const bare = (words: string) => words.replace(/[\s…]/g, '');
          expect(bare(pieces.join(''))).toBe(bare(text));
        },
      ),
    );
  });
});

describe('the forms of a card', () => {
  it.each(['assignee', 'status', 'priority', 'category', 'note'] as const)(
    'of its %s keep within the limits',
    (field) => {
      const categories = Array.from({ length: 99 }, (_, id) => ({ id: `c${id}`, name: 'n'.repeat(50) }));
      const prepared = {
        ticket: ticket('x'.repeat(300)),
        categories,
        statuses: ['open', 'pending'] as const,
      };
      assertWithinLimits(changeModal(field, prepared));
    },
  );
});

describe('the beginning of a message', () => {
  it.each([
    ['note: x', 'note'],
    ['NOTE:x', 'note'],
    ['\u200Bnote: x', 'note'],
    ['```note: x```', 'note'],
    ['*:lock:* x', 'note'],
    ['<@U012AB3CD> note: x', 'note'],
    ['<@U012AB3CD|amir>, <!here> *note:* x', 'note'],
    ['• note: x', 'note'],
    ['- 🔒 x', 'note'],
    ['<@U012AB3CD> !resolve', 'reply'],
    ['<https://note.example> note: x', 'reply'],
    ['Please note: x', 'reply'],
    ['notes: x', 'reply'],
    ['note x', 'reply'],
    ['!resolve', 'macro'],
    ['*!resolve*', 'macro'],
    ['!!! urgent', 'reply'],
    ['! wow', 'reply'],
    ['Look: !resolve', 'reply'],
  ])('%j is a %s', (text, kind) => {
    expect(readWords(text).kind).toBe(kind);
  });
});

describe('a message event', () => {
  it('that is no message of a person in a thread is none of ours, whatever it holds', () => {
    const said = { type: 'message', channel: 'C1', user: 'U1', text: 'x', ts: '2.0', thread_ts: '1.0' };
    expect(readThreadEvent(said)).toMatchObject({ kind: 'said' });
    for (const other of [
      { ...said, thread_ts: undefined },
      { ...said, thread_ts: '2.0' },
      { ...said, bot_id: 'B1' },
      { ...said, user: undefined },
      { ...said, subtype: 'channel_join' },
      { ...said, subtype: 'bot_message' },
      { ...said, ts: 7 },
      { type: 'message' },
      null,
    ])
      expect(readThreadEvent(other)).toBeNull();
    fc.assert(fc.property(fc.anything(), (event) => void readThreadEvent(event)));
  });
});
