import { afterEach, expect, it } from 'vitest';
import { createCodeCache, type CodeCache } from '@proofpix/host/code-cache/code-cache';
import { startCompiler } from '@proofpix/host/code-cache/start-compiler';
import type { Runner } from '@proofpix/host/runner-process';

const started: Runner[] = [];
let cache: CodeCache | undefined;
afterEach(async () => {
  await cache?.[Symbol.asyncDispose]();
  for (const runner of started.splice(0)) await runner.gone;
});

const one = { organisationId: 'one', digest: 'a' };

function open(keptBytes?: number, prepare: (runner: Runner) => void = () => {}): CodeCache {
  cache = createCodeCache({
    start: async (signal) => {
      const runner = await startCompiler(signal);
      started.push(runner);
      prepare(runner);
      return runner;
    },
    delayMilliseconds: 0,
    ...(keptBytes === undefined ? {} : { keptBytes }),
  });
  return cache;
}

const file = (name: string, head = ''): Uint8Array =>
  Buffer.from(`${head}\nexports.${name} = function () { return '${name}'; };\n`.padEnd(6_000, '// filler '));
const paths = (found: ReadonlyMap<string, Uint8Array>): string[] => [...found.keys()];

it('code caches are not waited for, and there for the next load of the same text of the same package', async () => {
  const files = new Map([['index.js', file('a')]]);
  const caches = open();
  expect(paths(caches.of(one, files))).toEqual([]);
  await caches.settled;
  expect(paths(caches.of(one, files))).toEqual(['index.js']);
  expect(paths(caches.of(one, new Map([['moved.cjs', file('a')]])))).toEqual(['moved.cjs']);
  // The same length, which is all that V8 itself compares.
  expect(paths(caches.of(one, new Map([['index.js', file('b')]])))).toEqual([]);
  await caches.settled;
});

it('code caches are shared with nobody: each package has its own, from a process that read no other', async () => {
  const files = new Map([
    ['index.js', file('a')],
    ['more.js', file('b')],
  ]);
  const caches = open();
  const owners = [one, { organisationId: 'one', digest: 'b' }, { organisationId: 'two', digest: 'a' }];
  for (const owner of owners) expect(paths(caches.of(owner, files))).toEqual([]);
  await caches.settled;
  expect(started).toHaveLength(3);
  for (const owner of owners) expect(paths(caches.of(owner, files))).toEqual(['index.js', 'more.js']);
  for (const runner of started) await runner.gone;
  expect(started).toHaveLength(3);
});

it('code caches are made of CommonJS files only, and one file that has none does not keep others from theirs', async () => {
  const files = new Map([
    ['module.mjs', file('a')],
    ['data.json', Buffer.from(JSON.stringify('x'.repeat(9_000)))],
    ['esm.js', file('a', 'import x from "./x.js";')],
    ['broken.js', file('a', '}); (function () {')],
    ['deep.js', Buffer.from('('.repeat(500_000))],
    ['good.js', file('good')],
    ['tiny.js', Buffer.from('exports.x = 1;')],
  ]);
  const caches = open();
  caches.of(one, files);
  await caches.settled;
  expect(paths(caches.of(one, files))).toEqual(['good.js']);
});

it('code caches are made by another process when the one that makes them dies', async () => {
  const caches = open(undefined, (runner) => {
    const send = runner.send.bind(runner);
    if (started.length === 1) runner.send = (...parts) => (runner.kill(), send(...parts));
  });
  const files = new Map([
    ['deadly.js', file('a')],
    ['index.js', file('b')],
  ]);
  caches.of(one, files);
  await caches.settled;
  expect(paths(caches.of(one, files))).toEqual(['index.js']);
  expect(started).toHaveLength(2);
});

it('code caches that were used least lately are forgotten when there are too many', async () => {
  const caches = open(4_000);
  for (const name of ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h']) {
    caches.of(one, new Map([['index.js', file(name)]]));
    await caches.settled;
  }
  expect(paths(caches.of(one, new Map([['index.js', file('h')]])))).toEqual(['index.js']);
  expect(paths(caches.of(one, new Map([['index.js', file('a')]])))).toEqual([]);
  await caches.settled;
});
