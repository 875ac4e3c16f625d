import { open, readdir, realpath, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { detectPhotoType, photoTypeBytes } from '@proofpix/scanner/photo-type';
import { CommandFailure } from '../failure.ts';

export type FoundPhoto = {
  path: string;
  /** How it is called in output and results: with `/`, relative to the folder that was named. Unique in a run. */
  name: string;
  size: number;
  mtimeMs: number;
};

export type Found = { photos: FoundPhoto[]; skipped: { name: string; why: string }[] };

/** More files than this in one run are named in several. */
const mostFiles = 200_000;
const deepest = 64;

/**
 * The photos that were named, and those in the folders that were named, in the order of their names. What is no photo is
 * skipped and said; links are not followed, because they can lead anywhere and in circles.
 * @throws CommandFailure when something named does not exist
 */
export async function findPhotos(paths: readonly string[], options: { leaveOut?: string } = {}): Promise<Found> {
  const found: Found = { photos: [], skipped: [] };
  const leftOut = options.leaveOut === undefined ? undefined : await realpath(options.leaveOut).catch(() => undefined);
  const names = new Set<string>();
  const add = (path: string, name: string, { size, mtimeMs }: { size: number; mtimeMs: number }) => {
    let unique = name;
    for (let count = 2; names.has(unique); count += 1) unique = `${name}-${count}`;
    names.add(unique);
    found.photos.push({ path, name: unique, size, mtimeMs });
    if (found.photos.length > mostFiles)
      throw new CommandFailure(
        `There are more than ${mostFiles.toLocaleString('en')} photos. Name folders one by one.`,
      );
  };
  for (const path of paths) {
    const about = await stat(path).catch(() => undefined);
    if (about === undefined) throw new CommandFailure(`${path} does not exist.`);
    if (!about.isDirectory()) add(path, basename(path), about);
    else await walk(path, paths.length === 1 ? '' : `${basename(path)}/`, 0);
  }
  return found;

  async function walk(folder: string, prefix: string, depth: number): Promise<void> {
    if (leftOut !== undefined && (await realpath(folder)) === leftOut) {
      found.skipped.push({ name: prefix, why: 'holds the results' });
      return;
    }
    const entries = await readdir(folder, { withFileTypes: true });
    entries.sort((a, b) => (a.name < b.name ? -1 : 1));
    for (const entry of entries) {
      const path = join(folder, entry.name);
      const name = prefix + entry.name;
      const why = entry.name.startsWith('.')
        ? 'hidden'
        : entry.isSymbolicLink()
          ? 'a link'
          : entry.isDirectory()
            ? depth >= deepest && 'too deep'
            : !entry.isFile() && 'no file';
      if (why) found.skipped.push({ name, why });
      else if (entry.isDirectory()) await walk(path, `${name}/`, depth + 1);
      else if (await isPhoto(path)) add(path, name, await stat(path));
      else found.skipped.push({ name, why: 'no photo' });
    }
  }
}

/** By its content: an ending says nothing. A file that cannot be opened counts as a photo, so that its failure is said. */
async function isPhoto(path: string): Promise<boolean> {
  let handle;
  try {
    handle = await open(path);
  } catch {
    return true;
  }
  try {
    const bytes = new Uint8Array(photoTypeBytes);
    const { bytesRead } = await handle.read(bytes, 0, photoTypeBytes, 0);
    return (await detectPhotoType(bytes.subarray(0, bytesRead))) !== undefined;
  } finally {
    await handle.close();
  }
}

/** What was skipped, in one line. */
export function skippedText(skipped: Found['skipped']): string {
  const count = new Map<string, number>();
  for (const { why } of skipped) count.set(why, (count.get(why) ?? 0) + 1);
  return [...count].map(([why, times]) => `${times} ${why}`).join(', ');
}
