import { describe, expect, test } from 'vitest';
import { parseRetryAfterMs, planDelayMs } from '../../src/api/caller.js';
import { computeRenewAtMs } from '../../src/api/token.js';
import { computeBackoffMs } from '../../src/http/http.js';

const NOW = Date.parse('2027-03-01T12:00:00Z');

const BACKOFF = { baseMs: 500, ceilingMs: 20_000 };

describe('the back-off', () => {
  test.each([
    [1, 500],
    [2, 1000],
    [3, 2000],
    [4, 4000],
    [5, 8000],
    [6, 16_000],
    [7, 20_000],
    [60, 20_000],
    [5000, 20_000],
  ])('after attempt %i is anything up to %i ms', (attempt, ceiling) => {
    expect(computeBackoffMs(attempt, () => 0, BACKOFF)).toBe(0);
    expect(computeBackoffMs(attempt, () => 0.5, BACKOFF)).toBe(ceiling / 2);
    expect(computeBackoffMs(attempt, () => 0.999999, BACKOFF)).toBe(ceiling - 1);
  });
});

describe('Retry-After', () => {
  test.each([
    ['7', 7000],
    [' 7 ', 7000],
    ['0', 0],
    ['1.5', 1500],
    ['99999999', 99_999_999_000],
    ['Mon, 01 Mar 2027 12:00:30 GMT', 30_000],
    ['Mon, 01 Mar 2027 11:00:00 GMT', 0],
    ['Monday, 01-Mar-27 12:00:05 GMT', 5000],
    ['-5', undefined],
    ['soon', undefined],
    ['2027', 2_027_000],
    ['2027-03-01', undefined],
    ['Mon, nonsense', undefined],
    ['', undefined],
    [undefined, undefined],
  ])('%j is understood as %j ms', (header, expected) => {
    expect(parseRetryAfterMs(header, NOW)).toBe(expected);
  });
});

describe('the next delay', () => {
  const input = { attempt: 1, maxAttempts: 5, elapsedMs: 0, budgetMs: 60_000, retryAfterMs: undefined };
  test.each([
    ['the back-off when the server says nothing', {}, 250],
    ['what the server asks for when that is longer', { retryAfterMs: 9000 }, 9000],
    ['the back-off when the server asks for less', { retryAfterMs: 0 }, 250],
    [
      'what is left of the budget when the server asks for an hour',
      { retryAfterMs: 3_600_000, elapsedMs: 50_000 },
      10_000,
    ],
    ['none after the last attempt', { attempt: 5 }, undefined],
    ['none when the budget is used up', { elapsedMs: 60_000 }, undefined],
  ])('is %s', (_, change, expected) => {
    expect(planDelayMs({ ...input, ...change }, () => 0.5)).toBe(expected);
  });
});

test.each([
  [3_600_000, 3_540_000],
  [120_000, 60_000],
  [100_000, 50_000],
  [2000, 1000],
])('a token that lives %i ms is renewed after %i ms', (lifetime, expected) => {
  expect(computeRenewAtMs(NOW, lifetime)).toBe(NOW + expected);
});
