import { describe, expect, test } from 'vitest';
import { Compile } from 'typebox/compile';
import { limits } from '@proofpix/contract/limits';
import type { Manifest } from '@proofpix/contract/manifest';
import { ruleSetVersion, ScanResult } from '@proofpix/contract/scan';
import { scanFile, scanPackage } from '@proofpix/scanner/code/scan-package';

const encode = (text: string) => new TextEncoder().encode(text);
const scan = (code: string) => scanFile('index.cjs', encode(code));
const rulesOf = (code: string) => scan(code).findings.map(({ rule }) => rule);

describe('a finding', () => {
  test('names file, line, column and the source around it', () => {
    const { findings, ruleSet, verdict } = scan('const a = 1;\n\n  const b = eval(text);\n');
    expect(findings[0]).toMatchObject({ rule: 'eval', severity: 'high', file: 'index.cjs', line: 3, column: 13 });
    expect(findings[0]?.excerpt).toBe('const b = eval(text);');
    expect({ ruleSet, verdict }).toEqual({ ruleSet: ruleSetVersion, verdict: 'block' });
  });

  test('shows the place in a minified line, and spells out what cannot be seen', () => {
    const found = scan(`${'a();'.repeat(1000)}eval(x);${'b();'.repeat(1000)}`).findings[0];
    expect(found).toMatchObject({ line: 1, column: 4001 });
    expect(found?.excerpt).toContain('eval(x)');
    expect(found?.excerpt.length).toBeLessThanOrEqual(200);
    expect(scan('// \u202e turned\u0007').findings[0]?.excerpt).toBe('// \\u{202e} turned\\u{7}');
  });

  test('fits the schema of the contract, whatever was scanned', () => {
    const schema = Compile(ScanResult);
    for (const code of ['eval(1)', 'const a = 1;', '((', '\u202e'.repeat(3000), 'x'.repeat(100_000)]) {
      expect([...schema.Errors(scan(code))]).toEqual([]);
    }
  });

  test('is not repeated without end, and the verdict counts those that are not listed', () => {
    const { findings, more, verdict } = scan(`${'process.title;'.repeat(5_000)}eval(1);`);
    expect(findings.length).toBeLessThanOrEqual(limits.scanFindings);
    expect(more).toBeGreaterThan(1_000);
    expect(verdict).toBe('block');
    expect(findings[0]?.severity).toBe('high');
  });
});

describe('what cannot be read', () => {
  test.each(['const = ;', 'function (', '\u0000\u0001', 'a b c', '`${'])('is a finding: %j', (code) => {
    expect(scan(code)).toMatchObject({ verdict: 'review' });
    expect(rulesOf(code)).toContain('unreadable-code');
  });

  test('is judged by its characters all the same', () => {
    expect(scan('const = ; // \u202e turned').findings.map(({ rule }) => rule)).toContain('direction-marks');
  });

  test.each([
    'const = ; require("child_process").exec(text);',
    'const = ;\nimport { runInThisContext } from "node:vm";',
    'const = ; eval (text);',
    'const = ; process . binding("fs");',
  ])('is blocked where it asks for what no plugin may have: another engine might take it: %j', (code) => {
    expect(scan(code).verdict).toBe('block');
  });

  test.each(['const = ; regular.eval(x);', 'const = ; require("./vm");', 'const = ; medieval(x);'])(
    'is not blocked for what only looks like that: %j',
    (code) => {
      expect(scan(code).verdict).toBe('review');
    },
  );

  test('includes what is too large: it is refused before it is parsed', () => {
    const { findings } = scan(`const a = "${'x'.repeat(limits.scanFileBytes)}";`);
    expect(findings).toEqual([expect.objectContaining({ rule: 'unreadable-code', severity: 'medium', line: 0 })]);
  });

  test('includes the files behind the budget of a package', () => {
    const large = encode(`const a = "${'x'.repeat(limits.scanFileBytes - 100)}";`);
    const files = new Map(Array.from({ length: 8 }, (_, index) => [`${index}.js`, large] as const));
    const { findings } = scanPackage(files, null);
    expect(findings.map(({ rule, file }) => `${rule} ${file}`)).toEqual([
      'unreadable-code 6.js',
      'unreadable-code 7.js',
    ]);
  });
});

describe('deep nesting', () => {
  const deep = 60_000;
  // The native parser's stack has no guard: each of these ends the process where they reach it.
  test.each([
    ['parentheses', `${'('.repeat(deep)}1${')'.repeat(deep)}`],
    ['lists', `x=${'['.repeat(deep)}${']'.repeat(deep)}`],
    ['blocks', `${'{'.repeat(deep)}${'}'.repeat(deep)}`],
    ['operators', `x=${'!'.repeat(deep)}1`],
    ['words', `x=${'typeof '.repeat(deep)}1`],
    ['arrows', `${'a=>'.repeat(deep)}1`],
    ['powers', `x=1${'**1'.repeat(deep)}`],
    ['choices', `x=${'a?b:'.repeat(deep)}1`],
    ['choices inside', `x=${'a?'.repeat(deep)}1${':1'.repeat(deep)}`],
    ['conditions', `${'if(a)'.repeat(deep)};`],
    ['conditions on lines', `${'if(a)\n'.repeat(deep)};`],
    ['else', `${'if(a){}else '.repeat(deep)}{}`],
    ['assignments', `${'a='.repeat(deep)}1`],
    ['labels', `${Array.from({ length: deep }, (_, index) => `l${index}:`).join('')};`],
    ['templates', `${'`${'.repeat(deep)}1${'}`'.repeat(deep)}`],
    ['texts that pretend to close', `${'("))))",'.repeat(deep)}1`],
    ['patterns that pretend to close', `${'(/[)]))))/,'.repeat(deep)}1`],
    ['patterns behind a condition', `if(a)/))))/.x;${'('.repeat(deep)}`],
    ['divisions that pretend to be patterns', `x={}/${'('.repeat(deep)}1${')'.repeat(deep)}`],
    ['comments of old', `x <!-- ${')'.repeat(100)}\n${'('.repeat(deep)}`],
    ['new', `${'new '.repeat(deep)}A`],
    ['functions', `${'function f(){'.repeat(deep)}${'}'.repeat(deep)}`],
    ['classes', `${'(class extends '.repeat(deep)}A{}${')'.repeat(deep)}`],
  ])('of %s is a finding and no crash', (_, code) => {
    expect(rulesOf(code)).toContain('unreadable-code');
  });

  test.each([
    ['a long sum', `x="a"${'+"b"'.repeat(5_000)}`],
    ['a long chain', `x${'.then(a)'.repeat(5_000)}`],
    ['many statements without semicolons', 'const a = b ? c : d\nif (a) b()\n'.replace('const a', 'a').repeat(5_000)],
    ['many cases', `switch(a){${'case 1:case 2:b();break;'.repeat(5_000)}}`],
    ['many functions', 'function f(a) { return !a ? -a : a / 2 }\n'.repeat(5_000)],
    ['many divisions', `x=[${'(a+(b/2))/c,'.repeat(20_000)}]`],
    ['many properties', `x={${'a:b?c:d,'.repeat(20_000)}}`],
  ])('is not seen in %s', (_, code) => {
    expect(rulesOf(code)).not.toContain('unreadable-code');
  });
});

describe('a hostile file', () => {
  test('that names itself in circles comes to an end', () => {
    const names = Array.from({ length: 300 }, (_, index) => `v${index}`);
    const circle = names.map((name, index) => `${name} = v${(index + 1) % 300} + v${(index + 7) % 300};`).join('\n');
    expect(rulesOf(`let ${names.join(',')};\n${circle}\nglobalThis[v0](1); eval(v1);`)).toContain('eval');
  });

  test('whose functions call themselves comes to an end', () => {
    expect(rulesOf('const f = (a, b) => f(f(a, b), f(b, a)) + f(b, f(a, a)); require(f(f, f)); eval(f(1));')).toContain(
      'eval',
    );
  });

  test('with a pattern made to take for ever does not make the scan do so', () => {
    expect(rulesOf(`require("${'a'.repeat(4_000)}!".replace(/^(a+)+$/, "x")); eval(1);`)).toContain('eval');
  });

  test('whose lists hold themselves comes to an end', () => {
    const doubled = Array.from({ length: 50 }, (_, index) => `a${index + 1} = [a${index}, a${index}]`).join(', ');
    expect(
      rulesOf(`let a = ["x"]; a = [a, b]; let b = [a]; b = [b, [b, a]]; require(String(a)); eval(a + b);`),
    ).toContain('eval');
    expect(rulesOf(`const a0 = ["x"], ${doubled}; require("" + a50); globalThis[a50.join()]; eval(1);`)).toContain(
      'eval',
    );
  });

  test('that searches lists inside of lists comes to an end', () => {
    const search = 'Object.entries(fs).find(([n]) => '.repeat(12);
    const nested = `${search}n === "x"${')[1]'.repeat(12)}`;
    expect(rulesOf(`const fs = require("fs"); ${`use(${nested});\n`.repeat(200)} eval(text);`)).toContain('eval');
  });

  test('that writes into undeclared names in circles comes to an end', () => {
    const circle = Array.from(
      { length: 300 },
      (_, index) => `u${index} = u${(index + 1) % 300} + u${(index + 7) % 300};`,
    );
    expect(rulesOf(`${circle.join('\n')}\nglobalThis[u0](1); eval(u1);`)).toContain('eval');
  });

  test('cannot hide what the engine gives by writing into its name', () => {
    expect(rulesOf('if (never) eval = 1; eval(text);')).toContain('eval');
    expect(rulesOf('require = require || 0; require("child_process");')).toContain('host-module');
    expect(rulesOf('Function = Function; new Function(text)();')).toContain('code-from-text');
  });

  test('that asks for a huge text gets none', () => {
    expect(rulesOf('const t = "x".repeat(1e5).repeat(1e5).padEnd(1e9); eval(t);')).toContain('eval');
  });

  test('with names of prototypes confuses no table', () => {
    const code =
      'const constructor = 1; hasOwnProperty; toString.valueOf(); __proto__; ({}).__proto__; require("constructor"); process.toString;';
    expect(scan(code).verdict).toBe('pass');
  });
});

describe('libraries', () => {
  test.each([
    '(function (root, factory) { if (typeof define === "function" && define.amd) define(["exports"], factory); else if (typeof module === "object" && module.exports) module.exports = factory(); else root.Library = factory(); })(typeof self !== "undefined" ? self : this, function () { return {}; });',
    'var freeGlobal = typeof global == "object" && global && global.Object === Object && global;\nvar freeSelf = typeof self == "object" && self && self.Object === Object && self;\nvar root = freeGlobal || freeSelf || Function("return this")();\nvar Symbol = root.Symbol;',
    '!function(e,t){"object"==typeof exports&&"undefined"!=typeof module?t(exports):"function"==typeof define&&define.amd?define(["exports"],t):t((e="undefined"!=typeof globalThis?globalThis:e||self).lib={})}(this,(function(e){"use strict";e.a=1}));',
    '!function e(t,n,r){function o(i,a){if(!n[i]){if(!t[i]){var s="function"==typeof require&&require;if(!a&&s)return s(i,!0);throw new Error("Cannot find module")}var c=n[i]={exports:{}};t[i][0].call(c.exports,function(e){return o(t[i][1][e]||e)},c,c.exports,e,t,n,r)}return n[i].exports}return o}({},{},[1]);',
    'var __createBinding = (this && this.__createBinding) || (Object.create ? (function(o, m, k, k2) { Object.defineProperty(o, k2, { enumerable: true, get: function() { return m[k]; } }); }) : (function(o, m, k, k2) { o[k2] = m[k]; }));',
    'var extendStatics = function (d, b) { extendStatics = Object.setPrototypeOf || ({ __proto__: [] } instanceof Array && function (d, b) { d.__proto__ = b; }) || function (d, b) { for (var p in b) d[p] = b[p]; }; return extendStatics(d, b); };',
  ])('that feel for where they run pass: %j', (code) => {
    expect(scan(code).findings.filter(({ severity }) => severity !== 'low')).toEqual([]);
  });
});

describe('a package', () => {
  const manifest = {
    id: 'sample-plugin',
    name: 'Sample',
    version: '1.0.0',
    description: 'A sample',
    author: 'Somebody',
    type: 'processor',
    category: 'other',
    license: 'MIT',
    permissions: ['files'],
    hooks: ['file:process'],
  } as Manifest; // the scan reads none of what is missing

  test('that does what its manifest says passes', () => {
    const files = new Map([
      ['manifest.json', encode('{}')],
      ['README.md', encode('# Sample')],
      [
        'index.js',
        encode(
          'exports.hooks = { "file:process": async (input, ctx) => ({ metadata: { Size: (await ctx.files.read(0, 10)).length } }) };',
        ),
      ],
    ]);
    expect(scanPackage(files, manifest)).toEqual({
      ruleSet: ruleSetVersion,
      verdict: 'pass',
      findings: [],
      more: 0,
      files: 3,
    });
  });

  test('is judged as a whole: code, names, package.json and permissions', () => {
    const files = new Map([
      ['index.js', encode('exports.run = (ctx) => ctx.storage.get("a");')],
      ['lib/helper', Uint8Array.from([0x7f, 0x45, 0x4c, 0x46])],
      ['package.json', encode('{\n  "scripts": {\n    "postinstall": "node x.js"\n  }\n}')],
    ]);
    const { findings, verdict } = scanPackage(files, manifest);
    expect(verdict).toBe('block');
    expect(findings.map(({ rule, file, line }) => `${rule} ${file}:${line}`)).toEqual([
      'native-binary lib/helper:0',
      'install-script package.json:3',
      'permission-use index.js:1',
    ]);
  });
});

describe('a package.json that JSON.parse refuses', () => {
  const found = (text: string) => scanFile('package.json', encode(text)).findings.map(({ rule }) => rule);

  test.each([
    '{"scripts": {"postinstall": "node a.js"} // why\n}',
    '{/* first */ "scripts": {"postinstall": "node a.js",},}',
    '\ufeff{"scripts": {"test": "a // b", "postinstall": "node /* a.js",}}',
  ])('is judged as forgiving readers read it, and is a finding itself: %j', (text) => {
    expect(found(text)).toContain('install-script');
    expect(found(text)).toContain('unreadable-code');
  });

  test.each([
    ['comments that never end', `{${'/*'.repeat(60_000)}`],
    ['texts that never end', `{${'"\\'.repeat(60_000)}`],
    ['commas', `{${', '.repeat(60_000)}`],
    ['blanks', `{,${' '.repeat(120_000)}`],
  ])('is given up when it is made of %s', (_, text) => {
    expect(found(text)).toEqual(['unreadable-code']);
  });
});
