import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { writeArchive } from './write-archive.ts';

/**
 * The files of a folder as an npm package (`package/…`, TAR.GZ). Its bytes depend on nothing but the files. Folders named
 * `node_modules` are left out.
 */
export function writeTarball(folder: string): Promise<Uint8Array> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep))
    .filter((segments) => !segments.includes('node_modules'))
    .map((segments) => [`package/${segments.join('/')}`, readFileSync(join(folder, ...segments))] as const);
  return writeArchive(new Map(files), 'tgz');
}
