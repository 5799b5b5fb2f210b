import { describe, expect, it } from 'vitest';
import { nextSending, type Sent } from '../../../src/domain/seats/sending-limits.ts';

const now = new Date('2026-11-23T09:00:00.000Z');
const ago = (seconds: number) => new Date(now.getTime() - 1000 * seconds);
const sent = (count: number, seconds: (index: number) => number, more: Partial<Sent> = {}): Sent[] =>
  Array.from({ length: count }, (_, index) => ({
    at: ago(seconds(index)),
    attempts: 1,
    increase: true,
    ...more,
  }));

/** Seconds until the next may be sent. */
const wait = (history: Sent[], increase = true) => {
  const next = nextSending(history, increase, now);
  return next === null ? 0 : (next.getTime() - now.getTime()) / 1000;
};

describe('the next sending', () => {
  it('is now where nothing was sent, or little', () => {
    expect(wait([])).toBe(0);
    expect(wait(sent(7, () => 1))).toBe(0);
  });

  it('after eight invoices in a minute is when the first of them has left the minute', () => {
    expect(wait(sent(8, (index) => 50 - index))).toBe(11);
    // Of nine the second has to leave it.
    expect(wait(sent(9, (index) => 50 - index))).toBe(12);
    expect(wait(sent(8, (index) => 61 + index))).toBe(0);
  });

  it('after eighteen invoices in a day is when the first of them has left the day', () => {
    expect(wait(sent(18, (index) => 3_600 * (20 - index)))).toBe(4 * 3_600 + 1);
    expect(wait(sent(17, (index) => 3_600 * (20 - index)))).toBe(0);
  });

  it('of a decrease waits for no invoices, its own or others', () => {
    expect(
      wait(
        sent(18, () => 1),
        false,
      ),
    ).toBe(0);
    expect(
      wait(
        sent(100, () => 1, { increase: false }),
        true,
      ),
    ).toBe(0);
  });

  it('of anything waits after 190 updates in an hour, each attempt being one', () => {
    const decreases = { increase: false };
    expect(
      wait(
        sent(190, () => 600, decreases),
        false,
      ),
    ).toBe(3_001);
    expect(
      wait(
        sent(189, () => 600, decreases),
        false,
      ),
    ).toBe(0);
    expect(
      wait(
        sent(95, () => 600, { ...decreases, attempts: 2 }),
        true,
      ),
    ).toBe(3_001);
  });

  it('counts one invoice for a change that took several attempts', () => {
    expect(wait(sent(7, () => 1, { attempts: 8 }))).toBe(0);
  });

  it('does not depend on the order', () => {
    const history = sent(9, (index) => 50 - index);
    expect(wait(history.toReversed())).toBe(wait(history));
  });
});
