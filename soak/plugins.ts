import { createHash } from 'node:crypto';
import { manifestHooks, type Manifest } from '@proofpix/contract/manifest';
import { permissionNames } from '@proofpix/contract/permissions';
import type { Installation, Photo } from '@proofpix/host/capabilities';

/** What an ordinary plugin does in a day, small and large. */
const honest = `
let calls = 0;
module.exports.hooks = {
  'file:process': async (input, ctx) => {
    calls += 1;
    const { task } = input.options;
    if (task === 'small') return { metadata: { calls, name: input.file.name.toUpperCase() } };
    if (task === 'range') {
      let sum = 0;
      for (let at = 0; at < 4; at += 1) for (const byte of await ctx.files.read(at * 65_536, 4_096)) sum += byte;
      return { metadata: { sum } };
    }
    if (task === 'storage') {
      await ctx.storage.set('seen', { name: input.file.name, calls });
      const { name } = await ctx.storage.get('seen');
      ctx.log.info('kept', name);
      return { metadata: { name } };
    }
    const words = new Map();
    for (let n = 0; n < 20_000; n += 1) words.set('word ' + (n % 997), n);
    return { metadata: { words: words.size }, findings: [{ severity: 'note', confidence: 0.5, title: 'Counted', explanation: 'Words' }] };
  },
};`;

const hook = (body: string): string =>
  `module.exports.hooks = { 'file:process': async (input, ctx) => { ${body} return { metadata: {} }; } };`;

/** Each does its worst at every call, and is called again as soon as it is answered. */
export const hostile = {
  loop: hook('for (;;);'),
  bomb: hook('const all = []; for (;;) all.push(new Uint8Array(1 << 22).fill(7), "x".repeat(1 << 16).split(""));'),
  flood: hook(
    'for (let n = 0; ; n += 1) { ctx.log.info("x".repeat(4_000)); ctx.storage.set("k" + (n % 50), "y".repeat(2_000)).catch(() => {}); if (n % 500 === 0) await null; }',
  ),
  acts: hook(
    'for (let n = 0; n < 60; n += 1) setTimeout(() => { ctx.storage.set("late", n).catch(() => {}); ctx.log.info("late"); }, n); for (const part of Object.values(ctx)) for (const each of Object.values(part ?? {})) if (typeof each === "function") try { each(1n, Symbol(), ctx).catch(() => {}); } catch {}',
  ),
  silence: hook('await new Promise(() => {});'),
} as const;

export type Task = 'small' | 'range' | 'storage' | 'work';

let serial = 0;

export function installationOf(options: {
  organisation: number;
  code?: string;
  limits?: Manifest['limits'];
}): Installation {
  serial += 1;
  const code = options.code ?? honest;
  const manifest: Manifest = {
    id: `plugin-${serial}`,
    name: `Plugin ${serial}`,
    version: '1.0.0',
    description: 'One of the thousand of the soak test',
    author: 'ProofPix',
    type: 'processor',
    category: 'file-processing',
    permissions: permissionNames.filter((name) => name !== 'http'),
    hooks: ['file:process'],
    ...(options.limits === undefined ? {} : { limits: options.limits }),
  };
  const files = new Map([['index.js', new TextEncoder().encode(code)]]);
  const granted = new Set(manifest.permissions);
  return {
    id: `installation-${serial}`,
    organisationId: `organisation-${options.organisation}`,
    pluginId: manifest.id,
    version: manifest.version,
    digest: createHash('sha256').update(code).digest('hex'),
    manifest,
    hooks: manifestHooks(manifest),
    installedAt: serial,
    readFiles: async () => files,
    grants: () => granted,
    config: async () => ({}),
  };
}

const bytes = new Uint8Array(512 * 1024).map((_, index) => index % 251);

export const photo: Photo = {
  file: { id: 'photo', name: 'photo.jpg', type: 'image/jpeg', size: bytes.length, sha256: 'c'.repeat(64) },
  read: async (offset, length) => bytes.slice(offset, offset + length),
};
