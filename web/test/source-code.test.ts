import { expect, test } from 'vitest';
import * as fc from 'fast-check';
import { tonedLines } from '../src/ui/code/code-tones.ts';
import { diffLines, linesOf } from '../src/ui/code/line-diff.ts';

const text = fc.array(fc.constantFrom('a', 'b', 'c', '}', ''), { maxLength: 40 }).map((lines) => lines.join('\n'));
const side = (diff: ReturnType<typeof diffLines>, gone: 'added' | 'removed') =>
  diff.filter(({ kind }) => kind !== gone).map((line) => line.text);

test('a difference holds both texts whole, each line with its number', () => {
  fc.assert(
    fc.property(text, text, (before, after) => {
      const diff = diffLines(before, after);
      expect(side(diff, 'added')).toEqual(linesOf(before));
      expect(side(diff, 'removed')).toEqual(linesOf(after));
      expect(diff.flatMap((line) => line.after ?? [])).toEqual(linesOf(after).map((_, index) => index + 1));
      expect(diff.flatMap((line) => line.before ?? [])).toEqual(linesOf(before).map((_, index) => index + 1));
    }),
  );
});

test('what did not change is no change, and one line in the middle is one line', () => {
  const kinds = (before: string, after: string) => diffLines(before, after).map(({ kind }) => kind);
  expect(kinds('a\nb\nc\n', 'a\nb\nc')).toEqual(['same', 'same', 'same']);
  expect(kinds('a\nb\nc', 'a\nx\nc')).toEqual(['same', 'removed', 'added', 'same']);
  expect(kinds('a\nc', 'a\nb\nc')).toEqual(['same', 'added', 'same']);
});

test('two files that have nothing in common are told apart without comparing every line with every other', () => {
  const many = (word: string) => Array.from({ length: 20_000 }, (_, index) => `${word} ${index}`).join('\n');
  const diff = diffLines(many('old'), many('new'));
  expect(diff).toHaveLength(40_000);
  expect(diff.filter(({ kind }) => kind === 'same')).toEqual([]);
});

test('source keeps every character, and what cannot be seen is written out', () => {
  const toned = (line: string) => tonedLines('index.js', [line])[0] ?? [];
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(...'ab "\'`/*\\\n{}0'.replace('\n', '')) }), (line) => {
      expect(
        toned(line)
          .map((piece) => piece.text)
          .join(''),
      ).toBe(line);
    }),
  );
  // The comment ends where a reader does not see it: what follows runs.
  expect(toned('/* \u202e */ eval(x)')).toContainEqual({ tone: 'hidden', text: 'U+202E' });
  for (const [char, number] of [
    ['\u200b', '200B'],
    ['\u3164', '3164'],
    ['\u00a0', '00A0'],
    ['\udb40\udc41', 'E0041'],
    ['\u001b', '001B'],
  ] as const)
    expect(toned(`const a${char} = 1`)).toContainEqual({ tone: 'hidden', text: `U+${number}` });
  expect(toned('\tconst größe = "日本";').some(({ tone }) => tone === 'hidden')).toBe(false);
});

test('keywords, strings and comments have their tones, over several lines too', () => {
  const lines = tonedLines('lib/a.js', ["const a = 'b'; // c", '/* d', 'e */ return `f`']);
  const tones = lines.map((pieces) => pieces.filter(({ tone }) => tone !== 'plain').map(({ tone }) => tone));
  expect(tones).toEqual([['keyword', 'string', 'comment'], ['comment'], ['comment', 'keyword', 'string']]);
  expect(tonedLines('README.md', ['const a'])[0]).toEqual([{ tone: 'plain', text: 'const a' }]);
});

test('a line without end is cut, and one that would hold a bad pattern for hours is read at once', () => {
  const [pieces] = tonedLines('a.js', ['"\\'.repeat(200_000)]);
  expect(pieces?.map((piece) => piece.text).join('').length).toBeLessThan(2_100);
  expect(tonedLines('a.js', ['"\\'.repeat(990)])[0]?.length).toBeGreaterThan(0);
});
