import { afterEach, describe, expect, test } from 'vitest';
import { bytes, count, duration, listed, percent, setFormatLanguage, timeInList } from '../src/ui/format.ts';

afterEach(() => setFormatLanguage('en'));

describe('what is turned into words', () => {
  test('follows English', () => {
    expect(count(4812)).toBe('4,812');
    expect(bytes(4_000_000)).toBe('3.8 MB');
    expect(duration(12_345)).toBe('12.3 s');
    expect(percent(0.974)).toBe('97 %');
    expect(listed(['a', 'b', 'c'])).toBe('a, b and c');
    const now = new Date(2026, 10, 14, 15, 0);
    expect(timeInList(new Date(2026, 10, 14, 14, 6).toISOString(), now)).toBe('Today 14:06');
    expect(timeInList(new Date(2026, 10, 13, 14, 6).toISOString(), now)).toBe('Yesterday 14:06');
    expect(timeInList(new Date(2026, 2, 3, 14, 6).toISOString(), now)).toBe('3 Mar 14:06');
  });

  test('follows German once it is chosen', () => {
    setFormatLanguage('de');
    expect(count(4812)).toBe('4.812');
    expect(bytes(4_000_000)).toBe('3,8 MB');
    expect(duration(12_345)).toBe('12,3 s');
    expect(listed(['a', 'b', 'c'])).toBe('a, b und c');
    const now = new Date(2026, 10, 14, 15, 0);
    expect(timeInList(new Date(2026, 10, 14, 14, 6).toISOString(), now)).toBe('Heute 14:06');
    expect(timeInList(new Date(2026, 10, 13, 14, 6).toISOString(), now)).toBe('Gestern 14:06');
  });
});
