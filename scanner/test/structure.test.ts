import { describe, expect, test } from 'vitest';
import type { Manifest } from '@proofpix/contract/manifest';
import type { ScanFinding } from '@proofpix/contract/scan';
import { scanStructure } from '@proofpix/scanner/structure/scan-structure';

const manifest: Manifest = {
  id: 'my-plugin',
  name: 'My plugin',
  version: '1.2.3',
  description: 'A plugin of the tests of structure',
  author: 'Somebody',
  type: 'utility',
  category: 'other',
  permissions: ['files'],
  hooks: ['file:process'],
  license: 'MIT',
};
const good = {
  'README.md': '# My plugin\n\nReads what a photo says about its camera.',
  LICENSE: 'MIT License',
  'index.js': "module.exports = { hooks: { 'file:process': () => ({}) } };",
};

function scan(files: Record<string, string>, about: Partial<Manifest> = {}): ScanFinding[] {
  const bytes = new Map(Object.entries({ ...good, ...files }).map(([path, text]) => [path, Buffer.from(text)]));
  return scanStructure(bytes, { ...manifest, ...about }).findings;
}

const rules = (findings: ScanFinding[]) => findings.map(({ rule, severity }) => `${rule} ${severity}`);

describe('the structure of a package', () => {
  test('of which nothing is to be said has no findings', () => {
    expect(
      scan({ 'package.json': '{"name":"@team/my-plugin","version":"1.2.3","main":"./index","license":"MIT"}' }),
    ).toEqual([]);
  });

  test('wants a README that says something, and a licence', () => {
    expect(rules(scan({ 'README.md': '# TODO' }))).toEqual(['readme-missing low']);
    const bytes = new Map([['index.js', Buffer.from(good['index.js'])]]);
    expect(rules(scanStructure(bytes, { ...manifest, license: undefined }).findings)).toEqual([
      'readme-missing low',
      'licence-missing low',
    ]);
  });

  test.each([
    ['UNLICENSED', ['licence-forbids medium']],
    ['CC-BY-NC-4.0', ['licence-forbids medium']],
    ['my own terms', ['licence-unknown low']],
    ['SEE LICENSE IN LICENSE', []],
    ['MIT OR Apache-2.0', []],
  ])('has its licence %s judged', (license, found) => {
    expect(rules(scan({}, { license }))).toEqual(found);
  });

  test.each([
    ['another name', { name: 'else' }, 'package-json-name low'],
    ['another version', { version: '1.2.4' }, 'package-json-version medium'],
    ['another main file', { main: 'other.js' }, 'package-json-main medium'],
    ['another licence', { license: 'GPL-3.0-only' }, 'package-json-license low'],
  ])('disagrees with its package.json over %s', (_, fields, found) => {
    const findings = scan({ 'package.json': JSON.stringify(fields, null, 2) });
    expect(rules(findings)).toEqual([found]);
    expect(findings[0]).toMatchObject({ file: 'package.json', line: 2 });
  });
});

describe('the hooks that a manifest declares', () => {
  const process = "{ 'file:process': () => ({}) }";

  test.each([
    ['an object', `module.exports = { hooks: ${process} };`],
    ['a variable', `const plugin = { hooks: ${process} };\nmodule.exports = plugin;`],
    ['hooks in a variable', `const hooks = ${process};\nmodule.exports = { hooks };`],
    ['hooks written one by one', `const hooks = {};\nhooks['file:process'] = () => {};\nexports.hooks = hooks;`],
    ['named exports', `exports.hooks = ${process};`],
    ['a default among CommonJS', `exports.default = { hooks: ${process} };`],
    ['what a transpiler declares before', `exports.hooks = void 0;\nexports.hooks = ${process};`],
    ['exports and module.exports at once', `exports = module.exports = { hooks: ${process} };`],
    [
      'definePlugin',
      `const { definePlugin } = require('@proofpix/sdk/define-plugin');\nmodule.exports = definePlugin({ hooks: ${process} });`,
    ],
    [
      'definePlugin of a namespace',
      `const sdk = require('sdk');\nmodule.exports = (0, sdk.definePlugin)({ hooks: ${process} });`,
    ],
    [
      'a function that gives back what it gets',
      `function same(x) { return x; }\nmodule.exports = same({ hooks: ${process} });`,
    ],
    ['a frozen object', `module.exports = Object.freeze({ hooks: Object.freeze(${process}) });`],
    [
      'a computed name that is known',
      "const id = 'file';\nmodule.exports = { hooks: { [`${id}:process`]: () => {} } };",
    ],
    ['a method', "module.exports = { hooks: { 'file:process'(input, ctx) {} } };"],
    ['a function of another name', "function run() {}\nmodule.exports = { hooks: { 'file:process': run } };"],
    ['an ES module', `export default { hooks: ${process} };`],
    ['a named export of an ES module', `export const hooks = ${process};`],
    ['a default that is named', `const plugin = { hooks: ${process} };\nexport { plugin as default, plugin };`],
    [
      'esbuild as CommonJS',
      `var index_exports = {};\n__export(index_exports, { default: () => index_default });\nmodule.exports = __toCommonJS(index_exports);\nvar index_default = { hooks: ${process} };`,
    ],
    [
      'a bundle with modules inside',
      `var require_a = make((exports, module) => { module.exports = { hooks: 1 }; });\nmodule.exports = { hooks: ${process} };`,
    ],
  ])('are seen in %s', (_, code) => {
    expect(scan({ 'index.js': code })).toEqual([]);
    // The same with another hook declared: what was seen can be missed.
    expect(rules(scan({ 'index.js': code }, { hooks: ['data:analyze'] }))).toEqual([
      'hook-missing medium',
      'hook-not-declared low',
    ]);
  });

  test('are followed into other files of the package', () => {
    const files = {
      'lib/hooks.js': `exports.hooks = ${process};`,
      'lib/index.js': `module.exports = { hooks: ${process} };`,
    };
    expect(scan({ ...files, 'index.js': "module.exports = require('./lib');" })).toEqual([]);
    expect(
      scan({ ...files, 'index.js': "const { hooks } = require('./lib/hooks');\nmodule.exports = { hooks };" }),
    ).toEqual([]);
    expect(scan({ ...files, 'index.js': "module.exports = { hooks: require('./lib/hooks.js').hooks };" })).toEqual([]);
    const modules = {
      'a.mjs': `export const hooks = ${process};`,
      'b.mjs': "export { hooks as default } from './a.mjs';",
    };
    expect(scan({ ...modules, 'index.js': "import { hooks } from './a.mjs';\nexport default { hooks };" })).toEqual([]);
    expect(scan({ ...modules, 'index.js': "import hooks from './b.mjs';\nexport default { hooks };" })).toEqual([]);
  });

  test.each([
    ['made by a call', 'module.exports = make();'],
    ['spread', 'module.exports = { hooks: { ...others } };'],
    ['added by a call', 'const hooks = {};\nObject.assign(hooks, more);\nmodule.exports = { hooks };'],
    [
      'added under names that are computed',
      'const hooks = {};\nfor (const n of names) hooks[n] = run;\nmodule.exports = { hooks };',
    ],
    ['written in two ways', 'if (a) module.exports = { hooks: {} };\nelse module.exports = { hooks: b };'],
    ['an instance', 'class A { hooks = {} }\nmodule.exports = new A();'],
    ['a getter', 'module.exports = { get hooks() { return {}; } };'],
    ['in a file that cannot be read', 'module.exports = {'],
    ['in a circle of files', "export { default } from './index.js';"],
    ['in a circle of names', 'var a = b, b = a;\nmodule.exports = a;'],
  ])('are said not to be seen, and nothing worse, where they are %s', (_, code) => {
    expect(rules(scan({ 'index.js': code }))).toEqual(['hooks-not-seen low']);
  });

  test('are missed where the code has none or no function under the name', () => {
    expect(rules(scan({ 'index.js': 'module.exports = { hooks: {} };' }))).toEqual(['hook-missing medium']);
    expect(rules(scan({ 'index.js': "module.exports = { hooks: { 'file:process': 1 } };" }))).toEqual([
      'hook-missing medium',
    ]);
  });

  test('are told with their place where the manifest does not declare them', () => {
    const code = `module.exports = {\n  hooks: {\n    'file:process': run,\n    'data:analyze': run,\n  },\n};`;
    expect(scan({ 'index.js': code })).toMatchObject([
      { rule: 'hook-not-declared', file: 'index.js', line: 4, column: 5 },
    ]);
  });
});
