import type { PGlite } from '@electric-sql/pglite';
import { NodeFS } from '@electric-sql/pglite/nodefs';
import { spawnSync } from 'node:child_process';
import { closeSync, fdatasyncSync, fsyncSync, openSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

type StreamOperations = { fsync?: (stream: { nfd: number }) => number };

/**
 * Files that reach the disk when PostgreSQL asks for it. PGlite's own answer every fsync without doing anything, so a
 * power cut loses what was committed. This touches its internals: the version is pinned, and a test counts the syncs.
 */
export class DurableFiles extends NodeFS {
  /** How often PostgreSQL asked for it. */
  syncs = 0;

  override async init(database: PGlite, options: Parameters<NodeFS['init']>[1]) {
    const made = await super.init(database, options);
    const preRun = made.emscriptenOpts.preRun ?? [];
    made.emscriptenOpts.preRun = preRun;
    preRun.push((module) => {
      // The type of Emscripten's module does not name its file systems; super.init mounts the same one.
      const { NODEFS } = module as unknown as { NODEFS: { stream_ops: StreamOperations } };
      NODEFS.stream_ops.fsync = ({ nfd }) => {
        fdatasyncSync(nfd);
        this.syncs += 1;
        return 0;
      };
    });
    return made;
  }
}

/** Brings a whole folder to the disk: the file system at once where it can be asked for that, else file by file. */
export function syncFolder(folder: string): void {
  if (process.platform === 'linux' && spawnSync('sync', ['-f', folder], { stdio: 'ignore' }).status === 0) return;
  syncFiles(folder);
}

function syncFiles(folder: string): void {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) syncFiles(path);
    else if (entry.isFile()) syncPath(path);
  }
  if (process.platform !== 'win32') syncPath(folder); // folders cannot be opened there
}

function syncPath(path: string): void {
  const descriptor = openSync(path, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
