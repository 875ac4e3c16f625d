import { expect, test } from 'vitest';
import { nextAttempt, retryAfterOf } from './retry-schedule.ts';

const now = new Date('2026-06-21T12:00:00Z');
const seconds = (at: Date | null) => (at === null ? null : (at.getTime() - now.getTime()) / 1_000);

test('the waits grow from five seconds to a day, and end after ten attempts in three days', () => {
  const waits = Array.from({ length: 10 }, (_, index) => seconds(nextAttempt(index + 1, { now, random: () => 0 })));
  expect(waits).toEqual([5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400, null]);
});

test('what failed together does not come back together', () => {
  expect(seconds(nextAttempt(2, { now, random: () => 0.5 }))).toBe(330);
  expect(seconds(nextAttempt(2, { now, random: () => 1 }))).toBe(360);
});

test('the other side may put an attempt off by a day at most, and never bring it forward', () => {
  const wait = (retryAfter: number) => seconds(nextAttempt(1, { now, retryAfter, random: () => 0 }));
  expect([wait(1), wait(60_000), wait(1e12)]).toEqual([5, 60, 86_400]);
});

test('Retry-After is read as seconds or as a date, and as nothing when it is neither', () => {
  const texts = ['120', 'Sun, 21 Jun 2026 12:01:00 GMT', 'Sun, 21 Jun 2026 11:00:00 GMT', 'soon', '-5', '', undefined];
  expect(texts.map((text) => retryAfterOf(text, now))).toEqual([120_000, 60_000, 0, 0, 0, 0, 0]);
});
