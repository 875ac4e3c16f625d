import { describe, expect, test } from 'vitest';
import type { FieldError } from '@proofpix/contract/errors';
import { canonicalListing } from '@proofpix/scanner/identity';
import { readPackage } from '@proofpix/scanner/read-package';
import { makeTarGz } from '../../corpus/archives/make-tar.ts';
import { makeZip } from '../../corpus/archives/make-zip.ts';

/** From the design: this one must install. */
const sample = {
  id: 'unique-plugin-id',
  name: 'Plugin Name',
  version: '1.0.0',
  description: 'Plugin description',
  author: 'Author Name',
  main: 'index.js',
  type: 'processor',
  category: 'file-processing',
  permissions: ['http', 'crypto', 'storage', 'files', 'analytics', 'webhooks', 'oauth', 'security'],
  hooks: ['file:process', 'data:analyze', 'export:generate'],
  proofpixVersion: '>=1.0.0',
  nodeVersion: '>=16.0.0',
};

type Contents = Record<string, string | Uint8Array>;
const contents = (manifest: object | string = sample, more: Contents = {}): Contents => ({
  'manifest.json': typeof manifest === 'string' ? manifest : JSON.stringify(manifest),
  'index.js': 'export default { hooks: {} };',
  ...more,
});
const parts = (files: Contents) => Object.entries(files).map(([name, content]) => ({ name, content }));
const zipOf = (files: Contents) => makeZip(parts(files));

async function refusal(
  archive: Uint8Array,
): Promise<{ code?: string; detail?: string; fields?: readonly FieldError[] }> {
  return readPackage(archive).then(
    () => ({ code: 'accepted' }),
    (error: { code?: string; detail?: string; fields?: readonly FieldError[] }) => error,
  );
}

const fieldsOf = async (manifest: object | string) =>
  ((await refusal(zipOf(contents(manifest)))).fields ?? []).map(({ field }) => field);

describe('a package', () => {
  test('with the manifest of the design is accepted', async () => {
    const read = await readPackage(zipOf(contents(sample, { 'README.md': '# Hello', 'lib/a.js': 'a' })));
    expect(read.manifest).toEqual(sample);
    expect(read).toMatchObject({ format: 'zip', main: 'index.js', readme: '# Hello' });
    expect(read.warnings).toEqual(['Asks for http but names no hosts: it will reach none.']);
    expect([...read.files.keys()].sort()).toEqual(['README.md', 'index.js', 'lib/a.js', 'manifest.json']);
  });

  test('has one identity, whatever archive, order, compression or top folder it comes in', async () => {
    const files = contents(sample, { 'b.js': 'b', 'a.js': 'a' });
    const inFolder = Object.fromEntries(Object.entries(files).map(([name, content]) => [`package/${name}`, content]));
    const archives = [
      zipOf(files),
      makeZip(
        parts(files)
          .reverse()
          .map((part) => ({ ...part, stored: true })),
      ),
      makeTarGz(parts(files)),
      makeTarGz(parts(inFolder)),
      zipOf(inFolder),
    ];
    const read = await Promise.all(archives.map((archive) => readPackage(archive)));
    expect(new Set(read.map(({ digest }) => digest)).size).toBe(1);
    expect(new Set(read.map(({ archiveDigest }) => archiveDigest)).size).toBe(archives.length);
    const changed = await readPackage(zipOf({ ...files, 'b.js': 'c' }));
    expect(changed.digest).not.toBe(read[0]?.digest);
    const renamed = await readPackage(zipOf({ ...contents(), 'c.js': 'b', 'a.js': 'a' }));
    expect(renamed.digest).not.toBe(read[0]?.digest);
  });

  test('is listed by the bytes of its paths', async () => {
    const listing = await canonicalListing(
      new Map([
        ['b', Buffer.from('1')],
        ['\uffff', Buffer.alloc(0)],
        ['\u{1f600}', Buffer.alloc(0)],
        ['B', Buffer.from('2')],
      ]),
    );
    expect(listing.split('\n').map((line) => line.split('\t')[0])).toEqual(['B', 'b', '\uffff', '\u{1f600}', '']);
    expect(listing.split('\n')[1]).toBe('b\t1\t6b86b273ff34fce19d6b804eff5a3f5747ada4eaa22f1d49c01e52ddb7875b4b');
  });

  test('without a manifest says what it has instead', async () => {
    expect(await refusal(zipOf({ 'plugin/index.js': '', 'other/manifest.json': '{}' }))).toMatchObject({
      code: 'manifest_missing',
      detail: 'At its root: "plugin", "other".',
    });
    const ofFinder = await refusal(zipOf({ 'plugin/manifest.json': '{}', '__MACOSX/plugin/._manifest.json': '' }));
    expect(ofFinder).toMatchObject({
      code: 'manifest_missing',
      detail: expect.stringContaining('The Finder of macOS made this archive: pack with "proofpix pack".'),
    });
  });

  test('without its main file is refused, and so is one whose main lies outside or is no JavaScript', async () => {
    expect(await refusal(zipOf(contents({ ...sample, main: 'dist/index.js' })))).toMatchObject({
      code: 'main_missing',
    });
    for (const main of ['../index.js', '/index.js', 'index.ts', 'manifest.json'])
      expect(await fieldsOf({ ...sample, main })).toEqual(['/main']);
    expect((await readPackage(zipOf(contents({ ...sample, main: './index.js' })))).main).toBe('index.js');
  });

  test('with a wrong manifest names every field that is wrong', async () => {
    expect(await fieldsOf({ ...sample, id: 'Ab', version: '1', hooks: ['file:proces'], extra: 1 })).toEqual(
      expect.arrayContaining(['/id', '/version', '/extra']),
    );
    expect(await fieldsOf({ ...sample, hooks: ['file:proces'] })).toEqual(['/hooks/0']);
    expect(await fieldsOf({ ...sample, permissions: [] })).toEqual(['/hooks/0', '/hooks/1', '/hooks/2']);
    expect(await fieldsOf({ ...sample, proofpixVersion: '>=2.0.0', nodeVersion: 'recent' })).toEqual([
      '/proofpixVersion',
      '/nodeVersion',
    ]);
    expect(await fieldsOf({ ...sample, pluginDependencies: { 'other-plugin': 'x y' } })).toEqual([
      '/pluginDependencies/other-plugin',
    ]);
  });

  test('with more unknown fields than the validator names is refused all the same', async () => {
    const unknown = Object.fromEntries(Array.from({ length: 20 }, (_, index) => [`k${index}`, index]));
    const customHooks = { [`${sample.id}:own`]: unknown };
    expect(await fieldsOf({ ...sample, customHooks, hosts: [true] })).not.toEqual([]);
  });

  test('with a manifest that two programs would read differently is refused', async () => {
    const text = JSON.stringify(sample);
    const twice = text.replace('{', '{"id":"harmless-plugin",');
    const escaped = text.replace('{', '{"\\u0069d":"harmless-plugin",');
    const deep = text.replace('{', `{"configSchema":${'{"properties":{"a":'.repeat(500)}1${'}}'.repeat(500)},`);
    for (const manifest of [
      twice,
      escaped,
      deep,
      text.replace('{', '{"__proto__":{},'),
      `${text} ,`,
      '[]',
      '',
      '\u0000',
    ]) {
      expect(await refusal(zipOf(contents(manifest)))).toMatchObject({
        code: 'manifest_invalid',
        fields: [{ field: '/' }],
      });
    }
    const broken = Buffer.concat([Buffer.from('{"id":"'), Buffer.from([0xff]), Buffer.from('"}')]);
    expect(await refusal(zipOf({ ...contents(), 'manifest.json': broken }))).toMatchObject({
      code: 'manifest_invalid',
    });
    expect(await refusal(zipOf(contents(text + ' '.repeat(300_000))))).toMatchObject({ code: 'manifest_invalid' });
  });

  test('with a manifest of a quarter of a megabyte of quotes is refused at once', async () => {
    for (const unit of ['\\"', '"', '{"a":', '[']) {
      const text = `{"id":"${unit.repeat(Math.floor(250_000 / unit.length))}`;
      expect(await refusal(zipOf(contents(text)))).toMatchObject({ code: 'manifest_invalid' });
    }
  }, 5_000);

  test('with a package.json that says something else is accepted with a warning', async () => {
    const warningsOf = async (text: string) =>
      (await readPackage(zipOf(contents({ ...sample, hosts: ['example.com'] }, { 'package.json': text })))).warnings;
    expect(await warningsOf('{"name":"@me/unique-plugin-id","version":"1.0.0"}')).toEqual([]);
    expect(await warningsOf('{"name":"left-pad","version":"2.0.0"}')).toEqual([
      'package.json says version 2.0.0, the manifest 1.0.0.',
      'package.json is named "left-pad", the plugin unique-plugin-id.',
    ]);
    expect(await warningsOf('{')).toEqual([expect.stringContaining('not valid JSON')]);
    expect(await warningsOf('null')).toEqual(['package.json is not an object.']);
  });

  test('with a huge icon or README is refused', async () => {
    const noise = Buffer.from(Array.from({ length: 1_100_000 }, (_, index) => (index * 2_654_435_761) >>> 13));
    expect(await refusal(zipOf(contents(sample, { 'icon.svg': noise })))).toMatchObject({ code: 'package_refused' });
    expect(await refusal(zipOf(contents(sample, { 'Readme.md': noise })))).toMatchObject({ code: 'package_refused' });
  });
});
