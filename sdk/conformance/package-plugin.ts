import { readFile } from 'node:fs/promises';
import { stripTypeScriptTypes } from 'node:module';
import { join } from 'node:path';
import { manifestLimits } from '@proofpix/contract/limits';
import type { Manifest } from '@proofpix/contract/manifest';
import { permissionNames, type Permission } from '@proofpix/contract/permissions';
import { writeArchive } from '@proofpix/pack/write-archive';

/** A plugin of the suite. Its code lies in `plugins/`. */
export type PluginSpec = {
  /** `plugins/<source>.ts`, or the files of the folder `plugins/<source>/` as they are. The id is `conformance-<source>`. */
  source: string;
  /** Of the folder, by path in the package. */
  files?: readonly string[];
  manifest?: Partial<Manifest>;
  /** All that the manifest asks for when left out. */
  grants?: readonly Permission[];
};

export function idOf({ source, manifest }: PluginSpec): string {
  return manifest?.id ?? `conformance-${source}`;
}

export function manifestOf(spec: PluginSpec): Manifest {
  const id = idOf(spec);
  return {
    id,
    name: `Conformance: ${spec.source}`,
    version: '1.0.0',
    description: 'A plugin of the conformance suite.',
    author: 'ProofPix',
    main: 'index.js',
    type: 'utility',
    category: 'other',
    permissions: [...permissionNames],
    hooks: ['file:process', `${id}:act`],
    customHooks: { [`${id}:act`]: {} },
    // A busy machine is no reason to fail: cases about time set limits of their own.
    limits: { timeout: manifestLimits.timeout.maximum },
    ...spec.manifest,
  };
}

/** The archive. Types are cut out and nothing is bundled: the suite asks what the sandbox does, not what a bundler does. */
export async function packagePlugin(spec: PluginSpec): Promise<Uint8Array> {
  const folder = join(import.meta.dirname, 'plugins');
  const files = new Map<string, Uint8Array>([['manifest.json', Buffer.from(JSON.stringify(manifestOf(spec)))]]);
  if (spec.files === undefined) {
    const text = await readFile(join(folder, `${spec.source}.ts`), 'utf8');
    files.set('index.js', Buffer.from(plain(text)));
    files.set('package.json', Buffer.from('{"type":"module"}'));
  } else {
    for (const path of spec.files) files.set(path, await readFile(join(folder, spec.source, path)));
  }
  return writeArchive(files);
}

/** `definePlugin` gives back what it gets: it stands here, so that one file is a whole package. */
function plain(text: string): string {
  return stripTypeScriptTypes(text).replace(
    /^import \{ definePlugin \} from '@proofpix\/sdk\/define-plugin';$/m,
    'const definePlugin = (plugin) => plugin;',
  );
}
