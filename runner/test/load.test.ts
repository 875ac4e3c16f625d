import { describe, expect, it } from 'vitest';
import { hookFile, Runner, runOnce, type Files } from './start-runner.ts';

const esHook = (value: string) => `export default { hooks: { 'file:process': async () => (${value}) } };`;

async function value(files: Files, options: Parameters<typeof runOnce>[1] = {}): Promise<unknown> {
  const result = await runOnce(files, options);
  return result.ok ? result.value : result.error;
}

describe('what a main file may look like', () => {
  it('runs CommonJS with module.exports', async () => {
    expect(await value({ 'index.js': "module.exports = { hooks: { 'file:process': () => 1 } };" })).toBe(1);
  });

  it('runs an ES module with a default export, known by its name, by package.json, or by its syntax', async () => {
    expect(await value({ 'main.mjs': esHook('1') }, { main: 'main.mjs' })).toBe(1);
    expect(await value({ 'package.json': '{"type":"module"}', 'index.js': esHook('2') })).toBe(2);
    expect(await value({ 'index.js': esHook('3') })).toBe(3);
    expect(await value({ 'package.json': '{"type":"commonjs"}', 'index.js': esHook('4') })).toMatchObject({
      code: 'plugin_load_failed',
      message: expect.stringContaining('export') as string,
    });
  });

  it('runs an ES module with named exports and reports hooks and lifecycle functions that are really there', async () => {
    await using runner = new Runner();
    const source =
      "export const hooks = { 'file:process': () => 1, 'data:analyze': 7 }; export function initialize() {} export const cleanup = null;";
    expect(await runner.load({ 'index.mjs': source }, { main: 'index.mjs' })).toEqual({
      ok: true,
      hooks: ['file:process'],
      lifecycle: ['initialize'],
    });
  });

  it('accepts what compilers make of `export default` in CommonJS', async () => {
    const source =
      "Object.defineProperty(exports, '__esModule', { value: true }); exports.default = { hooks: { 'file:process': () => 5 } };";
    expect(await value({ 'index.js': source })).toBe(5);
  });

  it('refuses a main file without hooks, a missing one, broken syntax and one that throws, with clear messages', async () => {
    expect(await value({ 'index.js': 'module.exports = 1' })).toMatchObject({
      code: 'plugin_load_failed',
      message: expect.stringContaining('exports no hooks') as string,
    });
    expect(await value({ 'other.js': '' })).toMatchObject({
      code: 'plugin_load_failed',
      message: expect.stringContaining('index.js') as string,
    });
    expect(await value({ 'index.js': '\n\nlet a = ;' })).toMatchObject({
      code: 'plugin_load_failed',
      message: expect.stringContaining('[index.js:3:9]') as string,
    });
    expect(await value({ 'index.js': "\nthrow new TypeError('at load')" })).toMatchObject({
      code: 'plugin_load_failed',
      message: 'TypeError: at load',
      stack: expect.stringContaining('index.js:2:7') as string,
    });
    expect(await value({ 'index.mjs': "\nthrow new TypeError('at load')" }, { main: 'index.mjs' })).toMatchObject({
      code: 'plugin_load_failed',
      message: 'TypeError: at load',
      stack: expect.stringContaining('index.mjs:2:7') as string,
    });
  });

  it('waits for top-level await, also with timers, and fails the load where it rejects', async () => {
    const source =
      "const x = await new Promise((r) => setTimeout(r, 5, 'later')); export default { hooks: { 'file:process': () => x } };";
    expect(await value({ 'index.mjs': source }, { main: 'index.mjs' })).toBe('later');
    const failing = "await new Promise((r) => setTimeout(r, 5)); throw new Error('too late');";
    expect(await value({ 'index.mjs': failing }, { main: 'index.mjs' })).toMatchObject({
      code: 'plugin_load_failed',
      message: 'too late',
    });
  });

  it('loads once', async () => {
    await using runner = new Runner();
    await runner.load({ 'index.js': 'module.exports = { hooks: {} }' });
    expect(await runner.load({ 'index.js': 'module.exports = { hooks: {} }' })).toMatchObject({
      ok: false,
      error: { code: 'plugin_load_failed' },
    });
  });
});

describe('files of a package', () => {
  it('requires relative files with and without extension, folders, package mains, JSON, and in circles', async () => {
    const files = {
      'index.js': `
        const a = require('./lib/a'), b = require('./lib/b.js'), folder = require('./folder'), data = require('./data.json');
        const withMain = require('./with-main'), up = require('./lib/deep/up.js'), again = require('./lib/a.js');
        module.exports = { hooks: { 'file:process': () => [a.name, b.name, folder.name, data.x, withMain, up.name, a === again, __filename, this === exports] } };`,
      'lib/a.js': "exports.name = 'a'; const b = require('./b'); exports.b = b.name;",
      'lib/b.js': "const a = require('./a'); exports.name = 'b after ' + a.name;",
      'lib/deep/up.js': "module.exports = require('../a.js');",
      'folder/index.js': "#!/usr/bin/env node\nexports.name = 'folder';",
      'with-main/package.json': '{"main":"./src/entry"}',
      'with-main/src/entry.js': "module.exports = 'main';",
      'data.json': '\uFEFF{"x":[1]}',
    };
    expect(await value(files)).toEqual(['a', 'b after a', 'folder', [1], 'main', 'a', true, 'index.js', true]);
  });

  it('imports relative files, JSON and CommonJS with its names, and requires ES modules', async () => {
    const files = {
      'index.mjs': `
        import { one } from './lib/one.mjs'; import two, { named, 'odd-name' as odd } from './two.cjs'; import data from './data.json' with { type: 'json' };
        import util, { format } from 'node:util'; import three from './three.cjs';
        export default { hooks: { 'file:process': () => [one, two.named, named, odd, data.y, format('%s!', 'x'), util.format === format, three] } };`,
      'lib/one.mjs': "import { two } from './two.mjs'; export const one = 1 + two;",
      'lib/two.mjs': "export * from './two-again.mjs';",
      'lib/two-again.mjs': 'export const two = 2;',
      'two.cjs': "exports.named = 'n'; exports['odd-name'] = 'o';",
      'three.cjs': "const { one } = require('./lib/one.mjs'); module.exports = one + 1;",
      'data.json': '{"y":true}',
    };
    expect(await value(files, { main: 'index.mjs' })).toEqual([3, 'n', 'n', 'o', true, 'x!', true, 4]);
  });

  it('keeps strict mode and lets a file declare names like `exports` with var', async () => {
    const source =
      "'use strict'; var exports = module.exports; exports.hooks = { 'file:process': () => (function () { return this === undefined; })() };";
    expect(await value({ 'index.js': source })).toBe(true);
  });

  it('lets an error of a required file be caught as the object it is, and runs the file again', async () => {
    const files = {
      'index.js': `
        const seen = [];
        for (let i = 0; i < 2; i += 1) try { require('./bad'); } catch (error) { seen.push(error.custom, error instanceof RangeError); }
        module.exports = { hooks: { 'file:process': () => seen } };`,
      'bad.js': "throw Object.assign(new RangeError('no'), { custom: 7 });",
    };
    expect(await value(files)).toEqual([7, true, 7, true]);
  });
});

describe('modules outside the package', () => {
  it('says what is allowed when a module is not', async () => {
    const message =
      "Cannot find module 'fs' (from index.js). A plugin can use its own files by relative paths, and 'util', 'url', 'crypto' (needs the permission \"crypto\"), 'axios' (needs the permission \"http\"). Bundle other packages into it.";
    expect(await value({ 'index.js': "require('fs')" })).toMatchObject({ code: 'plugin_load_failed', message });
    const imported = message.replace('index.js', 'index.mjs');
    expect(await value({ 'index.mjs': "import fs from 'fs'" }, { main: 'index.mjs' })).toMatchObject({
      code: 'plugin_load_failed',
      message: imported,
    });
  });

  it('says what import() may have been, which the engine does not', async () => {
    const message = expect.stringContaining('static import and require') as string;
    expect(await runOnce(hookFile("await import('./x.js')"))).toMatchObject({ ok: false, error: { message } });
  });

  it('gives crypto only with the permission, and names it otherwise', async () => {
    const files = {
      'index.js':
        "const c = require('node:crypto'); module.exports = { hooks: { 'file:process': () => c.createHash('sha256').update('a').update('b').digest('hex') } };",
    };
    expect(await value(files, { permissions: ['crypto'] })).toBe(
      'fb8e20fc2e4c3f248c60c39bd652f3c1347298bb977b8b4d5903b85055620603',
    );
    const refused = {
      code: 'permission_denied',
      message: expect.stringContaining('needs the permission "crypto"') as string,
    };
    expect(await value(files)).toMatchObject(refused);
    expect(await value({ 'index.mjs': "import 'crypto'" }, { main: 'index.mjs' })).toMatchObject(refused);
  });
});
