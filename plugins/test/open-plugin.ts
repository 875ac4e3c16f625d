import { createHash } from 'node:crypto';
import { withDefaults } from '@proofpix/contract/config-schema';
import type { Finding } from '@proofpix/contract/findings';
import type { HookFile } from '@proofpix/contract/hooks';
import type { Json } from '@proofpix/contract/json';
import { manifestHooks } from '@proofpix/contract/manifest';
import type { Permission } from '@proofpix/contract/permissions';
import type { HookResult } from '@proofpix/contract/runs';
import type { Capabilities, Installation, Photo, PluginStorage } from '@proofpix/host/capabilities';
import { createHost } from '@proofpix/host/host';
import { createMemoryCapabilities } from '@proofpix/host/memory-capabilities';
import { packPlugin } from '@proofpix/pack/pack-plugin';
import { readPackage } from '@proofpix/scanner/read-package';

type Options = {
  /** All that the manifest asks for when left out. */
  grants?: readonly Permission[];
  config?: { [name: string]: Json };
  /** What a test wants to see or to answer itself. */
  capabilities?: Partial<Capabilities>;
};

type CallOptions = {
  photo?: Photo;
  /** Other photos and derived files that the report names. */
  files?: readonly Uint8Array[];
  deadline?: number;
};

export type Answer = {
  result: HookResult;
  /** What the hook gave back, where it gives these. */
  metadata: Record<string, Json>;
  findings: Finding[];
  /** Derived files by name. */
  files: Map<string, Uint8Array>;
  /** Lines of the plugin, violations and deaths during this call; mixed where several calls are under way. */
  log: string[];
};

export type OpenedPlugin = AsyncDisposable & {
  /** Asked at every host call: change it to grant or withdraw. */
  grants: Set<Permission>;
  /** What the plugin remembers. */
  storage: PluginStorage;
  installation: Installation;
  call(hook: string, input: Json, options?: CallOptions): Promise<Answer>;
  /** `file:process` of a photo in memory. */
  process(photo: Uint8Array, about?: { name?: string; metadata?: Record<string, Json> }): Promise<Answer>;
};

const packages = new Map<string, ReturnType<typeof readPackage>>();

/** Packed once in a test file, which may open the plugin for each of its tests. */
function packed(directory: string): ReturnType<typeof readPackage> {
  const known = packages.get(directory) ?? packPlugin(directory).then(({ archive }) => readPackage(archive));
  packages.set(directory, known);
  return known;
}

/**
 * A plugin as it is shipped: packed, read by the intake, in a real runner under a real host.
 * @param directory the plugin's folder
 */
export async function openPlugin(directory: string, options: Options = {}): Promise<OpenedPlugin> {
  const { files, manifest, digest } = await packed(directory);
  const grants = new Set<Permission>(options.grants ?? manifest.permissions);
  let log: string[] = [];
  const capabilities = createMemoryCapabilities({
    log: (_, { level, message }) => void log.push(`${level} ${message}`),
    violation: (_, { type, detail }) => void log.push(`violation ${type} ${detail}`),
    died: (_, { code, detail }) => void log.push(`died ${code} ${detail}`),
    ...options.capabilities,
  });
  const host = createHost({ spareRunners: 0, capabilities });
  const installation: Installation = {
    id: 'installation',
    organisationId: 'organisation',
    pluginId: manifest.id,
    version: manifest.version,
    digest,
    manifest,
    hooks: manifestHooks(manifest),
    installedAt: 0,
    readFiles: async () => files,
    grants: () => grants,
    config: async () => withDefaults(manifest.configSchema ?? { type: 'object' }, options.config ?? {}) ?? {},
  };
  await host.load(installation);

  async function call(hook: string, input: Json, { photo, files: named = [], deadline }: CallOptions = {}) {
    log = [];
    const written = new Map<string, Uint8Array>();
    const bySha256 = new Map(named.map((bytes) => [sha256Of(bytes), bytes]));
    const result = await host.call({
      installationId: installation.id,
      hook,
      input,
      photo,
      reportFiles: (sha256) => {
        const bytes = bySha256.get(sha256);
        return bytes && { size: bytes.length, read: async (offset, length) => bytes.subarray(offset, offset + length) };
      },
      derivedFiles: {
        async write(name, bytes) {
          written.set(name, Uint8Array.from(bytes));
          return { name, size: bytes.length, sha256: sha256Of(bytes), type: 'application/octet-stream' };
        },
      },
      deadline: deadline ?? 30_000,
    });
    const value = (result.result ?? {}) as { metadata?: Record<string, Json>; findings?: Finding[] }; // the hook's output
    return { result, metadata: value.metadata ?? {}, findings: value.findings ?? [], files: written, log };
  }

  return {
    grants,
    storage: capabilities.storage,
    installation,
    call,
    process(photo, { name = 'photo.jpg', metadata = {} } = {}) {
      const file = hookFile(photo, name);
      const read: Photo['read'] = async (offset, length) => photo.subarray(offset, offset + length);
      return call('file:process', { file, metadata }, { photo: { file, read } });
    },
    [Symbol.asyncDispose]: () => host[Symbol.asyncDispose](),
  };
}

/** A photo as hooks and reports name it. */
export function hookFile(bytes: Uint8Array, name: string): HookFile {
  return { id: 'photo', name, type: 'application/octet-stream', size: bytes.length, sha256: sha256Of(bytes) };
}

export function sha256Of(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
