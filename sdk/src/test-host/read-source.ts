import { readFile, stat } from 'node:fs/promises';
import { Problem } from '@proofpix/contract/errors';
import { limits } from '@proofpix/contract/limits';
import { manifestObstacles } from '@proofpix/host/plugin-config';
import { packPlugin } from '@proofpix/pack/pack-plugin';
import type { Package } from '@proofpix/scanner/package';
import { readPackage } from '@proofpix/scanner/read-package';

/** A plugin: the path of its folder or of its package, or the bytes of a package. */
export type PluginSource = string | Uint8Array;

/** Packs a folder and reads the package by the server's own intake. @throws Problem, as the server answers it */
export async function readSource(source: PluginSource): Promise<Package> {
  const archive = typeof source === 'string' ? await archiveOf(source) : source;
  if (archive.length > limits.packageBytes) throw new Problem('package_too_large');
  const read = await readPackage(archive);
  const wrong = manifestObstacles(read.manifest);
  if (wrong.length > 0) throw new Problem('manifest_invalid', undefined, wrong);
  return read;
}

async function archiveOf(path: string): Promise<Uint8Array> {
  const found = await stat(path).catch(() => undefined);
  if (found === undefined) throw new Problem('file_missing', `There is no plugin at "${path}".`);
  return found.isDirectory() ? (await packPlugin(path)).archive : readFile(path);
}
