import { mkdir, open, readdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Run } from '@proofpix/contract/runs';

/**
 * A folder of results: for each photo a folder of its name with `run.json` and what plugins added. It appears at once and
 * whole, by a rename: whoever is killed in between leaves no half of a photo behind.
 */
export type ResultsFolder = AsyncDisposable & {
  /** A place for the files of a run that is not finished. */
  begin(): Promise<Unfinished>;
  has(name: string): Promise<boolean>;
};

export type Unfinished = {
  keep(pluginId: string, name: string, bytes: Uint8Array): Promise<void>;
  /** Puts everything in its place, instead of what lay there. */
  finish(name: string, run: Run): Promise<void>;
  discard(): Promise<void>;
};

const partial = '.proofpix-partial-';

export async function openResultsFolder(folder: string): Promise<ResultsFolder> {
  await mkdir(folder, { recursive: true });
  await removeLeftovers(folder);
  const work = join(folder, `${partial}${process.pid}`);
  let serial = 0;
  return {
    async begin() {
      serial += 1;
      const place = join(work, String(serial));
      await mkdir(place, { recursive: true });
      return {
        async keep(pluginId, name, bytes) {
          // The host checked the name by the archive's path rules; one folder a plugin, so that two cannot collide.
          await writeWhole(join(place, pluginId, name), bytes);
        },
        async finish(name, run) {
          await writeWhole(join(place, 'run.json'), Buffer.from(`${JSON.stringify(run, null, 2)}\n`));
          const target = join(folder, name);
          await mkdir(dirname(target), { recursive: true });
          const old = `${place}-old`;
          await rename(target, old).catch(ignoreMissing);
          await rename(place, target);
          await rm(old, { recursive: true, force: true });
        },
        discard: () => rm(place, { recursive: true, force: true }),
      };
    },
    async has(name) {
      const file = await open(join(folder, name, 'run.json')).catch(ignoreMissing);
      await file?.close();
      return file !== undefined;
    },
    [Symbol.asyncDispose]: () => rm(work, { recursive: true, force: true }),
  };
}

/** What a run that was killed left unfinished. What one that still runs is working on stays. */
async function removeLeftovers(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    if (!name.startsWith(partial)) continue;
    const pid = Number(name.slice(partial.length));
    if (pid === process.pid || !isAlive(pid)) await rm(join(folder, name), { recursive: true, force: true });
  }
}

function isAlive(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'; // kill throws nothing else
  }
}

async function writeWhole(path: string, bytes: Uint8Array): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const file = await open(path, 'wx');
  try {
    await file.writeFile(bytes);
    await file.datasync();
  } finally {
    await file.close();
  }
}

function ignoreMissing(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT' && error.code !== 'ENOTDIR') throw error;
  return undefined;
}
