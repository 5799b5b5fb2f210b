import { describe, expect, it } from 'vitest';
import { timeLeft } from '../../src/slack/blocks/time.ts';
import { now } from './overview-samples.ts';

describe('the time left', () => {
  it.each([
    ['2026-11-30T09:00:00Z', '7 days left'],
    ['2026-11-30T08:59:59Z', '6 days left'],
    ['2026-11-24T09:00:00Z', '1 day left'],
    ['2026-11-24T08:59:59Z', '23 hours left'],
    ['2026-11-23T10:00:00Z', '1 hour left'],
    ['2026-11-23T09:59:00Z', '59 minutes left'],
    ['2026-11-23T09:01:00Z', '1 minute left'],
    ['2026-11-23T09:00:59Z', 'less than a minute left'],
    ['2026-11-23T08:00:00Z', 'less than a minute left'],
  ])('until %s is %s', (until, words) => {
    expect(timeLeft(new Date(until), now)).toBe(words);
  });
});
