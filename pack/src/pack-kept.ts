import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { basename, dirname, join, relative } from 'node:path';
import { companions } from './companions.ts';
import type { PackedPlugin } from './pack-plugin.ts';

/** A package that may have been read instead of packed. */
export type KeptPackage = Pick<PackedPlugin, 'archive' | 'fileName' | 'digest' | 'sources'>;

/** What lies beside a kept archive: all that it was made from, by path from the plugin's folder, with their SHA-256. */
type Stamp = { fileName: string; digest: string; packer: string; companions: string[]; sources: [string, string][] };

/**
 * The package of a plugin's folder, packed anew only when something that it is made from has changed: a file of the
 * plugin, one of a dependency, or the packer. Packing takes seconds for all of our own plugins, reading none.
 * @param options.packer names the version of everything that packs, the lock file above all
 * @throws Problem as `packPlugin`
 */
export async function packKept(directory: string, options: { folder: string; packer: string }): Promise<KeptPackage> {
  const kept = join(options.folder, basename(directory));
  return (await readKept(directory, kept, options.packer)) ?? (await keep(directory, kept, options.packer));
}

async function readKept(directory: string, kept: string, packer: string): Promise<KeptPackage | null> {
  try {
    const stamp = JSON.parse(await readFile(`${kept}.json`, 'utf8')) as Stamp; // written below, whole or not at all
    if (stamp.packer !== packer || stamp.companions.join('\n') !== companions(directory).sort().join('\n')) return null;
    const sources = stamp.sources.map(([path]) => join(directory, path));
    const digests = await Promise.all(sources.map(digestOf));
    if (stamp.sources.some(([, digest], index) => digest !== digests[index])) return null;
    const archive = await readFile(`${kept}-${stamp.digest}.zip`);
    return { archive, fileName: stamp.fileName, digest: stamp.digest, sources };
  } catch {
    return null; // nothing was kept, or not all of it: it is packed again
  }
}

async function keep(directory: string, kept: string, packer: string): Promise<KeptPackage> {
  // Only now: a start that finds everything kept loads nothing of the bundler.
  const { packPlugin } = await import('./pack-plugin.ts');
  const packed = await packPlugin(directory);
  const sources = await Promise.all(
    packed.sources.map(async (path): Promise<[string, string]> => [relative(directory, path), await digestOf(path)]),
  );
  const { fileName, digest } = packed;
  const stamp: Stamp = { fileName, digest, packer, companions: companions(directory).sort(), sources };
  await mkdir(dirname(kept), { recursive: true });
  await writeWhole(`${kept}-${digest}.zip`, packed.archive);
  await writeWhole(`${kept}.json`, JSON.stringify(stamp));
  return packed;
}

/** Two starts at a time may write the same file: each sees a whole one. */
async function writeWhole(path: string, content: string | Uint8Array): Promise<void> {
  const own = `${path}.${process.pid}`;
  await writeFile(own, content);
  await rename(own, path);
}

async function digestOf(path: string): Promise<string> {
  return createHash('sha256')
    .update(await readFile(path))
    .digest('hex');
}
