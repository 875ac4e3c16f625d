import { cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { compileFunction } from 'node:vm';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Problem } from '@proofpix/contract/errors';
import { packPlugin } from '@proofpix/pack/pack-plugin';
import { writeArchive } from '@proofpix/pack/write-archive';
import { readPackage } from '@proofpix/scanner/read-package';

const exifReader = join(dirname(fileURLToPath(import.meta.url)), '../../plugins/exif-reader');
const manifest = {
  id: 'test-plugin',
  name: 'Test plugin',
  version: '1.2.3',
  description: 'A plugin of the tests of packing',
  author: 'ProofPix',
  type: 'utility',
  category: 'other',
  permissions: ['files'],
  hooks: ['file:process'],
};

let root: string;
beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), 'pack-')));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

type Tree = { [path: string]: string | object };

function plugin(tree: Tree, name = 'plugin'): string {
  const directory = join(root, name);
  for (const [path, content] of Object.entries({ 'manifest.json': manifest, ...tree })) {
    mkdirSync(dirname(join(directory, path)), { recursive: true });
    writeFileSync(join(directory, path), typeof content === 'string' ? content : JSON.stringify(content));
  }
  return directory;
}

/** A plugin with an npm dependency that has a licence, a dead export, and a module of its own. */
const withDependency: Tree = {
  'src/index.ts': `import { double } from 'doubler';\nimport { one } from './one.ts';\nconst n: number = double(one);\nexport default { hooks: { 'file:process': () => ({ metadata: { n } }) } };`,
  'src/one.ts': 'export const one: number = Math.min(1, Date.now());',
  'node_modules/doubler/package.json': {
    name: 'doubler',
    version: '2.0.1',
    license: 'MPL-2.0',
    main: 'index.js',
    type: 'module',
    repository: { type: 'git', url: 'git+https://example.com/doubler.git' },
  },
  'node_modules/doubler/index.js': `export const double = (n) => n * 2;\nexport function neverUsed() { return 'dead code'; }`,
  'node_modules/doubler/LICENSE': 'Mozilla Public License Version 2.0',
  'README.md': '# Test plugin',
  'icon.svg': '<svg xmlns="http://www.w3.org/2000/svg"/>',
  'screenshots/one.png': 'png',
  'screenshots/notes.txt': 'not taken',
  'secrets.env': 'not taken',
};

async function filesOf(directory: string): Promise<Map<string, string>> {
  const { files } = await readPackage((await packPlugin(directory)).archive);
  return new Map([...files].map(([path, bytes]) => [path, Buffer.from(bytes).toString()]));
}

function hooksOf(code: string | undefined): Record<string, (input: unknown) => unknown> {
  const module: { exports: { hooks?: Record<string, () => unknown> } } = { exports: {} };
  // The test's own code: nothing of a stranger is run here.
  compileFunction(code ?? '', ['module', 'exports'])(module, module.exports);
  return module.exports.hooks ?? {};
}

async function refusal(directory: string): Promise<{ code: string; text: string }> {
  return packPlugin(directory).then(
    () => ({ code: 'packed', text: '' }),
    (error: unknown) => {
      if (!(error instanceof Problem)) throw error;
      return { code: error.code, text: `${error.detail} ${error.fields.map(({ field }) => field).join(' ')}` };
    },
  );
}

describe('a packed plugin', () => {
  test('holds one main file with its npm dependencies, a source map, and what belongs beside them', async () => {
    const files = await filesOf(plugin(withDependency));
    expect([...files.keys()].sort()).toEqual([
      'README.md',
      'THIRD-PARTY-NOTICES.md',
      'icon.svg',
      'index.js',
      'index.js.map',
      'manifest.json',
      'package.json',
      'screenshots/one.png',
    ]);
    expect(hooksOf(files.get('index.js'))['file:process']?.({})).toEqual({ metadata: { n: 2 } });
    expect(files.get('index.js')).not.toContain('dead code');
    expect(JSON.parse(files.get('index.js.map') ?? '').sources).toEqual([
      'doubler/index.js',
      'src/one.ts',
      'src/index.ts',
    ]);
    expect(JSON.parse(files.get('package.json') ?? '')).toMatchObject({
      name: 'test-plugin',
      version: '1.2.3',
      dependencies: { doubler: '2.0.1' },
    });
    expect(files.get('THIRD-PARTY-NOTICES.md')).toContain('Mozilla Public License Version 2.0');
    expect(files.get('THIRD-PARTY-NOTICES.md')).toContain('https://example.com/doubler\n');
  });

  test('is the same byte for byte from another directory, with its dependencies elsewhere, in another time zone', async () => {
    const first = await packPlugin(plugin(withDependency, 'first'));
    const moved = plugin(withDependency, 'deeper/down/second');
    cpSync(join(moved, 'node_modules'), join(root, 'deeper/node_modules'), { recursive: true });
    rmSync(join(moved, 'node_modules'), { recursive: true });
    const zone = process.env.TZ;
    process.env.TZ = 'Pacific/Chatham';
    try {
      const second = await packPlugin(moved);
      expect(Buffer.from(second.archive).equals(Buffer.from(first.archive))).toBe(true);
      expect(second).toMatchObject({ digest: first.digest, fileName: 'test-plugin-1.2.3.zip' });
    } finally {
      if (zone === undefined) delete process.env.TZ;
      else process.env.TZ = zone;
    }
    expect(Buffer.from(first.archive).includes(root)).toBe(false);
  });

  test.each([
    ['a default export alone', 'export default { hooks: {} };', 'commonjs'],
    ['named exports alone', 'export const hooks = {};', 'commonjs'],
    ['a default beside other exports', 'export const kept = 1;\nexport default { hooks: {} };', 'module'],
    ['top-level await', 'const one = await Promise.resolve(1);\nexport default { hooks: {}, one };', 'module'],
  ])('is CommonJS, which starts quicker, unless it could not say the same: %s', async (_, source, type) => {
    const files = await filesOf(plugin({ 'index.js': source, 'package.json': '{"type":"module"}' }));
    expect(JSON.parse(files.get('package.json') ?? '')).toMatchObject({ type });
    expect(files.get('index.js')?.includes('export ')).toBe(type === 'module');
  });

  test('may be written as CommonJS in several files, without TypeScript', async () => {
    const files = await filesOf(
      plugin({
        'index.js': `const { name } = require('./lib/name.js');\nconst util = require('util');\nmodule.exports = { hooks: { 'file:process': () => ({ metadata: { name, text: util.format('%s', 1) } }) } };`,
        'lib/name.js': `exports.name = 'common';`,
      }),
    );
    expect([...files.keys()].sort()).toEqual(['index.js', 'index.js.map', 'manifest.json', 'package.json']);
    expect(files.get('index.js')).toContain('util');
  });

  test('of ours says nothing about this machine and names what it contains', async () => {
    const files = await filesOf(exifReader);
    for (const [path, text] of files)
      expect({ path, leaks: /\/(work|home|root|Users|tmp)\//.test(text) }).toEqual({ path, leaks: false });
    expect(files.get('THIRD-PARTY-NOTICES.md')).toContain('exifreader 4.46.0');
    expect(files.get('THIRD-PARTY-NOTICES.md')).toContain('Mozilla Public License');
    expect(files.get('index.js')).not.toMatch(/^import /m);
  });
});

describe('packing refuses', () => {
  const code = 'export default { hooks: {} };';

  test('a missing and a wrong manifest, by the fields that installing would name', async () => {
    expect(await refusal(root)).toMatchObject({ code: 'manifest_missing' });
    const wrong = plugin({ 'manifest.json': { ...manifest, id: 'X', hooks: ['data:analyze'] }, 'index.js': code });
    const { code: reason, text } = await refusal(wrong);
    expect(reason).toBe('manifest_invalid');
    expect(text).toContain('/id');
  });

  test('a plugin without code', async () => {
    expect(await refusal(plugin({}))).toMatchObject({ code: 'main_missing' });
  });

  test.each(['fs', 'node:child_process', 'net'])('the module %s, and says who imports it', async (name) => {
    const { code: reason, text } = await refusal(
      plugin({
        'src/index.ts': `import './lower.ts';`,
        'src/lower.ts': `import * as x from '${name}';\nconsole.log(x);`,
      }),
    );
    expect(reason).toBe('pack_failed');
    expect(text).toContain(`Plugins have no module "${name.replace('node:', '')}". src/lower.ts imports it.`);
    expect(text).not.toContain(root);
  });

  test('what is not there and what is no JavaScript, without folders of this machine in the message', async () => {
    for (const source of [
      `import x from 'not-installed';\nconsole.log(x);`,
      'export default {{{;',
      `import './missing.ts';`,
    ]) {
      const { code: reason, text } = await refusal(plugin({ 'src/index.ts': source }));
      expect(reason).toBe('pack_failed');
      expect(text).toMatch(/index\.ts/);
      expect(text).not.toContain(root);
    }
  });

  test('to follow links to files outside', async () => {
    writeFileSync(join(root, 'private.txt'), 'private');
    const directory = plugin({ 'index.js': code });
    symlinkSync(join(root, 'private.txt'), join(directory, 'README.md'));
    expect([...(await filesOf(directory)).keys()]).not.toContain('README.md');
  });
});

test('an archive does not depend on the order in which files were given', async () => {
  const files: [string, Uint8Array][] = [
    ['manifest.json', Buffer.from(JSON.stringify(manifest))],
    ['index.js', Buffer.from('export default {};')],
  ];
  const one = await writeArchive(new Map(files));
  expect(Buffer.from(await writeArchive(new Map(files.toReversed()))).equals(Buffer.from(one))).toBe(true);
  expect([...(await readPackage(one)).files.keys()].sort()).toEqual(['index.js', 'manifest.json']);
});
