import { readFile, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { Problem } from '@proofpix/contract/errors';
import { limits } from '@proofpix/contract/limits';
import { packPlugin } from '@proofpix/pack/pack-plugin';
import type { Package } from '@proofpix/scanner/package';
import { readPackage } from '@proofpix/scanner/read-package';
import { CommandFailure } from './failure.ts';

/** A plugin is a folder or a package. @throws CommandFailure where there is neither, Problem where it is too large */
export async function isPluginFolder(path: string): Promise<boolean> {
  const about = await stat(path).catch(() => undefined);
  if (about === undefined) throw new CommandFailure(`${path} does not exist.`);
  if (!about.isDirectory() && about.size > limits.packageBytes) throw new Problem('package_too_large', path);
  return about.isDirectory();
}

/** The package of a plugin, as the server's intake reads it; a folder is packed for it. @throws Problem */
export async function readPlugin(path: string, isFolder: boolean): Promise<Package> {
  if (isFolder) return (await packPlugin(path)).plugin;
  return readPackage(await readFile(path), { fileName: basename(path) });
}
