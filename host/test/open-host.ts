import { createHash } from 'node:crypto';
import { checkManifest, manifestHooks, type Manifest } from '@proofpix/contract/manifest';
import { Problem } from '@proofpix/contract/errors';
import type { Json } from '@proofpix/contract/json';
import { permissionNames, type Permission } from '@proofpix/contract/permissions';
import type {
  Capabilities,
  DerivedFiles,
  Installation,
  Observation,
  Photo,
  Violation,
} from '@proofpix/host/capabilities';
import { createMemoryCapabilities } from '@proofpix/host/memory-capabilities';
import { createHost, type Host, type HostOptions } from '@proofpix/host/host';

/** Everything the host told the outside, in order. */
type Told = {
  log: { plugin: string; level: string; message: string }[];
  observed: (Observation & { plugin: string })[];
  violations: (Violation & { plugin: string })[];
  circuits: { plugin: string; state: string; reason: string }[];
  quarantined: { plugin: string; reason: string }[];
  died: { plugin: string; code: string; detail: string }[];
};

export type OpenedHost = AsyncDisposable & { host: Host; told: Told; stored: Map<string, Json> };

/** A real host with real runners; the outside is kept in memory. */
export function openHost(
  options: Omit<HostOptions, 'capabilities'> & { capabilities?: Partial<Capabilities> } = {},
): OpenedHost {
  const told: Told = { log: [], observed: [], violations: [], circuits: [], quarantined: [], died: [] };
  const stored = new Map<string, Json>();
  const host = createHost({
    spareRunners: 1,
    ...options,
    capabilities: createMemoryCapabilities({
      storage: {
        get: async (installation, key) => {
          const value = stored.get(`${installation.id}/${key}`);
          return { value: value ?? null, version: value === undefined ? 0 : 1 };
        },
        async set(installation, key, value) {
          if (key === 'full') throw new Problem('storage_quota');
          if (key === 'broken') throw new Error('the password of the database is hunter2');
          stored.set(`${installation.id}/${key}`, value);
          return 1;
        },
        delete: async (installation, key) => stored.delete(`${installation.id}/${key}`),
        list: async (installation, { prefix }) =>
          [...stored.keys()]
            .filter((key) => key.startsWith(`${installation.id}/${prefix}`))
            .map((key) => key.slice(installation.id.length + 1))
            .sort(),
      },
      attest: async (organisationId, digest) => ({
        statement: `${organisationId} ${digest}`,
        signature: 'c2ln',
        publicKey: 'a2V5',
      }),
      log: ({ pluginId }, line) => void told.log.push({ plugin: pluginId, ...line }),
      observe: ({ pluginId }, observation) => void told.observed.push({ plugin: pluginId, ...observation }),
      violation: ({ pluginId }, violation) => void told.violations.push({ plugin: pluginId, ...violation }),
      died: ({ pluginId }, reason) => void told.died.push({ plugin: pluginId, ...reason }),
      circuit: ({ pluginId }, { state, reason }) => void told.circuits.push({ plugin: pluginId, state, reason }),
      quarantined: ({ pluginId }, reason) => void told.quarantined.push({ plugin: pluginId, reason }),
      ...options.capabilities,
    }),
  });
  return { host, told, stored, [Symbol.asyncDispose]: () => host[Symbol.asyncDispose]() };
}

export type Plugin = {
  id?: string;
  organisationId?: string;
  /** The text of index.js, or all files. */
  code: string | Record<string, string>;
  hooks?: Manifest['hooks'];
  permissions?: Permission[];
  /** What is granted: all that is asked for, when left out. A set that the test may change. */
  grants?: Set<Permission>;
  limits?: Manifest['limits'];
  customHooks?: Manifest['customHooks'];
  installedAt?: number;
  config?: () => Json;
};

let count = 0;

export function install(plugin: Plugin): Installation {
  count += 1;
  const id = plugin.id ?? `plugin-${count}`;
  const files = typeof plugin.code === 'string' ? { 'index.js': plugin.code } : plugin.code;
  const { manifest, errors } = checkManifest({
    id,
    name: `Plugin ${id}`,
    version: '1.0.0',
    description: 'A plugin of the tests of the host',
    author: 'ProofPix',
    type: 'processor',
    category: 'file-processing',
    permissions: plugin.permissions ?? permissionNames,
    hooks: plugin.hooks ?? ['file:process'],
    ...(plugin.limits === undefined ? {} : { limits: plugin.limits }),
    ...(plugin.customHooks === undefined ? {} : { customHooks: plugin.customHooks }),
  });
  if (manifest === null) throw new Error(JSON.stringify(errors));
  const grants = plugin.grants ?? new Set(manifest.permissions);
  return {
    id: `installation-${count}`,
    organisationId: plugin.organisationId ?? 'organisation-1',
    pluginId: id,
    version: manifest.version,
    digest: createHash('sha256').update(JSON.stringify(files)).digest('hex'),
    manifest,
    hooks: manifestHooks(manifest),
    installedAt: plugin.installedAt ?? count,
    readFiles: async () => new Map(Object.entries(files).map(([path, text]) => [path, Buffer.from(text)])),
    grants: () => grants,
    config: async () => plugin.config?.() ?? {},
  };
}

/** The body of a `file:process` hook as a whole plugin. */
export function processing(body: string, plugin: Omit<Plugin, 'code'> = {}): Installation {
  return install({
    ...plugin,
    code: `module.exports = { hooks: { 'file:process': async (input, ctx) => { ${body} } } };`,
  });
}

export function photoOf(bytes: Uint8Array, name = 'photo.jpg'): Photo {
  return {
    file: {
      id: 'file-1',
      name,
      type: 'image/jpeg',
      size: bytes.length,
      sha256: createHash('sha256').update(bytes).digest('hex'),
    },
    read: async (offset, length) => bytes.subarray(offset, offset + length),
  };
}

export const photo = photoOf(Buffer.from('the bytes of a photo'));

export function memoryFiles(): DerivedFiles & { written: Map<string, Uint8Array> } {
  const written = new Map<string, Uint8Array>();
  return {
    written,
    async write(name, bytes) {
      written.set(name, bytes);
      return {
        name,
        size: bytes.length,
        sha256: createHash('sha256').update(bytes).digest('hex'),
        type: 'application/octet-stream',
      };
    },
  };
}

export function callOf(
  installation: Installation,
  call: Partial<Parameters<Host['call']>[0]> = {},
): Parameters<Host['call']>[0] {
  return {
    installationId: installation.id,
    hook: 'file:process',
    input: { file: (call.photo ?? photo).file, metadata: {} },
    photo,
    ...call,
  };
}
