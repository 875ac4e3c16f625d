import { access, constants, mkdir } from 'node:fs/promises';
import type { Config } from './config.ts';
import { openDatabase, type Database } from './db/database.ts';
import { openKeys, type Keys } from './keys.ts';
import { openObjects, type Objects } from './objects.ts';
import { OperatorError } from './operator-error.ts';

/** Everything that lies on the disk. */
export type Data = AsyncDisposable & { db: Database; keys: Keys; objects: Objects };

/**
 * Opens what lies on the disk. A part of its own, because the database starts in its own thread: meanwhile the main one
 * reads the rest of the code. @throws OperatorError
 */
export async function openData(config: Config): Promise<Data> {
  await using opened = new AsyncDisposableStack();
  await prepareFolder(config.dataDir);
  // First, since it takes the lock of the data folder: nothing else may touch it before.
  const db = opened.use(await openDatabase(config));
  const keys = await openKeys(config.keyFile);
  const objects = await openObjects(config.dataDir);
  const owned = opened.move();
  return { db, keys, objects, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}

async function prepareFolder(dataDir: string): Promise<void> {
  try {
    await mkdir(dataDir, { recursive: true, mode: 0o700 });
    await access(dataDir, constants.W_OK | constants.X_OK);
  } catch (cause) {
    const reason = (cause as NodeJS.ErrnoException).code; // node:fs throws nothing else
    throw new OperatorError(
      `The data folder ${dataDir} cannot be written (${reason}): make it writable, or set DATA_DIR to another.`,
      { cause },
    );
  }
}
