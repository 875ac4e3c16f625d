import assert from 'node:assert/strict';
import { includes, problemOf, type Suite } from '../suite.ts';

const refused = [
  'fs',
  'node:fs',
  'fs/promises',
  'child_process',
  'net',
  'http',
  'worker_threads',
  'vm',
  'module',
  'process',
  'os',
  'left-pad',
  '../../etc',
];

export const commonJs: Suite = {
  name: 'CommonJS',
  plugin: { source: 'commonjs', files: ['index.js', 'lib/double.js', 'lib/data.json'] },
  cases: {
    'several files and JSON are required by their paths': async (t) => {
      assert.deepEqual(((await t.value('several')) as unknown[]).slice(0, 2), [42, 42]);
    },
    'util, url, crypto and axios are there': async (t) => {
      const [text, shown, path, hash, get] = (await t.value('offered')) as string[];
      assert.deepEqual([text, path, hash, get], ['a is 1', '/a', 'ba7816bf', 'function']);
      assert.match(shown ?? '', /a: \[ ?1 ?\]/);
    },
    'everything else of Node is refused, and so are paths that lead out': async (t) => {
      const codes = (await t.value('refused', refused)) as string[];
      assert.deepEqual(
        codes.filter((code) => code === 'given'),
        [],
      );
      assert.equal(codes.length, refused.length);
    },
    'no code is made from text': async (t) => {
      const kinds = (await t.value('code')) as string[];
      assert.deepEqual(
        kinds.filter((kind) => !kind.endsWith('Error')),
        [],
      );
    },
    "neither Node's globals nor a browser's way out are there": async (t) => {
      assert.deepEqual(await t.value('globals'), []);
    },
    'the standard globals are there': async (t) => {
      assert.deepEqual(await t.value('standard'), []);
    },
  },
};

export const esModules: Suite = {
  name: 'ES modules',
  plugin: { source: 'modules', files: ['index.mjs', 'lib/double.mjs'], manifest: { main: 'index.mjs' } },
  cases: {
    'several files, offered modules and a wait at the top level': async (t) => {
      assert.deepEqual(await t.value('give'), [8, 12, 7, 'a']);
    },
    'import.meta says nothing': async (t) => {
      assert.deepEqual(await t.value('meta'), []);
    },
    'code that throws, cannot be read, lacks a file or a hook is not loaded, and says why': async (t) => {
      for (const [main, message] of [
        ['throws.js', /not today/],
        ['empty.js', /file:process/],
        ['syntax.js', /syntax\.js|Unexpected/],
        ['missing.js', /nowhere/],
      ] as const) {
        const manifest = { main, hooks: ['file:process'], customHooks: {} };
        const problem = await problemOf(t.install({ source: 'broken', files: [main], manifest }));
        assert.equal(problem.code, 'plugin_load_failed', main);
        assert.match(problem.message, message);
      }
    },
    'a package whose manifest or main file is wrong is refused by its field': async (t) => {
      const spec = { source: 'broken', files: ['empty.js'] };
      const problem = await problemOf(t.install({ ...spec, manifest: { permissions: [], main: 'empty.js' } }));
      includes(problem, { code: 'manifest_invalid', fields: [{ field: '/hooks/0' }] });
      includes(await problemOf(t.install({ ...spec, manifest: { main: 'other.js' } })), { code: 'main_missing' });
    },
  },
};
