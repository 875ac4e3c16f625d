import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import formats from 'ajv-formats';
import { describe, expect, test } from 'vitest';
import type { Component } from '@proofpix/contract/dependencies';
import { limits } from '@proofpix/contract/limits';
import { toCycloneDx } from '@proofpix/scanner/dependencies/cyclonedx';
import { licenceConcern, spdxOf } from '@proofpix/scanner/dependencies/licence';
import { listComponents } from '@proofpix/scanner/dependencies/list-components';

type Files = Record<string, string | object>;

function filesOf(files: Files): Map<string, Uint8Array> {
  return new Map(
    Object.entries(files).map(([path, content]) => [
      path,
      Buffer.from(typeof content === 'string' ? content : JSON.stringify(content)),
    ]),
  );
}

/** `name@version`, or `name@?`. */
function named(files: Files): string[] {
  return listComponents(filesOf(files)).components.map(({ name, version }) => `${name}@${version ?? '?'}`);
}

function one(files: Files, name: string): Component | undefined {
  return listComponents(filesOf(files)).components.find((component) => component.name === name);
}

describe('the dependencies of a package', () => {
  test('are those that its package.json declares, exact versions known and ranges not', () => {
    const files = {
      'package.json': {
        name: 'plugin',
        dependencies: { exact: '1.2.3', range: '^2.0.0', other: 'npm:real@3.0.0' },
        optionalDependencies: { maybe: '4.0.0' },
        devDependencies: { tool: '5.0.0' },
        bundledDependencies: ['inside'],
      },
    };
    expect(named(files)).toEqual(['exact@1.2.3', 'inside@?', 'maybe@4.0.0', 'range@?', 'real@3.0.0']);
    expect(one(files, 'range')).toMatchObject({
      range: '^2.0.0',
      evidence: [{ how: 'declared', file: 'package.json', line: 1 }],
    });
  });

  test('are those that lie in node_modules, at any depth, by folder and by the name that they give themselves', () => {
    const files = {
      'node_modules/a/package.json': { name: 'a', version: '1.0.0', license: 'MIT' },
      'node_modules/a/node_modules/@s/b/package.json': { name: '@s/b', version: '2.0.0', licenses: [{ type: 'ISC' }] },
      'node_modules/posing/package.json': { name: 'harmless', version: '3.0.0' },
      'node_modules/a/lib/package.json': { type: 'module' },
      'vendor/kept/package.json': { name: 'kept', version: '4.0.0' },
    };
    expect(named(files)).toEqual(['@s/b@2.0.0', 'a@1.0.0', 'harmless@3.0.0', 'kept@4.0.0', 'posing@3.0.0']);
    expect(one(files, '@s/b')).toMatchObject({ license: 'ISC', confidence: 1, purl: 'pkg:npm/%40s/b@2.0.0' });
  });

  test('are those of a lock file, new or old, but not what only its author needs', () => {
    const integrity = `sha512-${Buffer.alloc(64, 7).toString('base64')}`;
    const files = {
      'package-lock.json': {
        packages: {
          '': { name: 'plugin' },
          'node_modules/a': { version: '1.0.0', license: 'MIT', integrity },
          'node_modules/tool': { version: '2.0.0', dev: true },
          'node_modules/x/node_modules/a': { version: '3.0.0' },
          'node_modules/alias': { name: 'real', version: '4.0.0' },
        },
      },
      'old/npm-shrinkwrap.json': {
        dependencies: {
          b: { version: '1.1.1', dependencies: { c: { version: '2.2.2' } } },
          d: { version: '1.0.0', dev: true },
        },
      },
    };
    expect(named(files)).toEqual(['a@1.0.0', 'a@3.0.0', 'b@1.1.1', 'c@2.2.2', 'real@4.0.0']);
    expect(one(files, 'a')?.sha512).toBe('07'.repeat(64));
  });

  test('are those of the notices that "proofpix pack" writes, and no line of a licence text is one', () => {
    const notices =
      '# Third-party notices\n\n## a 1.0.0\n\n- Licence: MIT\n- Source: https://example.org\n\n```text\n## fake 9.9.9\n```\n\n## a 2.0.0\n\n- Licence: see below\n';
    expect(named({ 'THIRD-PARTY-NOTICES.md': notices })).toEqual(['a@1.0.0', 'a@2.0.0']);
    expect(one({ 'THIRD-PARTY-NOTICES.md': notices }, 'a')).toMatchObject({
      license: 'MIT',
      evidence: [{ how: 'notices', line: 3 }],
    });
  });

  test.each([
    ['esbuild', '// node_modules/left-pad/index.js\nvar x = 1;', 'left-pad@?'],
    ['esbuild, CommonJS', 'var require_a = __commonJS({\n  "node_modules/@s/a/index.js"(exports, module) {', '@s/a@?'],
    [
      'esbuild from a pnpm store',
      '// ../node_modules/.pnpm/@s+a@1.2.3_react@18.0.0/node_modules/@s/a/i.js',
      '@s/a@1.2.3',
    ],
    ['rolldown', '//#region node_modules/pako/dist/pako.esm.mjs\nlet a;', 'pako@?'],
    ['rolldown, with a virtual prefix', '//#region ../../node_modules/pako/dist/pako.esm.mjs\nlet a;', 'pako@?'],
    [
      'webpack, development',
      '/***/ "./node_modules/lodash/lodash.js":\n/*!****!*\\\n  !*** ./node_modules/lodash/lodash.js ***!',
      'lodash@?',
    ],
    ['webpack, concatenated', ';// CONCATENATED MODULE: ./node_modules/uuid/dist/v4.js\n', 'uuid@?'],
    ['webpack 5, concatenated', ';// ./node_modules/uuid/dist/v4.js\n', 'uuid@?'],
    ['webpack, eval', 'eval("x\\n\\n//# sourceURL=webpack:///./node_modules/qs/lib/index.js?");', 'qs@?'],
    [
      'browserify',
      '},{"./own":2,"left-pad":3,"@s/b/lib":4,"util":5}],2:[function(require,module,exports){\n',
      '@s/b@? left-pad@?',
    ],
    [
      'browserify with full paths',
      '"/srv/x/node_modules/left-pad/index.js":[function(require,module,exports){',
      'left-pad@?',
    ],
    [
      'esbuild, minified, with licences at its end',
      'x();\n/*! Bundled license information:\n\nlodash/lodash.js:\n  (**\n   * @license\n   * Lodash <https://lodash.com/>\n   *)\n\nmoment/moment.js:\n  (*! moment.js *)\n  (*! version : 2.31.0 *)\n\n@s/a/x.js:\n  (* MIT *)\n\nsrc/own.js:\n  (*! own *)\n*/',
      '@s/a@? lodash@? moment@2.31.0',
    ],
    ['a licence comment', '/*! pako 2.0.4 https://github.com/nodeca/pako @license (MIT AND Zlib) */', 'pako@2.0.4'],
    ['a licence comment over lines', '/**\n * @license\n * DOMPurify 2.3.1 | (c) Cure53 */', 'dompurify@2.3.1'],
    ['another name in the registry', '/*!\n * jQuery JavaScript Library v3.6.0\n */', 'jquery@3.6.0'],
    ['React', '/** @license React v16.13.1\n * react.production.min.js\n */', 'react@16.13.1'],
    ['moment', '//! moment.js\n//! version : 2.29.1\n//! authors : Tim', 'moment@2.29.1'],
    ['no version', '/**\n * @license\n * Lodash <https://lodash.com/>\n */', 'lodash@?'],
    ['a long banner', '/*\n * chart.js v4.4.0\n * https://www.chartjs.org\n */', 'chart.js@4.4.0'],
  ])('are recognised in what bundlers leave: %s', (_, code, wanted) => {
    expect(named({ 'manifest.json': { main: 'index.js' }, 'index.js': `"use strict";\n${code}` }).join(' ')).toBe(
      wanted,
    );
  });

  test.each([
    'const hint = "look into node_modules/lodash/ yourself";',
    'import "./node_modules.js"; // see node_modules',
    '1:[function(require,module,exports){},{"1":1,"22":22}],2:[function(require,module,exports){',
    '/*! For license information please see index.js.LICENSE.txt */',
    '/** Reads version 1.2.3 of the format. */',
    '/* Copyright 2020 Somebody 1.0.0 */',
    '// https://example.org/node_modules',
  ])('are not made up from other texts: %s', (code) => {
    expect(named({ 'index.js': code })).toEqual([]);
  });

  test('are told by a source map, beside the file or in it', () => {
    const map = {
      version: 3,
      sources: ['../node_modules/a/index.js', 'src/index.ts', 'webpack:///./node_modules/@s/b/c.js'],
    };
    expect(named({ 'index.js.map': map })).toEqual(['@s/b@?', 'a@?']);
    const inline = Buffer.from(JSON.stringify(map)).toString('base64');
    expect(named({ 'index.js': `x();\n//# sourceMappingURL=data:application/json;base64,${inline}\n` })).toEqual([
      '@s/b@?',
      'a@?',
    ]);
  });

  test('that show themselves in several ways are one, and a version that contradicts is another', () => {
    const files = {
      'package.json': { dependencies: { pako: '2.1.0', lodash: '4.17.21' } },
      'index.js': '// node_modules/pako/index.js\n/*! lodash 4.17.4 */',
    };
    expect(named(files)).toEqual(['lodash@4.17.21', 'lodash@4.17.4', 'pako@2.1.0']);
    expect(one(files, 'pako')?.evidence.map(({ how }) => how)).toEqual(['declared', 'path']);
  });

  test('have the digest of their file where it is theirs alone', () => {
    const code = '/*! pako 2.0.4 */\nvar a;';
    const files = { 'manifest.json': { main: 'main.js' }, 'lib/pako.min.js': code, 'main.js': '/*! fflate 0.8.0 */' };
    expect(one(files, 'pako')?.sha256).toMatch(/^[0-9a-f]{64}$/);
    expect(one(files, 'fflate')?.sha256).toBe(null);
  });

  test('that could not be looked for are said: broken and oversized files, names that npm cannot know', () => {
    const large = 'x'.repeat(limits.scanFileBytes + 1);
    const { gaps } = listComponents(
      filesOf({
        'package.json': '{',
        'package-lock.json': '[]',
        'index.js.map': 'no',
        'big.js': large,
        'a/package.json': '{',
        'lib/package.json': { name: '../x', version: '1.0.0' },
      }),
    );
    expect(gaps.map(({ file }) => file).sort()).toEqual([
      'big.js',
      'index.js.map',
      'lib/package.json',
      'package-lock.json',
      'package.json',
    ]);
  });

  test('are bounded in number, and more of them are said', () => {
    const dependencies = Object.fromEntries(Array.from({ length: 1_500 }, (_, index) => [`a${index}`, '1.0.0']));
    const optionalDependencies = Object.fromEntries(
      Array.from({ length: 1_500 }, (_, index) => [`b${index}`, '1.0.0']),
    );
    const { components, gaps } = listComponents(filesOf({ 'package.json': { dependencies, optionalDependencies } }));
    expect(components).toHaveLength(limits.components);
    expect(gaps).toHaveLength(1);
  });

  test.each([
    ['paths', '//node_modules/a/'.repeat(200_000)],
    ['long lines of what could be a path', `"${'a/'.repeat(1_900_000)}node_modules/x/"`],
    ['comments', '/*!'.repeat(1_000_000)],
    ['banners', '/*! a b c d v1.1.1.1.1 */'.repeat(150_000)],
    ['tables of browserify', `1:[function(require,module,exports){${'},{"a":1,'.repeat(400_000)}`],
    ['lines of comments', '//!\n'.repeat(900_000)],
  ])('are looked for in time that grows with the file only: %s', { timeout: 20_000 }, (_, code) => {
    expect(code.length).toBeLessThan(limits.scanFileBytes);
    expect(listComponents(filesOf({ 'index.js': code })).components.length).toBeLessThan(10);
  });
});

describe('the list of components as CycloneDX', () => {
  const schema = (name: string): object =>
    JSON.parse(readFileSync(join(import.meta.dirname, 'cyclonedx', `${name}.schema.json`), 'utf8')) as object;
  // The schema has keywords and formats that only describe.
  const ajv = new Ajv({ strict: false, validateFormats: true });
  formats.default(ajv);
  ajv.addFormat('iri-reference', true).addFormat('idn-email', true);
  ajv.addSchema(schema('spdx')).addSchema(schema('jsf-0.82'));
  const validate = ajv.compile(schema('bom-1.6'));

  const manifest = { id: 'my-plugin', version: '1.2.3', description: 'A plugin', license: 'Apache-2.0' };
  const digest = 'ab'.repeat(32);
  const everything = filesOf({
    'manifest.json': { main: 'index.js' },
    'package.json': { dependencies: { a: '^1.0.0', '@s/b': '2.0.0' } },
    'package-lock.json': {
      packages: {
        'node_modules/a': {
          version: '1.0.1',
          license: 'MIT OR Apache-2.0',
          integrity: `sha512-${Buffer.alloc(64).toString('base64')}`,
        },
      },
    },
    'node_modules/@s/b/package.json': { name: '@s/b', version: '2.0.0', license: 'My own licence' },
    'lib/pako.js': '/*! pako 2.0.4 */',
    'index.js': '// node_modules/unknown-version/index.js',
    'index.js.map': '{',
  });

  test('is what the official schema allows', () => {
    const document = toCycloneDx(listComponents(everything), { manifest, digest });
    expect(validate(document), JSON.stringify(validate.errors)).toBe(true);
    expect(document).toMatchObject({
      specVersion: '1.6',
      components: [
        { group: '@s', name: 'b', version: '2.0.0', licenses: [{ license: { name: 'My own licence' } }] },
        { name: 'a', version: '1.0.1', licenses: [{ expression: 'MIT OR Apache-2.0' }], purl: 'pkg:npm/a@1.0.1' },
        { name: 'pako', hashes: [{ alg: 'SHA-256' }] },
        { name: 'unknown-version' },
      ],
    });
    expect(validate(toCycloneDx({ components: [], gaps: [] }, { manifest, digest, time: new Date(0) }))).toBe(true);
    // The schema would find a mistake.
    expect(validate({ ...document, components: [{ name: 'x' }] })).toBe(false);
  });

  test('names each licence of SPDX in a way that the schema knows', () => {
    const ids = createRequire(import.meta.url)('spdx-license-ids') as string[];
    expect(ids.length).toBeGreaterThan(400);
    for (const id of ids) {
      const [component] = listComponents(
        filesOf({ 'node_modules/a/package.json': { name: 'a', version: '1.0.0', license: id } }),
      ).components;
      const document = toCycloneDx({ components: component ? [component] : [], gaps: [] }, { manifest, digest });
      expect(validate(document), `${id} ${JSON.stringify(validate.errors)}`).toBe(true);
    }
  });

  test('is the same for the same package, and another for another', () => {
    const first = JSON.stringify(toCycloneDx(listComponents(everything), { manifest, digest }));
    const reversed = new Map([...everything].reverse());
    expect(JSON.stringify(toCycloneDx(listComponents(reversed), { manifest, digest }))).toBe(first);
    expect(JSON.stringify(toCycloneDx(listComponents(everything), { manifest, digest }))).toBe(first);
    const { serialNumber } = toCycloneDx(listComponents(everything), { manifest, digest: 'cd'.repeat(32) }) as {
      serialNumber: string;
    };
    expect(first).not.toContain(serialNumber);
  });
});

describe('a licence', () => {
  test.each([
    ['MIT', 'MIT'],
    ['Apache 2.0', 'Apache-2.0'],
    ['(MIT AND Zlib)', '(MIT AND Zlib)'],
    ['whatever', null],
    ['SEE LICENSE IN LICENSE', null],
    [`${'('.repeat(100)}MIT${')'.repeat(100)}`, null],
  ])('%s is the expression %s', (written, expression) => {
    expect(spdxOf(written)).toBe(expression);
  });

  test.each([
    ['MIT', null],
    ['GPL-3.0-only', 'shares'],
    ['MIT OR GPL-3.0-only', null],
    ['MIT AND AGPL-3.0-or-later', 'shares'],
    ['GPL-2.0-only WITH Classpath-exception-2.0', null],
    ['LGPL-3.0-only', null],
    ['CC-BY-NC-4.0', 'forbids'],
    ['BUSL-1.1', 'forbids'],
    ['GPL-3.0-only AND SSPL-1.0', 'forbids'],
  ])('%s: %s', (expression, concern) => {
    expect(licenceConcern(expression)).toBe(concern);
  });
});
