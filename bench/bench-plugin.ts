import { manifestHooks, type Manifest } from '@proofpix/contract/manifest';
import type { Json } from '@proofpix/contract/json';
import type { Installation } from '@proofpix/host/capabilities';

const organisationId = 'bench';

/** Plugin code of about this many bytes: functions that are compiled but not called, as bundled libraries are. */
export function codeOf(bytes: number): string {
  const filler: string[] = [];
  for (let size = 0, index = 0; size < bytes; index += 1) {
    const line = `function filler${index}(a, b) { const c = { a, b, n: ${index} }; return c.a > c.b ? filler${index}(c.b, c.n) : [c.a, c.b, 'text ${index}'].join('-'); }`;
    filler.push(line);
    size += line.length + 1;
  }
  return `${filler.join('\n')}
module.exports.hooks = {
  'bench:echo': (input) => input,
  'bench:loop': () => { for (;;) {} },
  'bench:grow': () => { const kept = []; for (;;) kept.push(new Uint8Array(1 << 20).fill(1)); },
  'file:process': async (input, ctx) => {
    let read = 0;
    while (read < ctx.files.size) read += (await ctx.files.read(read, input.options.range)).length;
    return { metadata: { read } };
  },
};`;
}

let serial = 0;

export function benchInstallation(code: string, limits: Manifest['limits'] = {}): Installation {
  serial += 1;
  const manifest: Manifest = {
    id: 'bench',
    name: 'Bench',
    version: '1.0.0',
    description: 'Measures the way of a call',
    author: 'ProofPix',
    type: 'utility',
    category: 'other',
    permissions: ['files'],
    hooks: ['file:process', 'bench:echo', 'bench:loop', 'bench:grow'],
    customHooks: { 'bench:echo': {}, 'bench:loop': {}, 'bench:grow': {} },
    limits,
  };
  const files = new Map([['index.js', new TextEncoder().encode(code)]]);
  const granted = new Set(['files' as const]);
  return {
    id: `bench-${serial}`,
    organisationId,
    pluginId: 'bench',
    version: '1.0.0',
    digest: '0'.repeat(64),
    manifest,
    hooks: manifestHooks(manifest),
    installedAt: serial,
    readFiles: async () => files,
    grants: () => granted,
    config: async () => ({}),
  };
}

/** About one kilobyte of JSON, as a small file with metadata is. */
export const kilobyte: Json = {
  file: { id: 'f', name: 'IMG_0001.jpg', type: 'image/jpeg', size: 3_800_000, sha256: 'a'.repeat(64) },
  metadata: Object.fromEntries(
    Array.from({ length: 24 }, (_, index) => [`Tag${index}`, `value ${index} of the camera`]),
  ),
};
