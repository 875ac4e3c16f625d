import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { listComponents } from '@proofpix/scanner/dependencies/list-components';
import { scanStructure } from '@proofpix/scanner/structure/scan-structure';
import { bundle } from '@proofpix/pack/bundle';
import { packPlugin } from '@proofpix/pack/pack-plugin';
import { readPackage } from '@proofpix/scanner/read-package';
import { exportedHooks } from '@proofpix/scanner/structure/exported-hooks';
import { packagePlugin } from '../../sdk/conformance/package-plugin.ts';

const root = join(import.meta.dirname, '../..');
const plugins = readdirSync(join(root, 'plugins')).filter((name) => name !== 'test');
const templates = readdirSync(join(root, 'sdk/templates')).filter((name) => name !== 'every-type');

const conformance = readdirSync(join(root, 'sdk/conformance/plugins'))
  .map((name) => name.replace(/\.ts$/, ''))
  .filter((name) => name !== 'broken');

const hookRules = (files: ReadonlyMap<string, Uint8Array>, manifest: Parameters<typeof scanStructure>[1]) =>
  scanStructure(files, manifest).findings.filter(({ rule }) => rule.startsWith('hook'));

describe('what the packer makes', () => {
  test.each(plugins)(
    'of our plugin %s shows its hooks, and each package in it with version and licence',
    async (name) => {
      const { plugin, bundled } = await packPlugin(join(root, 'plugins', name));
      expect(hookRules(plugin.files, plugin.manifest)).toEqual([]);
      const { components, gaps } = listComponents(plugin.files);
      expect(gaps).toEqual([]);
      const seen = components.map((one) => `${one.name}@${one.version ?? '?'} ${one.license ?? 'none'}`);
      expect(seen.sort()).toEqual(bundled.map((one) => `${one.name}@${one.version} ${one.license ?? 'none'}`).sort());
    },
  );

  test.each(templates)('of the template %s shows its hooks', async (name) => {
    const directory = join(root, 'sdk/templates', name);
    const { code } = await bundle({ directory, entry: join(directory, 'src/index.ts'), main: 'index.js' });
    const seen = exportedHooks(new Map([['index.js', Buffer.from(code)]]), 'index.js');
    const { hooks } = JSON.parse(readFileSync(join(directory, 'manifest.json'), 'utf8')) as { hooks: string[] };
    expect(seen.seen && [...seen.hooks.keys()].sort()).toEqual(hooks.sort());
  });

  test.each(conformance)('of the plugin %s of the conformance suite shows its hooks', async (source) => {
    const folder = join(root, 'sdk/conformance/plugins', source);
    const inFolder = existsSync(folder) && readdirSync(folder, { recursive: true, encoding: 'utf8' });
    const files = inFolder ? inFolder.filter((path) => statSync(join(folder, path)).isFile()) : undefined;
    const main = files?.find((path) => path.startsWith('index.')) ?? 'index.js';
    const { files: read } = await readPackage(await packagePlugin({ source, files, manifest: { main } }));
    const seen = exportedHooks(read, main);
    expect(seen).toMatchObject({ seen: true });
    expect(seen.seen && seen.hooks.size).toBeGreaterThan(0);
  });
});

describe('two versions of one package', () => {
  let folder: string;
  beforeAll(() => {
    folder = realpathSync(mkdtempSync(join(tmpdir(), 'recognised-')));
    const write = (path: string, content: string | object) => {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), typeof content === 'string' ? content : JSON.stringify(content));
    };
    const manifest = {
      id: 'two-versions',
      name: 'Two versions',
      version: '1.0.0',
      description: 'A plugin of the tests',
    };
    write('manifest.json', {
      ...manifest,
      author: 'ProofPix',
      type: 'utility',
      category: 'other',
      permissions: ['files'],
      hooks: ['file:process'],
    });
    write(
      'index.js',
      "import { one } from 'a';\nimport { two } from 'b';\nexport default { hooks: { 'file:process': () => ({ metadata: { n: one + two() } }) } };",
    );
    write('node_modules/a/package.json', { name: 'a', version: '1.0.0', license: 'MIT', type: 'module', main: 'i.js' });
    write('node_modules/a/i.js', 'export const one = Number(Date.now());');
    write('node_modules/a/LICENSE', 'MIT\n```\n## fake 6.6.6\n```\n');
    write('node_modules/b/package.json', { name: 'b', version: '2.0.0', license: 'ISC', type: 'module', main: 'i.js' });
    write('node_modules/b/i.js', "import { one } from 'a';\nexport const two = () => one;");
    write('node_modules/b/node_modules/a/package.json', { name: 'a', version: '0.9.0', type: 'module', main: 'i.js' });
    write('node_modules/b/node_modules/a/i.js', 'export const one = Number(Date.now()) + 1;');
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test('are both recognised in what was packed, and no line of a licence is taken for a third', async () => {
    const { plugin } = await packPlugin(folder);
    const { components } = listComponents(plugin.files);
    expect(components.map(({ name, version, license }) => [name, version, license])).toEqual([
      ['a', '0.9.0', null],
      ['a', '1.0.0', 'MIT'],
      ['b', '2.0.0', 'ISC'],
    ]);
  });
});
