import { expect, it } from 'vitest';
import { RetryableFailure } from '../../src/clients/failures.ts';
import { pauseAfter } from '../../src/jobs/engine/retry.ts';

const random = (byte: number) => ({ randomBytes: (size: number) => Buffer.alloc(size, byte) });
const seconds = (attempt: number, error: unknown = new Error('down'), byte = 0) =>
  Math.round(pauseAfter(attempt, error, random(byte)) / 1000);

it('waits threefold after every failure, up to an hour', () => {
  expect([1, 2, 3, 4, 5, 6, 7, 8].map((attempt) => seconds(attempt))).toEqual([
    5, 15, 45, 135, 405, 1215, 3600, 3600,
  ]);
});

it('adds up to half at random', () => {
  expect(pauseAfter(1, new Error('down'), random(0x80))).toBeGreaterThan(6000);
  expect(pauseAfter(1, new Error('down'), random(0xff))).toBeLessThanOrEqual(7500);
});

it('waits as long as the outside asks, at least a second', () => {
  expect(seconds(1, new RetryableFailure('limited', { retryAfter: 90 }))).toBe(90);
  expect(seconds(1, new RetryableFailure('limited', { retryAfter: 0 }))).toBe(1);
  expect(seconds(3, new RetryableFailure('down'))).toBe(45);
});
