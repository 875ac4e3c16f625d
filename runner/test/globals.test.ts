import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ResultBody } from '@proofpix/contract/wire';
import { hookFile, Runner } from './start-runner.ts';

// One plugin whose hook is a table of checks: the runner is started once.
const checks: { [name: string]: string } = {
  encode:
    "return [[...new TextEncoder().encode('aé😀\\ud800')], new TextEncoder().encodeInto('é😀', new Uint8Array(5)), new TextEncoder().encoding]",
  decode:
    "return [new TextDecoder().decode(new Uint8Array([0xef,0xbb,0xbf,0x41,0xff])), new TextDecoder('latin1').encoding, new TextDecoder('shift_jis').decode(new Uint8Array([0x83,0x65])), new TextDecoder('utf-16le').decode(new Uint8Array([0x41,0,0x42,0]))]",
  fatal: "try { new TextDecoder('utf-8', { fatal: true }).decode(new Uint8Array([255])) } catch (e) { return e.name }",
  label: "try { new TextDecoder('nonsense') } catch (e) { return e.name }",
  stream:
    "const d = new TextDecoder(); const b = new TextEncoder().encode('a😀b'); let s = ''; for (const x of b) s += d.decode(new Uint8Array([x]), { stream: true }); return s + d.decode()",
  base64:
    "return [btoa('hello\\xff'), atob(' aGVsbG8= '), atob('/w').charCodeAt(0), (() => { try { btoa('€') } catch (e) { return e.name } })(), (() => { try { atob('a') } catch (e) { return e.name } })()]",
  url: "const u = new URL('../c?x=1&x=2#h', 'https://me:pw@EXAMPLE.com:443/a/b/'); u.searchParams.append('y', 'a b&'); u.port = '8080'; return [u.href, u.origin, u.searchParams.getAll('x'), String(u) === u.toJSON(), JSON.stringify({ u })]",
  urlInvalid: "try { new URL('nope') } catch (e) { return [e.name, e.code, URL.canParse('nope'), URL.parse('nope')] }",
  urlSet:
    "const u = new URL('http://a/?q=1'); const p = u.searchParams; u.search = '?z=9'; p.delete('z'); u.protocol = 'https'; return [u.href, p.size]",
  params:
    "const p = new URLSearchParams({ b: '2', a: '1 +é' }); p.append('a', '3'); p.sort(); p.set('b', '9'); return [String(p), [...p], [...p.keys()], p.has('a', '3'), new URLSearchParams([['x', 'y']]).get('x'), String(new URLSearchParams('?m=%41+b')), p.size]",
  timers:
    "const seen = []; await new Promise((done) => { let n = 0; const i = setInterval((x) => { seen.push(x + n); n += 1; if (n === 3) { clearInterval(i); setTimeout(done, 1); } }, 1, 'i'); clearTimeout(setTimeout(() => seen.push('never'), 1)); }); return seen",
  timerText: "try { setTimeout('1', 1) } catch (e) { return e.name }",
  microtask: 'const seen = []; queueMicrotask(() => seen.push(1)); seen.push(0); await null; await null; return seen',
  clone:
    "const o = { d: new Date(5), m: new Map([[1, new Set([2])]]), r: /a/g, b: new Uint8Array([1, 2]), e: new TypeError('t') }; o.self = o; const c = structuredClone(o); return [c !== o, c.self === c, c.d.getTime(), c.m.get(1).has(2), c.r.flags, [...c.b], c.b.buffer !== o.b.buffer, c.e.name, c.e instanceof TypeError]",
  cloneRefused:
    "return [() => 1, Symbol('s'), new WeakMap(), Promise.resolve()].map((x) => { try { structuredClone({ x }) } catch (e) { return e.name } })",
  performance:
    'const a = performance.now(); return [typeof a, performance.now() >= a, performance.timeOrigin <= Date.now()]',
  console:
    "console.log('%s has %d', 'it', 3, { a: [1, { b: { c: {} } }] }, new Map([['k', 1]])); console.error(new Error('seen').message); console.assert(1 === 2, 'math'); return true",
  util: "const util = require('util'); return [util.format('%j', { a: 1 }), util.inspect({ a: 'x' }), util.isDeepStrictEqual({ a: [1] }, { a: [1] }), await util.promisify((x, cb) => cb(null, x + 1))(1), util.types.isDate(new Date())]",
  urlModule:
    "const url = require('node:url'); return [url.URL === URL, url.resolve('http://a/b/c', '../d'), url.domainToASCII('español.com')]",
  engine:
    'return [typeof Intl, typeof WeakRef, typeof globalThis.process, typeof globalThis.fetch, typeof globalThis.require, typeof globalThis.Buffer, Object.keys(globalThis)]',
};

const expected: { [name: string]: unknown } = {
  encode: [[97, 195, 169, 240, 159, 152, 128, 239, 191, 189], { read: 1, written: 2 }, 'utf-8'],
  decode: ['A\uFFFD', 'windows-1252', 'テ', 'AB'],
  fatal: 'TypeError',
  label: 'RangeError',
  stream: 'a😀b',
  base64: ['aGVsbG//', 'hello', 255, 'InvalidCharacterError', 'InvalidCharacterError'],
  url: [
    'https://me:pw@example.com:8080/a/c?x=1&x=2&y=a+b%26#h',
    'https://example.com:8080',
    ['1', '2'],
    true,
    '{"u":"https://me:pw@example.com:8080/a/c?x=1&x=2&y=a+b%26#h"}',
  ],
  urlInvalid: ['TypeError', 'ERR_INVALID_URL', false, null],
  urlSet: ['https://a/', 0],
  params: [
    'a=1+%2B%C3%A9&a=3&b=9',
    [
      ['a', '1 +é'],
      ['a', '3'],
      ['b', '9'],
    ],
    ['a', 'a', 'b'],
    true,
    'y',
    'm=A+b',
    3,
  ],
  timers: ['i0', 'i1', 'i2'],
  timerText: 'TypeError',
  microtask: [0, 1],
  clone: [true, true, 5, true, 'g', [1, 2], true, 'TypeError', true],
  cloneRefused: ['DataCloneError', 'DataCloneError', 'DataCloneError', 'DataCloneError'],
  performance: ['number', true, true],
  console: true,
  util: ['{"a":1}', "{ a: 'x' }", true, 2, true],
  urlModule: [true, 'http://a/d', 'xn--espaol-zwa.com'],
  engine: ['object', 'function', 'undefined', 'undefined', 'undefined', 'undefined', []],
};

describe('the web-standard globals', () => {
  const runner = new Runner();
  let results: { [name: string]: ResultBody } = {};

  beforeAll(async () => {
    const table = Object.entries(checks).map(([name, body]) => `${name}: async () => { ${body} }`);
    await runner.load(hookFile(`const checks = { ${table.join(',\n')} }; return checks[input]();`));
    const names = Object.keys(checks);
    const answers = await Promise.all(names.map((name) => runner.call(name)));
    results = Object.fromEntries(names.map((name, index) => [name, answers[index] as ResultBody])); // one answer a name
  });
  afterAll(() => runner[Symbol.asyncDispose]());

  it.each(Object.keys(checks))('behave as in browsers and Node: %s', (name) => {
    expect(results[name]).toEqual({ ok: true, value: expected[name] });
  });

  it('write what the console is given into the log of the call', () => {
    expect(runner.lines).toContain("info: it has 3 { a: [ 1, { b: [Object] } ] } Map(1) { 'k' => 1 }");
    expect(runner.lines).toContain('error: seen');
    expect(runner.lines).toContain('error: Assertion failed: math');
  });
});
