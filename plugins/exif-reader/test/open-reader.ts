import { createHash } from 'node:crypto';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Finding } from '@proofpix/contract/findings';
import type { Json } from '@proofpix/contract/json';
import { manifestHooks } from '@proofpix/contract/manifest';
import type { HookResult } from '@proofpix/contract/runs';
import { createHost } from '@proofpix/host/host';
import { createMemoryCapabilities } from '@proofpix/host/memory-capabilities';
import { packPlugin } from '@proofpix/pack/pack-plugin';
import { readPackage } from '@proofpix/scanner/read-package';

type Reading = { result: HookResult; metadata: Record<string, Json>; findings: Finding[]; log: string[] };

export type Reader = AsyncDisposable & {
  read(photo: Uint8Array, name?: string): Promise<Reading>;
  /** A photo that is only ever read in ranges: `at` gives the bytes of one. */
  readRanges(size: number, at: (offset: number, length: number) => Uint8Array): Promise<Reading>;
};

/** The plugin as it is shipped, packed and read by the intake, in a real runner under a real host. */
export async function openReader(): Promise<Reader> {
  const directory = dirname(dirname(fileURLToPath(import.meta.url)));
  const { files, manifest, digest } = await readPackage((await packPlugin(directory)).archive);
  let log: string[] = [];
  const host = createHost({
    spareRunners: 0,
    capabilities: createMemoryCapabilities({
      log: (_, line) => void log.push(`${line.level} ${line.message}`),
      violation: (_, violation) => void log.push(`violation ${violation.type} ${violation.detail}`),
      died: (_, reason) => void log.push(`died ${reason.code} ${reason.detail}`),
    }),
  });
  await host.load({
    id: 'installation',
    organisationId: 'organisation',
    pluginId: manifest.id,
    version: manifest.version,
    digest,
    manifest,
    hooks: manifestHooks(manifest),
    installedAt: 0,
    readFiles: async () => files,
    grants: () => new Set(['files']),
    config: async () => ({}),
  });

  async function call(
    name: string,
    size: number,
    sha256: string,
    read: (offset: number, length: number) => Uint8Array,
  ) {
    const file = { id: 'photo', name, type: 'application/octet-stream', size, sha256 };
    log = [];
    const result = await host.call({
      installationId: 'installation',
      hook: 'file:process',
      input: { file, metadata: {} },
      photo: { file, read: async (offset, length) => read(offset, length) },
      deadline: 30_000,
    });
    const value = (result.result ?? {}) as { metadata?: Record<string, Json>; findings?: Finding[] }; // the hook's output
    return { result, metadata: value.metadata ?? {}, findings: value.findings ?? [], log };
  }

  return {
    read: (photo, name = 'photo.jpg') =>
      call(name, photo.length, createHash('sha256').update(photo).digest('hex'), (offset, length) =>
        photo.subarray(offset, offset + length),
      ),
    readRanges: (size, at) => call('large.jpg', size, '0'.repeat(64), at),
    [Symbol.asyncDispose]: () => host[Symbol.asyncDispose](),
  };
}
