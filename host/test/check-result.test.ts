import { describe, expect, it } from 'vitest';
import { limits } from '@proofpix/contract/limits';
import { BrokenResult, checkResult } from '../src/check-result.ts';
import { fileNameKey, refuseFileName } from '../src/file-name.ts';
import { measureJson } from '../src/json-text.ts';

const result = (value: string): string => `{"ok":true,"value":${value}}`;
const metadata = (text: string): string => result(`{"metadata":{"a":${text}}}`);
const process = { hook: 'file:process' } as const;

describe('a result', () => {
  it('of the right form passes as it is', () => {
    const value = { metadata: { Make: 'Canon', n: 1.5, list: [null, true] }, findings: [] };
    expect(checkResult(result(JSON.stringify(value)), process)).toEqual({ ok: true, value, notes: [] });
  });

  it('of nothing at all is an empty one', () => {
    expect(checkResult('{"ok":true}', process)).toMatchObject({ ok: true, value: {} });
    expect(checkResult(result('null'), { hook: 'data:analyze' })).toMatchObject({ ok: true, value: {} });
    expect(checkResult(result('null'), { hook: 'file:uploaded' })).toMatchObject({ ok: true, value: null });
  });

  const deep = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth);
  it.each([
    ['nested 10,000 deep', metadata(deep(10_000))],
    ['nested one too deep', result(deep(limits.jsonDepth + 1))],
    ['of a million empty objects', metadata(`[${'{},'.repeat(1_000_000)}0]`)],
    ['of too many keys', result(`{"metadata":{${Array.from({ length: 20_001 }, (_, n) => `"${n}":0`).join()}}}`)],
    ['over 10 MB', metadata(JSON.stringify('x'.repeat(10 * 1024 * 1024)))],
    ['over 10 MB in bytes only', metadata(JSON.stringify('€'.repeat(4 * 1024 * 1024)))],
    ['with a text over the limit', metadata(JSON.stringify('x'.repeat(limits.resultStringChars + 1)))],
    ['with a number that is not finite', metadata('1e999')],
    ['with the key __proto__', metadata('{"__proto__":{"polluted":1}}')],
    ['with the key __proto__ in escapes', metadata('{"\\u005f_proto__":{"polluted":1}}')],
    ['with the key constructor', metadata('{"constructor":1}')],
    ['with a key of 2,000 characters', metadata(`{"${'k'.repeat(2_000)}":1}`)],
    ['with keys that become one when cleaned', metadata('{"a\\u0000":1,"a\\ud800":2}')],
    ['that is a text', result('"no"')],
    ['with a field nobody knows', result('{"metadata":{},"verdict":"fake"}')],
    [
      'with a finding of an unknown severity',
      result('{"findings":[{"severity":"fatal","confidence":1,"title":"t","explanation":"e"}]}'),
    ],
    [
      'with a region outside of the picture',
      result(
        '{"findings":[{"severity":"note","confidence":1,"title":"t","explanation":"e","region":{"x":0,"y":0,"width":2,"height":1}}]}',
      ),
    ],
    [
      'with 501 findings',
      result(
        `{"findings":[${Array.from({ length: 501 }, () => '{"severity":"note","confidence":1,"title":"t","explanation":""}').join()}]}`,
      ),
    ],
  ])('is refused: %s', (_what, text) => {
    const checked = checkResult(text, process);
    expect(checked).toMatchObject({ ok: false, error: { code: 'plugin_result_invalid' } });
    expect(JSON.stringify(checked).length).toBeLessThan(5_000);
    expect(Object.prototype).not.toHaveProperty('polluted');
  });

  it('names the field that is wrong', () => {
    expect(checkResult(metadata('["x", 1e999]'), process)).toMatchObject({
      error: { errors: [{ field: '/metadata/a/1', message: 'is not a finite number' }] },
    });
    expect(checkResult(result('{"metadata":[]}'), process)).toMatchObject({
      error: { errors: [{ field: '/metadata' }] },
    });
  });

  it('loses NUL and halves of characters, and says so', () => {
    const checked = checkResult(metadata('["a\\u0000b", "\\ud83d", "\\ud83d\\ude00", {"k\\u0000": 1}]'), process);
    expect(checked).toMatchObject({
      ok: true,
      value: { metadata: { a: ['a\ufffdb', '\ufffd', '😀', { 'k\ufffd': 1 }] } },
    });
    expect(checked.ok && checked.notes).toEqual([
      'Replaced NUL or broken characters in /metadata/a/0 with U+FFFD.',
      'Replaced NUL or broken characters in /metadata/a/1 with U+FFFD.',
      'Replaced NUL or broken characters in a key of /metadata/a/3 with U+FFFD.',
    ]);
  });

  it('of 9 MB is judged', () => {
    const value = {
      metadata: Object.fromEntries(Array.from({ length: 100 }, (_, n) => [`t${n}`, 'x'.repeat(90_000)])),
    };
    expect(checkResult(result(JSON.stringify(value)), process)).toMatchObject({ ok: true });
  });

  it('of a custom hook fits the schema its plugin declared', () => {
    const schema = { type: 'object', properties: { n: { type: 'integer' } }, required: ['n'] } as const;
    const shape = { schema: { ...schema, required: [...schema.required] } };
    expect(checkResult(result('{"n":1}'), shape)).toMatchObject({ ok: true });
    expect(checkResult(result('{"n":"1"}'), shape)).toMatchObject({ ok: false, error: { errors: [{ field: '/n' }] } });
    expect(checkResult(result('[1,"any"]'), null)).toMatchObject({ ok: true });
  });

  it('of a custom hook with a hundred thousand wrong items is refused, shortly', () => {
    const shape = { schema: { type: 'array', items: { type: 'array', items: { type: 'string' } } } } as const;
    const checked = checkResult(result(`[[${'1,'.repeat(150_000)}1]]`), shape);
    expect(checked).toMatchObject({ ok: false });
    expect(checked.ok ? [] : checked.error.errors).toHaveLength(20);
  });

  it.each(['', 'no', '{', '[]', '{"ok":"true"}', '{"ok":false}', 'null'])(
    'that only a broken runner sends is told apart: %s',
    (text) => {
      expect(() => checkResult(text, process)).toThrow(BrokenResult);
    },
  );
});

describe('the look at JSON text', () => {
  it('is not fooled by brackets, quotes and backslashes in strings', () => {
    expect(measureJson(JSON.stringify({ a: '[[[{{{,,,:::"\\\\"', '"}]': '\\', c: [1, [2]] }))).toMatchObject({
      depth: 3,
      keys: 3,
    });
  });
});

describe('the name of a derived file', () => {
  it.each(['report.pdf', 'maps/tile-1.png', 'Übersicht 2026.txt', 'a.b.c', '.hidden', 'conditions.txt', 'com10'])(
    'may be %s',
    (name) => {
      expect(refuseFileName(name)).toBeNull();
    },
  );

  it.each([
    '',
    '.',
    '..',
    '../x',
    'a/../b',
    'a/./b',
    '/x',
    '//x',
    'a//b',
    'a/',
    'C:/x',
    'c:x',
    'a\\b',
    '..\\x',
    'a\0',
    'a\nb',
    'a\u007f',
    'a\u0085b',
    'x:stream',
    'x.',
    'x ',
    ' x',
    'a./b',
    'con',
    'CON.txt',
    'aux.tar.gz',
    'a/NUL',
    'com1',
    'LPT9.x',
    'com¹',
    'conin$',
    'CON .txt',
    'what?',
    'a*',
    'a|b',
    '<b>',
    '"q"',
    'txt.\u202Eexe',
    'zero\u200bwidth',
    '\ud800',
    'a/b/c/d/e/f',
    'x'.repeat(241),
    '€'.repeat(81),
  ])('must not be %j', (name) => {
    expect(refuseFileName(name)).toEqual(expect.any(String));
  });

  it.each([
    ['A.TXT', 'a.txt'],
    ['\u00e9', 'e\u0301'],
    ['STRASSE', 'straße'],
    ['ﬁle', 'file'],
    ['K', '\u212a'],
  ])('is the same file: %s and %s', (one, other) => {
    expect(fileNameKey(one)).toBe(fileNameKey(other));
  });
});
