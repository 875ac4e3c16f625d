import { isDeepStrictEqual } from 'node:util';
import { Problem } from '@proofpix/contract/errors';
import type { Json } from '@proofpix/contract/json';
import { authorName, manifestHooks, manifestWarnings } from '@proofpix/contract/manifest';
import { readManifest } from '@proofpix/scanner/read-manifest';
import { mutate } from '../mutate.ts';
import type { Random } from '../random.ts';
import type { Target } from '../target.ts';

/** A manifest that uses every field. */
const whole: Json = {
  $schema: 'https://example.com/manifest.schema.json',
  id: 'a-plugin',
  name: 'A plugin',
  version: '1.2.3-beta.1+build.5',
  description: 'Uses every field that there is',
  author: { name: 'Somebody', email: 'somebody@example.com', url: 'https://example.com' },
  main: './dist/index.js',
  type: 'processor',
  category: 'file-processing',
  permissions: ['http', 'crypto', 'storage', 'files', 'analytics', 'webhooks', 'oauth', 'security'],
  permissionReasons: { http: 'To ask a server' },
  hooks: ['file:process', { name: 'export:generate', priority: 10 }, 'a-plugin:own'],
  customHooks: {
    'a-plugin:own': { input: { type: 'object', properties: { a: { type: 'string' } } }, permission: 'http' },
  },
  exportFormats: [{ format: 'json', name: 'JSON', description: 'As data' }],
  proofpixVersion: '>=1.0.0',
  nodeVersion: '>=16',
  hosts: ['example.com', '*.example.org'],
  configSchema: {
    type: 'object',
    properties: {
      key: { type: 'string', writeOnly: true },
      list: { type: 'array', items: { type: 'integer', minimum: 0 } },
    },
    required: ['key'],
  },
  limits: { memory: 96, timeout: 1_000, cpu: 1_000, requestsPerMinute: 10 },
  pluginDependencies: { 'other-plugin': '^1.0.0' },
  keywords: ['photo'],
  license: 'MIT',
  homepage: 'https://example.com',
  repository: { type: 'git', url: 'https://example.com/a.git' },
};

/** Values at which validators stumble. */
const odd: readonly Json[] = [
  null,
  true,
  false,
  0,
  -1,
  1e308,
  1e-308,
  2 ** 53,
  0.1,
  '',
  ' ',
  '\u0000',
  '\ud800',
  '\u202e',
  '__proto__',
  'constructor',
  'a'.repeat(5_000),
  'a-'.repeat(2_000),
  '1.'.repeat(500),
  '>=1.0.0 '.repeat(12),
  '1 || '.repeat(20),
  '*.'.repeat(120),
  'xn--'.repeat(60),
  '../../etc/passwd',
  'https://user:pass@[::1]:99999/',
  '-1.0.0-0-0-0',
  '9'.repeat(99),
  'file:process',
  'a-plugin:',
  ':',
  [],
  {},
  [[]],
  [null],
  { type: 'object' },
  { constructor: 1, toString: 2 },
  Array.from({ length: 300 }, () => 'http'),
  deep(20),
  deep(40),
  Object.fromEntries(Array.from({ length: 150 }, (_, index) => [`k${index}`, { type: 'string' }])),
];

const texts: readonly string[] = [
  '{"id":1,"id":2}',
  '{"\\u0069d":"a"}',
  '\ufeff{}',
  '[',
  '{"a":'.repeat(40),
  '"\\ud800"',
  '1e999',
  '-0',
  '\\',
];

export const manifest: Target = {
  make(random) {
    const value = structuredClone(whole);
    for (let count = random.below(4); count > 0; count -= 1) change(value, random);
    const text = JSON.stringify(value, null, random.pick([0, 2]));
    if (random.once(3)) return mutate(Buffer.from(text), random);
    if (random.once(10)) return Buffer.from(text.replace(/"[^"]{3,9}"/, random.pick(texts)));
    return Buffer.from(text);
  },

  async check(input) {
    let read: ReturnType<typeof readManifest>;
    try {
      read = readManifest(input);
    } catch (error) {
      if (!(error instanceof Problem) || error.code !== 'manifest_invalid') throw error;
      if (error.fields.length === 0 || error.fields.some(({ field }) => !field.startsWith('/')))
        throw new Error(`It named no field: ${error.message}`, { cause: error });
      return;
    }
    // What shows and installs a manifest must cope with whatever passed.
    manifestWarnings(read.manifest);
    manifestHooks(read.manifest);
    if (authorName(read.manifest) === '') throw new Error('It accepted a manifest of nobody.');
    const again = readManifest(Buffer.from(JSON.stringify(read.manifest)));
    if (!isDeepStrictEqual(again, read)) throw new Error('Written again it is another manifest.');
  },
};

/** Replaces, removes or adds one value somewhere in it. */
function change(root: Json, random: Random): void {
  let node: Json = root;
  for (;;) {
    if (typeof node !== 'object' || node === null) return;
    const keys = Object.keys(node);
    const key = keys.length === 0 ? 'added' : random.pick(keys);
    const container = node as Record<string, Json>; // an array's keys are its indexes
    const child: Json | undefined = container[key];
    if (typeof child === 'object' && child !== null && !random.once(3)) {
      node = child;
      continue;
    }
    const way = random.below(6);
    const added = random.pick(['added', 'constructor', 'toString', '', 'a/b~c', 'a-plugin:x']);
    if (way === 0) delete container[key];
    else container[way === 1 ? added : key] = structuredClone(random.pick(odd));
    return;
  }
}

function deep(levels: number): Json {
  let value: Json = { type: 'string' };
  for (let level = 0; level < levels; level += 1) value = { type: 'object', properties: { a: value } };
  return value;
}
